/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeconfig.h"

#include <gst/check/gstcheck.h>

#define FIRST_ID 5

/* An object with the settings as its properties, as the elements have them. */
typedef struct
{
  GObject parent;
  GstIceConfig *config;
} Holder;

typedef GObjectClass HolderClass;

static GType holder_get_type (void);

G_DEFINE_TYPE (Holder, holder, G_TYPE_OBJECT);

static guint n_ids;

static void
holder_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  fail_unless (id >= FIRST_ID && id < n_ids);
  gst_ice_config_set (((Holder *) object)->config, pspec, value);
}

static void
holder_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  gst_ice_config_get (((Holder *) object)->config, pspec, value);
}

static void
holder_finalize (GObject * object)
{
  gst_ice_config_free (((Holder *) object)->config);
  G_OBJECT_CLASS (holder_parent_class)->finalize (object);
}

static void
holder_class_init (HolderClass * klass)
{
  klass->set_property = holder_set_property;
  klass->get_property = holder_get_property;
  klass->finalize = holder_finalize;
  n_ids = gst_ice_config_install_properties (klass, FIRST_ID);
}

static void
holder_init (Holder * self)
{
  self->config = gst_ice_config_new ();
}

/* Returns: (transfer full): a holder, of which some properties are set */
static Holder *
holder_new (const gchar * first_property, ...)
{
  Holder *holder = g_object_new (holder_get_type (), NULL);
  va_list args;

  va_start (args, first_property);
  if (first_property != NULL)
    g_object_set_valist (G_OBJECT (holder), first_property, args);
  va_end (args);
  return holder;
}

GST_START_TEST (test_defaults_are_those_of_the_properties)
{
  g_autoptr (GObject) object = (GObject *) holder_new (NULL);
  const GstIceConfig *config = ((Holder *) object)->config;
  g_autofree gchar *uri = NULL;
  gboolean mux;
  guint timeout, max_port;
  gint dscp;

  g_object_get (object, "signalling-uri", &uri, "rtcp-mux", &mux,
      "connect-timeout", &timeout, "max-rtp-port", &max_port, "qos-dscp",
      &dscp, NULL);
  fail_unless (uri == NULL);
  fail_unless (mux);
  fail_unless_equals_int (timeout, 30000);
  fail_unless_equals_int (max_port, 65535);
  fail_unless_equals_int (dscp, -1);

  fail_unless (gst_ice_config_get_string (config, "signalling-uri") == NULL);
  fail_unless (gst_ice_config_get_boolean (config, "rtcp-mux"));
  fail_unless_equals_int (gst_ice_config_get_uint (config, "connect-timeout"),
      30000);
  fail_unless_equals_int (gst_ice_config_get_int (config, "qos-dscp"), -1);
  fail_if (gst_ice_config_is_set (config, "rtcp-mux"));
}

GST_END_TEST;

GST_START_TEST (test_what_is_set_is_read_back)
{
  g_autoptr (GObject) object = (GObject *) holder_new ("rtcp-mux", FALSE,
      "min-rtp-port", 5000, "network-interfaces", "lo", "qos-dscp", 46, NULL);
  const GstIceConfig *config = ((Holder *) object)->config;
  g_autofree gchar *interfaces = NULL;
  gboolean mux;
  guint min;
  gint dscp;

  g_object_get (object, "network-interfaces", &interfaces, "rtcp-mux", &mux,
      "min-rtp-port", &min, "qos-dscp", &dscp, NULL);
  fail_unless_equals_string (interfaces, "lo");
  fail_if (mux);
  fail_unless_equals_int (min, 5000);
  fail_unless_equals_int (dscp, 46);
  fail_unless (gst_ice_config_is_set (config, "rtcp-mux"));
  fail_if (gst_ice_config_get_boolean (config, "rtcp-mux"));
}

GST_END_TEST;

static const struct
{
  const gchar *set, *read;
} uris[] = {
  {"http://h:1/p", "http://h:1/p"},
  {"http://:8080/cam", "http://:8080/cam"},
  {"http://u:s3cret@h:1/p", "http://h:1/p"},
  {"http://u@x:s3@cret@[::1]:1/a@b", "http://[::1]:1/a@b"},
  {"ws://h/room?token=s3cret", "ws://h/room"},
  {"http://u:p@127.0.0.1:1/x?mode=listener",
      "http://127.0.0.1:1/x?mode=listener"},
  {"http://h/x?token=s3cret&mode=listener", "http://h/x?mode=listener"},
  {"http://h?s3cret@a/b", "http://h"},
  {"u:s3cret@h/p?q", "h/p"},
  {"no URI", "no URI"},
};

GST_START_TEST (test_secrets_of_a_uri_are_not_read_back)
{
  g_autoptr (GObject) object = (GObject *) holder_new ("signalling-uri",
      uris[__i__].set, NULL);
  g_autofree gchar *text = NULL;

  g_object_get (object, "signalling-uri", &text, NULL);
  fail_unless_equals_string (text, uris[__i__].read);
  fail_unless_equals_string (gst_ice_config_get_string (((Holder *)
              object)->config, "signalling-uri"), uris[__i__].set);
}

GST_END_TEST;

GST_START_TEST (test_empty_string_takes_a_setting_away)
{
  const gchar *const empty[] = { "", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (empty); i++) {
    g_autoptr (GObject) object = (GObject *) holder_new ("signalling-uri",
        "http://:8080/cam", NULL);

    g_object_set (object, "signalling-uri", empty[i], NULL);
    fail_if (gst_ice_config_is_set (((Holder *) object)->config,
            "signalling-uri"));
    fail_unless (gst_ice_config_get_string (((Holder *) object)->config,
            "signalling-uri") == NULL);
  }
}

GST_END_TEST;

GST_START_TEST (test_secrets_cant_be_read)
{
  g_autoptr (GObject) object = (GObject *) holder_new ("auth-token", "x", NULL);
  GParamSpec *pspec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (object), "auth-token");

  fail_unless (pspec->flags & G_PARAM_WRITABLE);
  fail_if (pspec->flags & G_PARAM_READABLE);
  fail_unless_equals_string (gst_ice_config_get_string (((Holder *)
              object)->config, "auth-token"), "x");
}

GST_END_TEST;

GST_START_TEST (test_merge_adds_what_is_set)
{
  g_autoptr (GObject) a = (GObject *) holder_new ("rtcp-mux", FALSE, NULL);
  g_autoptr (GObject) b = (GObject *) holder_new ("network-interfaces", "lo",
      "rtcp-mux", FALSE, NULL);
  GstIceConfig *config = ((Holder *) a)->config;

  fail_unless (gst_ice_config_merge (config, ((Holder *) b)->config) == NULL);
  fail_unless_equals_string (gst_ice_config_get_string (config,
          "network-interfaces"), "lo");
  fail_if (gst_ice_config_get_boolean (config, "rtcp-mux"));
  fail_if (gst_ice_config_is_set (config, "signalling-uri"));
}

GST_END_TEST;

/* Two values of one property that can't both be. */
static const struct
{
  const gchar *property;
  const gchar *one, *other;
} contradictions[] = {
  {"signalling-uri", "http://a/", "http://b/"},
  {"auth-token", "x", "y"},
  {"rtcp-mux", "true", "false"},
  {"connect-timeout", "1", "2"},
  {"qos-dscp", "0", "46"},
};

GST_START_TEST (test_contradiction_is_named_and_changes_nothing)
{
  const gchar *property = contradictions[__i__].property;
  g_autoptr (GObject) a = (GObject *) holder_new (NULL);
  g_autoptr (GObject) b = (GObject *) holder_new ("min-rtp-port", 5000, NULL);
  GstIceConfig *config = ((Holder *) a)->config;

  gst_util_set_object_arg (a, property, contradictions[__i__].one);
  gst_util_set_object_arg (b, property, contradictions[__i__].other);
  fail_unless_equals_string (gst_ice_config_merge (config,
          ((Holder *) b)->config), property);
  fail_if (gst_ice_config_is_set (config, "min-rtp-port"));

  gst_util_set_object_arg (b, property, contradictions[__i__].one);
  fail_unless (gst_ice_config_merge (config, ((Holder *) b)->config) == NULL);
}

GST_END_TEST;

GST_START_TEST (test_default_that_is_set_contradicts_another_value)
{
  g_autoptr (GObject) a = (GObject *) holder_new ("rtcp-mux", TRUE, NULL);
  g_autoptr (GObject) b = (GObject *) holder_new ("rtcp-mux", FALSE, NULL);

  fail_unless_equals_string (gst_ice_config_merge (((Holder *) a)->config,
          ((Holder *) b)->config), "rtcp-mux");
}

GST_END_TEST;

GST_START_TEST (test_copy_is_independent)
{
  g_autoptr (GObject) object = (GObject *) holder_new ("qos-dscp", 10, NULL);
  g_autoptr (GstIceConfig) copy =
      gst_ice_config_copy (((Holder *) object)->config);

  g_object_set (object, "qos-dscp", 20, NULL);
  fail_unless_equals_int (gst_ice_config_get_int (copy, "qos-dscp"), 10);
}

GST_END_TEST;

static Suite *
iceconfig_suite (void)
{
  Suite *s = suite_create ("iceconfig");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_defaults_are_those_of_the_properties);
  tcase_add_test (tc, test_what_is_set_is_read_back);
  tcase_add_loop_test (tc, test_secrets_of_a_uri_are_not_read_back, 0,
      G_N_ELEMENTS (uris));
  tcase_add_test (tc, test_empty_string_takes_a_setting_away);
  tcase_add_test (tc, test_secrets_cant_be_read);
  tcase_add_test (tc, test_merge_adds_what_is_set);
  tcase_add_loop_test (tc, test_contradiction_is_named_and_changes_nothing, 0,
      G_N_ELEMENTS (contradictions));
  tcase_add_test (tc, test_default_that_is_set_contradicts_another_value);
  tcase_add_test (tc, test_copy_is_independent);
  return s;
}

GST_CHECK_MAIN (iceconfig);
