/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Secrets that stand in a setting, or in a file. */

#include "config.h"

#include "gsticeerror.h"
#include "gsticesecret.h"

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

static const struct
{
  const gchar *value;           /* NULL: unset */
  const gchar *content;         /* of the file, NULL: unset */
  const gchar *secret;          /* NULL: an error, or none */
  const gchar *words;           /* of the error, NULL: none */
} rows[] = {
  {NULL, NULL, NULL, NULL},
  {"s3cret", NULL, "s3cret", NULL},
  {"", NULL, NULL, "empty"},
  {NULL, "s3cret", "s3cret", NULL},
  {NULL, "s3cret\n", "s3cret", NULL},
  {NULL, " s3cret \r\nmore\n", "s3cret", NULL},
  {NULL, "", NULL, "empty"},
  {NULL, "\ns3cret\n", NULL, "empty"},
  {"s3cret", "s3cret", NULL, "both set"},
};

static void
set_string (GstIceConfig * config, const gchar * name, const gchar * string)
{
  GParamSpec *pspec = g_param_spec_string (name, NULL, NULL, NULL,
      G_PARAM_READWRITE);
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, string);
  g_param_spec_ref_sink (pspec);
  gst_ice_config_set (config, pspec, &value);
  g_param_spec_unref (pspec);
  g_value_unset (&value);
}

/* Returns: (transfer full): the path of a file with @content */
static gchar *
make_file (const gchar * content, gsize length)
{
  gchar *path = NULL;
  gint file = g_file_open_tmp (NULL, &path, NULL);

  fail_unless (file >= 0 && g_close (file, NULL));
  fail_unless (g_file_set_contents (path, content, (gssize) length, NULL));
  return path;
}

static void
drop_file (gchar * path)
{
  if (path != NULL)
    g_unlink (path);
  g_free (path);
}

GST_START_TEST (test_secret)
{
  g_autoptr (GstIceConfig) config = gst_ice_config_new ();
  gchar *path = rows[__i__].content == NULL ? NULL :
      make_file (rows[__i__].content, strlen (rows[__i__].content));
  g_autofree gchar *secret = NULL;
  g_autoptr (GError) error = NULL;

  set_string (config, "auth-token", rows[__i__].value);
  set_string (config, "auth-token-file", path);
  fail_unless_equals_int (gst_ice_secret_read (config, "auth-token", &secret,
          &error), rows[__i__].words == NULL);
  drop_file (path);
  fail_unless_equals_string (secret, rows[__i__].secret);
  if (rows[__i__].words == NULL)
    return;
  fail_unless (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS));
  fail_unless (strstr (error->message, rows[__i__].words) != NULL, "%s",
      error->message);
  fail_unless (strstr (error->message, "s3cret") == NULL);
}

GST_END_TEST;

GST_START_TEST (test_file_that_is_none)
{
  g_autofree gchar *much = g_strnfill (GST_ICE_SECRET_MAX_BYTES + 1, 'x');
  gchar *long_file = make_file (much, strlen (much));
  const gchar *const paths[] =
      { "/nowhere/token", "/", "/dev/zero", long_file };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GstIceConfig) config = gst_ice_config_new ();
    g_autofree gchar *secret = NULL;
    g_autoptr (GError) error = NULL;

    set_string (config, "turn-shared-secret-file", paths[i]);
    fail_if (gst_ice_secret_read (config, "turn-shared-secret", &secret,
            &error));
    fail_unless (g_error_matches (error, GST_ICE_ERROR,
            GST_ICE_ERROR_SETTINGS));
    fail_unless (strstr (error->message, paths[i]) != NULL);
    fail_unless (secret == NULL);
  }
  drop_file (long_file);
}

GST_END_TEST;

static Suite *
secret_suite (void)
{
  Suite *s = suite_create ("secret");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_secret, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_file_that_is_none);
  return s;
}

GST_CHECK_MAIN (secret);
