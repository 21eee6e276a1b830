/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fuzz.h"

#include <gst/gst.h>

/* Runs a target over the files named on the command line, so that the corpus is a
 * regression test of every build, with any compiler. */
int
main (int argc, char **argv)
{
  int i;

  gst_init (NULL, NULL);
  LLVMFuzzerInitialize (&argc, &argv);

  for (i = 1; i < argc; i++) {
    g_autofree gchar *data = NULL;
    g_autoptr (GError) error = NULL;
    gsize size_bytes;

    if (!g_file_get_contents (argv[i], &data, &size_bytes, &error)) {
      g_printerr ("%s\n", error->message);
      return 1;
    }
    LLVMFuzzerTestOneInput ((const uint8_t *) data, size_bytes);
  }

  g_print ("%d inputs\n", argc - 1);

  return argc > 1 ? 0 : 1;
}
