/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeaddressflags.h"

#include <gst/check/gstcheck.h>

#define STABLE "2001:db8:0:1::5"
#define TEMPORARY "2001:db8:0:1::77"
#define OLD_TEMPORARY "2001:db8:0:1::66"
#define DEPRECATED "2001:db8:0:1::4"
#define ELSEWHERE "2001:db8:0:2::5"
#define TENTATIVE "2001:db8:0:1::99"
#define DUPLICATE "2001:db8:0:1::98"
#define OPTIMISTIC "2001:db8:0:1::97"
#define ALONE "fd00::1"

static const gchar kernel[] =
    "20010db8000000010000000000000005 02 40 00 80     eth0\n"
    "20010db8000000010000000000000077 02 40 00 01     eth0\n"
    "20010db8000000010000000000000066 02 40 00 21     eth0\n"
    "20010db8000000010000000000000004 02 40 00 a0     eth0\n"
    "20010db8000000020000000000000005 02 40 00 80     eth0\n"
    "20010db8000000010000000000000099 02 40 00 41     eth0\n"
    "20010db8000000010000000000000098 02 40 00 88     eth0\n"
    "20010db8000000010000000000000097 02 40 00 44     eth0\n"
    "fd000000000000000000000000000001 02 80 00 80     eth0\n"
    "\n20010db8 02\n" "nonsense of thirty-two characters 1 2 3 4 5\n";

static const struct
{
  const gchar *better, *worse;
} pairs[] = {
  {TEMPORARY, STABLE},
  {TEMPORARY, OLD_TEMPORARY},
  {TEMPORARY, DEPRECATED},
  {STABLE, DEPRECATED},
  {STABLE, OLD_TEMPORARY},
};

GST_START_TEST (test_of_one_network_the_better_is_taken)
{
  GstIceAddressFlags *lifetimes = gst_ice_address_flags_new_from_text (kernel);
  const gchar *better = pairs[__i__].better, *worse = pairs[__i__].worse;

  fail_unless (gst_ice_address_flags_is_better (lifetimes, better, worse));
  fail_if (gst_ice_address_flags_is_better (lifetimes, worse, better));
  gst_ice_address_flags_free (lifetimes);
}

GST_END_TEST;

GST_START_TEST (test_what_can_not_be_compared_stays)
{
  static const gchar *const others[] = { ELSEWHERE, ALONE, "2001:db8::unknown",
    "10.0.0.1"
  };
  GstIceAddressFlags *lifetimes = gst_ice_address_flags_new_from_text (kernel);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    fail_if (gst_ice_address_flags_is_better (lifetimes, TEMPORARY, others[i]));
    fail_if (gst_ice_address_flags_is_better (lifetimes, others[i],
            DEPRECATED));
  }
  fail_if (gst_ice_address_flags_is_better (lifetimes, STABLE, STABLE));
  gst_ice_address_flags_free (lifetimes);
}

GST_END_TEST;

GST_START_TEST (test_an_address_that_is_not_sure_is_not_used)
{
  GstIceAddressFlags *lifetimes = gst_ice_address_flags_new_from_text (kernel);

  fail_unless (gst_ice_address_flags_is_unusable (lifetimes, TENTATIVE));
  fail_unless (gst_ice_address_flags_is_unusable (lifetimes, DUPLICATE));
  fail_if (gst_ice_address_flags_is_unusable (lifetimes, OPTIMISTIC));
  fail_if (gst_ice_address_flags_is_unusable (lifetimes, DEPRECATED));
  fail_if (gst_ice_address_flags_is_unusable (lifetimes, "::2"));
  fail_if (gst_ice_address_flags_is_better (lifetimes, TENTATIVE, STABLE));
  gst_ice_address_flags_free (lifetimes);
}

GST_END_TEST;

static Suite *
iceniceaddresses_suite (void)
{
  Suite *suite = suite_create ("iceaddresses");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_of_one_network_the_better_is_taken, 0,
      G_N_ELEMENTS (pairs));
  tcase_add_test (tcase, test_what_can_not_be_compared_stays);
  tcase_add_test (tcase, test_an_address_that_is_not_sure_is_not_used);
  return suite;
}

GST_CHECK_MAIN (iceniceaddresses);
