/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "gsticecandidatetext.h"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  gst_init (NULL, NULL);

  return 0;
}

/* A candidate that was taken is written, read and written again: nothing changes
 * any more. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceCandidate) candidate = NULL;
  g_autoptr (GstIceCandidate) again = NULL;
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;

  candidate = gst_ice_candidate_from_text (text, &error);
  g_assert_true ((candidate == NULL) == (error != NULL));
  if (candidate == NULL)
    return 0;

  first = gst_ice_candidate_to_text (candidate);
  again = gst_ice_candidate_from_text (first, NULL);
  g_assert_nonnull (again);
  g_assert_true (gst_ice_candidate_same_address (candidate, again));
  second = gst_ice_candidate_to_text (again);
  g_assert_cmpstr (first, ==, second);

  return 0;
}
