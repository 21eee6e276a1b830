/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The settings of a session: one table with names, types, ranges and
 * defaults. */

#include "config.h"

#include "gsticeconfig.h"

#include "gsticecompatibility.h"

struct _GstIceConfig
{
  GHashTable *values;           /* name, a static string -> GValue */
};

typedef struct
{
  const gchar *name;
  GType type;                   /* one of GLib's fundamental types, or an
                                 * array */
  gint64 minimum, maximum;
  gint64 default_value;
  const gchar *blurb;
  gboolean secret;              /* write-only, as dot files show all readable
                                 * properties */
    GType (*get_type) (void);   /* NULL: use type */
  gboolean keeps_empty;         /* an empty string is kept; the code that
                                 * uses the setting refuses it */
  gboolean is_uri;              /* what may be secret in it can't be read */
  gboolean apart;               /* only some elements have it */
} Setting;

/* Documented for users with the properties, in gsticemember.c. */
static const Setting settings[] = {
  {"signalling-uri", G_TYPE_STRING, 0, 0, 0,
      "Where to meet the peer: http://host:port/path calls, http://:port/path or "
        "http://address:port/path?mode=listener listens, ws://host:port/room "
        "meets at a rendezvous server; unset: the application carries the "
        "descriptions", FALSE, NULL, FALSE, TRUE},
  {"auth-token", G_TYPE_STRING, 0, 0, 0,
        "Bearer token that a caller sends and a listener asks for", TRUE, NULL,
      TRUE},
  {"auth-token-file", G_TYPE_STRING, 0, 0, 0,
      "File whose first line is the auth-token"},
  {"allow-origin", G_TYPE_STRING, 0, 0, 0,
      "Origins of web pages that may call a listener, comma separated: "
        "https://app.example,http://localhost:3000, or *; unset: none, but with "
        "auth-token any"},
  {"controlling-mode", G_TYPE_BOOLEAN, FALSE, TRUE, TRUE,
      "Whether our agents nominate; unset: the side that makes the offer "
        "does"},
  {"encryption", G_TYPE_ENUM, 0, 0, GST_ICE_ENCRYPTION_DTLS_SRTP,
        "How media is encrypted; what is not the same at both ends is refused",
      FALSE, gst_ice_encryption_get_type},
  {"ice-trickle", G_TYPE_BOOLEAN, FALSE, TRUE, TRUE,
      "Whether candidates follow the offer as they are found; FALSE: it waits "
        "for all of them"},
  {"rtcp-mux", G_TYPE_BOOLEAN, FALSE, TRUE, TRUE,
      "Whether RTP and RTCP share one path, if the peer can"},
  {"min-rtp-port", G_TYPE_UINT, 0, 65535, 0,
      "Lowest UDP port of host candidates, 0: any"},
  {"max-rtp-port", G_TYPE_UINT, 0, 65535, 65535,
      "Highest UDP port of host candidates"},
  {"network-interfaces", G_TYPE_STRING, 0, 0, 0,
      "Interfaces to gather on, comma separated: eth0,wlan0; unset: all but "
        "loopback, or loopback if there is no other"},
  {"external-address", G_TYPE_STRING, 0, 0, 0,
      "Our addresses outside a 1:1 NAT, as literals: outside or outside/inside, "
        "comma separated: 203.0.113.7 or 203.0.113.7/10.0.0.5,203.0.113.8/10.0.0.6"},
  {"keep-private-host", G_TYPE_BOOLEAN, FALSE, TRUE, FALSE,
      "Whether external-address stands beside the private address, not in its "
        "place"},
  {"ice-lite", G_TYPE_BOOLEAN, FALSE, TRUE, FALSE,
      "Whether our agents are lite (RFC 8445, 2.5): for a machine whose "
        "addresses every peer can reach"},
  {"udp-mux-port", G_TYPE_UINT, 0, 65535, 0,
      "UDP port that all lite agents of the process share who name it, 0: each "
        "has a port of its own; needs ice-lite"},
  {"metrics-uri", G_TYPE_STRING, 0, 0, 0,
      "http: URI of this machine where metrics of the process are told, in "
        "Prometheus' text format: http://127.0.0.1:9464/metrics; unset: nowhere"},
  {"timeline", G_TYPE_STRING, 0, 0, 0,
      "File, .svg or .html, that shows when each step of the call came; unset: "
        "that of GST_ICE_TIMELINE, or none"},
  {"stun-server", G_TYPE_STRING, 0, 0, 0,
      "STUN server that tells our public address: stun://host:port"},
  {"turn-server", G_TYPE_STRING, 0, 0, 0,
      "TURN server to be relayed by: turn(s)://user:password@host:port"
        "?transport=udp|tcp, each part percent-encoded", TRUE},
  {"turn-servers", G_TYPE_BOXED, 0, 0, 0,
      "More TURN servers, as turn-server", TRUE, gst_value_array_get_type},
  {"turn-shared-secret", G_TYPE_STRING, 0, 0, 0,
      "Secret shared with TURN servers that are given without a password; "
        "makes one for 24 hours", TRUE, NULL, TRUE},
  {"turn-shared-secret-file", G_TYPE_STRING, 0, 0, 0,
      "File whose first line is the turn-shared-secret"},
  {"ice-servers-uri", G_TYPE_STRING, 0, 0, 0,
        "http: or https: URI that answers with STUN and TURN servers as JSON",
      TRUE},
  {"ice-transport-policy", G_TYPE_ENUM, 0, 0, GST_ICE_POLICY_ALL,
      "Which candidates are used", FALSE, gst_ice_policy_get_type},
  {"bundle-policy", G_TYPE_ENUM, 0, 0, GST_ICE_BUNDLE_MAX_COMPAT,
        "Which m-lines of an offer are to share a transport (RFC 9143)", FALSE,
      gst_ice_bundle_policy_get_type},
  {"compatibility", G_TYPE_ENUM, 0, 0, GST_ICE_COMPATIBILITY_RFC5245,
        "Which dialect of ICE is spoken, the same at both ends; not \"rfc5245\": "
        "without relays and consent",
      FALSE, gst_ice_compatibility_get_type},
  {"ice-tcp", G_TYPE_BOOLEAN, FALSE, TRUE, FALSE,
      "Whether TCP candidates are gathered and tried as well"},
  {"resolve-names", G_TYPE_BOOLEAN, FALSE, TRUE, FALSE,
      "Whether host names in the peer's candidates are looked up by the system, "
        "other than those of the link (.local)"},
  {"upnp", G_TYPE_BOOLEAN, FALSE, TRUE, FALSE,
      "Whether the router is asked for a port by UPnP"},
  {"tls-database", G_TYPE_OBJECT, 0, 0, 0,
      "GTlsDatabase with the authorities that certificates are checked by, of "
        "turns:, https: and wss:; unset: the system's"},
  {"tls-ca-file", G_TYPE_STRING, 0, 0, 0,
      "PEM file with the authorities that certificates are checked by, where "
        "there is no tls-database"},
  {"tls-certificate-file", G_TYPE_STRING, 0, 0, 0,
      "PEM file with the certificate of a listener at https:, and those that lead "
        "to its authority"},
  {"tls-private-key-file", G_TYPE_STRING, 0, 0, 0,
      "PEM file with the key of tls-certificate-file; unset: it is in that file"},
  {"connect-timeout", G_TYPE_UINT, 0, G_MAXUINT, 30000,
      "Milliseconds to wait for a first working pair, 0: for ever"},
  {"auto-restart", G_TYPE_BOOLEAN, FALSE, TRUE, TRUE,
      "Whether ICE restarts by itself when the path looks bad, or an address "
        "comes or goes"},
  {"consent-timeout", G_TYPE_UINT, 4000, 600000, 30000,
      "Milliseconds without an answer of the peer until nothing more is sent to "
        "it"},
  {"grace", G_TYPE_UINT, 0, G_MAXUINT, 30000,
      "Milliseconds that a session whose path was lost waits for a restart, or "
        "for its peer to call again"},
  {"buffer-size", G_TYPE_UINT, 0, G_MAXINT, 2 * 1024 * 1024,
      "Bytes of the kernel's socket buffers, each way, 0: the system's default"},
  {"qos-dscp", G_TYPE_INT, -1, 63, -1,
      "Differentiated services code point of what is sent, -1: none"},
  {"serve-page", G_TYPE_BOOLEAN, 0, 1, FALSE,
        "Whether a browser that opens a listener's address gets a page that plays it",
      .apart = TRUE},
  {"max-consumers", G_TYPE_UINT, 0, G_MAXUINT, 64,
      "How many peers a listener or a room's producer serves at once, 0: no limit, "
        "1: one, whose end ends the stream",.apart = TRUE},
};

G_DEFINE_BOXED_TYPE (GstIceConfig, gst_ice_config, gst_ice_config_copy,
    gst_ice_config_free);

static void
value_free (GValue * value)
{
  g_value_unset (value);
  g_free (value);
}

static GValue *
value_copy (const GValue * value)
{
  GValue *copy = g_new0 (GValue, 1);

  g_value_init (copy, G_VALUE_TYPE (value));
  g_value_copy (value, copy);
  return copy;
}

static const Setting *
find_setting (const gchar * name)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++) {
    if (g_str_equal (settings[i].name, name))
      return &settings[i];
  }
  g_return_val_if_reached (NULL);
}

/* Returns: (transfer full): a config without settings */
GstIceConfig *
gst_ice_config_new (void)
{
  GstIceConfig *self = g_new0 (GstIceConfig, 1);

  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
      (GDestroyNotify) value_free);
  return self;
}

/* Returns: (transfer full): a copy */
GstIceConfig *
gst_ice_config_copy (const GstIceConfig * self)
{
  GstIceConfig *copy = gst_ice_config_new ();

  gst_ice_config_merge (copy, self);
  return copy;
}

/* @self: (transfer full) */
void
gst_ice_config_free (GstIceConfig * self)
{
  g_hash_table_unref (self->values);
  g_free (self);
}

static GParamSpec *
setting_to_pspec (const Setting * s)
{
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY |
      (s->secret ? G_PARAM_WRITABLE : G_PARAM_READWRITE);

  switch (s->type) {
    case G_TYPE_STRING:
      return g_param_spec_string (s->name, s->name, s->blurb, NULL, flags);
    case G_TYPE_BOXED:
      return gst_param_spec_array (s->name, s->name, s->blurb,
          g_param_spec_string ("uri", "URI", "URI", NULL, flags), flags);
    case G_TYPE_ENUM:
      return g_param_spec_enum (s->name, s->name, s->blurb, s->get_type (),
          (gint) s->default_value, flags);
    case G_TYPE_OBJECT:
      return g_param_spec_object (s->name, s->name, s->blurb, G_TYPE_OBJECT,
          flags);
    case G_TYPE_BOOLEAN:
      return g_param_spec_boolean (s->name, s->name, s->blurb,
          s->default_value != 0, flags);
    case G_TYPE_INT:
      return g_param_spec_int (s->name, s->name, s->blurb, (gint) s->minimum,
          (gint) s->maximum, (gint) s->default_value, flags);
    default:
      return g_param_spec_uint (s->name, s->name, s->blurb, (guint) s->minimum,
          (guint) s->maximum, (guint) s->default_value, flags);
  }
}

guint
gst_ice_config_install_properties (GObjectClass * klass, guint first_id)
{
  guint id = first_id;

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++) {
    if (!settings[i].apart)
      g_object_class_install_property (klass, id++,
          setting_to_pspec (&settings[i]));
  }
  return id;
}

void
gst_ice_config_install_property (GObjectClass * klass, guint id,
    const gchar * name)
{
  g_object_class_install_property (klass, id,
      setting_to_pspec (find_setting (name)));
}

void
gst_ice_config_set (GstIceConfig * self, GParamSpec * pspec,
    const GValue * value)
{
  const Setting *setting = find_setting (pspec->name);
  const gchar *string = G_VALUE_HOLDS_STRING (value) ?
      g_value_get_string (value) : NULL;
  /* An empty token, as from a mistake in a script, must not let everybody
   * in. */
  const gboolean is_nothing = G_VALUE_HOLDS_STRING (value) && (string == NULL ||
      (*string == '\0' && !setting->keeps_empty));

  if (is_nothing ||
      (G_VALUE_HOLDS_OBJECT (value) && g_value_get_object (value) == NULL))
    g_hash_table_remove (self->values, setting->name);
  else
    g_hash_table_insert (self->values, (gpointer) setting->name,
        value_copy (value));
}

/* Returns: (transfer full): @uri without user and password, and without what its query has
 *     but the mode: tokens are there */
static gchar *
hide_secrets (const gchar * uri)
{
  const gchar *scheme_end = strstr (uri, "://");
  const gchar *begin = scheme_end != NULL ? scheme_end + 3 : uri;
  const gchar *end = begin + strcspn (begin, "/?#");
  const gchar *at = g_strrstr_len (begin, end - begin, "@");
  const gchar *host = at != NULL ? at + 1 : begin;
  const gsize length = strcspn (host, "?");
  const gchar *mode = strstr (host + length, "mode=listener");

  return g_strdup_printf ("%.*s%.*s%s", (gint) (begin - uri), uri,
      (gint) length, host, mode != NULL ? "?mode=listener" : "");
}

void
gst_ice_config_get (const GstIceConfig * self, GParamSpec * pspec,
    GValue * value)
{
  const GValue *set = g_hash_table_lookup (self->values, pspec->name);

  if (set != NULL && find_setting (pspec->name)->is_uri)
    g_value_take_string (value, hide_secrets (g_value_get_string (set)));
  else if (set != NULL)
    g_value_copy (set, value);
  else
    g_param_value_set_default (pspec, value);
}

const gchar *
gst_ice_config_merge (GstIceConfig * self, const GstIceConfig * other)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, other->values);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    const GValue *ours = g_hash_table_lookup (self->values, name);

    if (ours != NULL && gst_value_compare (ours, value) != GST_VALUE_EQUAL)
      return name;
  }

  g_hash_table_iter_init (&iter, other->values);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    if (!g_hash_table_contains (self->values, name))
      g_hash_table_insert (self->values, name, value_copy (value));
  }
  return NULL;
}

const GValue *
gst_ice_config_get_value (const GstIceConfig * self, const gchar * name)
{
  return g_hash_table_lookup (self->values, name);
}

void
gst_ice_config_append (GstIceConfig * self, const gchar * name,
    const gchar * string)
{
  const GValue *old = gst_ice_config_get_value (self, name);
  GValue *list = g_new0 (GValue, 1);
  GValue item = G_VALUE_INIT;

  if (old != NULL) {
    g_value_init (list, GST_TYPE_ARRAY);
    g_value_copy (old, list);
  } else {
    gst_value_array_init (list, 1);
  }
  g_value_init (&item, G_TYPE_STRING);
  g_value_set_string (&item, string);
  gst_value_array_append_and_take_value (list, &item);
  g_hash_table_insert (self->values, (gpointer) find_setting (name)->name,
      list);
}

gboolean
gst_ice_config_is_set (const GstIceConfig * self, const gchar * name)
{
  return g_hash_table_contains (self->values, name);
}

const gchar *
gst_ice_config_get_string (const GstIceConfig * self, const gchar * name)
{
  const GValue *value = g_hash_table_lookup (self->values, name);

  return value != NULL ? g_value_get_string (value) : NULL;
}

guint
gst_ice_config_get_uint (const GstIceConfig * self, const gchar * name)
{
  const GValue *value = g_hash_table_lookup (self->values, name);

  return value != NULL ? g_value_get_uint (value) :
      (guint) find_setting (name)->default_value;
}

gint
gst_ice_config_get_int (const GstIceConfig * self, const gchar * name)
{
  const GValue *value = g_hash_table_lookup (self->values, name);

  return value != NULL ? g_value_get_int (value) :
      (gint) find_setting (name)->default_value;
}

gboolean
gst_ice_config_get_boolean (const GstIceConfig * self, const gchar * name)
{
  const GValue *value = g_hash_table_lookup (self->values, name);

  return value != NULL ? g_value_get_boolean (value) :
      find_setting (name)->default_value != 0;
}

gint
gst_ice_config_get_enum (const GstIceConfig * self, const gchar * name)
{
  const GValue *value = g_hash_table_lookup (self->values, name);

  return value != NULL ? g_value_get_enum (value) :
      (gint) find_setting (name)->default_value;
}

GObject *
gst_ice_config_get_object (const GstIceConfig * self, const gchar * name)
{
  const GValue *value = g_hash_table_lookup (self->values, name);

  return value != NULL ? g_value_get_object (value) : NULL;
}
