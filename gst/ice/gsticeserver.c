/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads the URI of a STUN or TURN server, and makes passwords from a shared
 * secret. */

#include "config.h"

#include "gsticeserver.h"

#include "gsticeerror.h"

#include <string.h>

/* RFC 7064, 3.2 and RFC 7065, 3.2. */
#define DEFAULT_PORT 3478
#define DEFAULT_TLS_PORT 5349

/* RFC 8489, 14.3 limits a user name to 508 bytes; this limit follows from
 * that. */
#define MAX_URI_CHARS 2048

static const struct
{
  const gchar *scheme;
  GstIceServerKind kind;
} schemes[] = {
  {"stun", GST_ICE_SERVER_STUN},
  {"turn", GST_ICE_SERVER_TURN},
  {"turns", GST_ICE_SERVER_TURNS},
};

GstIceServer *
gst_ice_server_copy (const GstIceServer * self)
{
  GstIceServer *copy = g_new (GstIceServer, 1);

  *copy = *self;
  copy->host = g_strdup (self->host);
  copy->identity = g_strdup (self->identity);
  copy->username = g_strdup (self->username);
  copy->password = g_strdup (self->password);
  return copy;
}

void
gst_ice_server_free (GstIceServer * self)
{
  g_free (self->host);
  g_free (self->identity);
  g_free (self->username);
  g_free (self->password);
  g_free (self);
}

GstIceServer *
gst_ice_server_copy_for (const GstIceServer * self,
    GstIceServerTransport transport)
{
  GstIceServer *copy = gst_ice_server_copy (self);

  copy->transport = transport;
  return copy;
}

GstIceServer *
gst_ice_server_copy_at (const GstIceServer * self, const gchar * host,
    guint port)
{
  GstIceServer *copy = gst_ice_server_copy (self);

  if (copy->identity == NULL)
    copy->identity = g_steal_pointer (&copy->host);
  g_free (copy->host);
  copy->host = g_strdup (host);
  copy->port = port;
  copy->has_port = TRUE;
  return copy;
}

gboolean
gst_ice_server_same_place (const GstIceServer * a, const GstIceServer * b)
{
  return a->kind == b->kind && a->transport == b->transport &&
      a->port == b->port && g_ascii_strcasecmp (a->host, b->host) == 0;
}

gchar *
gst_ice_server_to_uri (const GstIceServer * self)
{
  static const gchar *const transports[] = {
    "", "?transport=udp", "?transport=tcp"
  };
  gboolean is_ipv6 = strchr (self->host, ':') != NULL;

  return g_strdup_printf ("%s:%s%s%s:%u%s", schemes[self->kind].scheme,
      is_ipv6 ? "[" : "", self->host, is_ipv6 ? "]" : "", self->port,
      self->kind == GST_ICE_SERVER_STUN ? "" : transports[self->transport]);
}

/* Parsing. Each step removes its part from the text. */

static gboolean
parse_scheme (GstIceServer * self, gchar ** text)
{
  gchar *colon = strchr (*text, ':');

  if (colon == NULL)
    return FALSE;

  *colon = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    if (g_ascii_strcasecmp (*text, schemes[i].scheme) == 0) {
      self->kind = schemes[i].kind;
      *text = colon + 1;
      if (g_str_has_prefix (*text, "//"))
        *text += 2;
      return TRUE;
    }
  }
  return FALSE;
}

/* A user name or password may have an unescaped "@": the last one counts, as
 * a host has none. Of colons the first counts: REST user names have theirs
 * escaped. */
static gboolean
parse_userinfo (GstIceServer * self, gchar ** text)
{
  gchar *at = strrchr (*text, '@');
  gchar *colon;

  if (at == NULL)
    return TRUE;

  *at = '\0';
  colon = strchr (*text, ':');
  if (colon != NULL) {
    *colon = '\0';
    self->password = g_uri_unescape_string (colon + 1, NULL);
    if (self->password == NULL)
      return FALSE;
  }
  self->username = g_uri_unescape_string (*text, NULL);
  *text = at + 1;
  return self->username != NULL;
}

static gboolean
parse_query (GstIceServer * self, gchar * text)
{
  gchar *query = strchr (text, '?');

  if (query == NULL)
    return TRUE;

  *query++ = '\0';
  if (g_ascii_strcasecmp (query, "transport=udp") == 0)
    self->transport = GST_ICE_SERVER_UDP;
  else if (g_ascii_strcasecmp (query, "transport=tcp") == 0)
    self->transport = GST_ICE_SERVER_TCP;
  else
    return FALSE;
  return TRUE;
}

static gboolean
parse_port (GstIceServer * self, const gchar * text)
{
  guint64 port;

  if (!g_ascii_string_to_unsigned (text, 10, 1, 65535, &port, NULL))
    return FALSE;
  self->port = (guint) port;
  self->has_port = TRUE;
  return TRUE;
}

/* The host is shown in messages, so it must be text. */
static gboolean
is_host (const gchar * host)
{
  if (host == NULL || *host == '\0' || !g_utf8_validate (host, -1, NULL) ||
      strpbrk (host, "/?#@[] ") != NULL)
    return FALSE;
  for (const gchar * c = host; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c))
      return FALSE;
  }
  return TRUE;
}

static gboolean
parse_host_port (GstIceServer * self, gchar * text)
{
  gchar *end, *host = text;

  self->port = self->kind == GST_ICE_SERVER_TURNS ? DEFAULT_TLS_PORT :
      DEFAULT_PORT;
  g_strchomp (text);
  if (g_str_has_suffix (text, "/"))
    text[strlen (text) - 1] = '\0';

  if (*text == '[') {
    host = text + 1;
    end = strchr (host, ']');
    if (end == NULL)
      return FALSE;
    *end++ = '\0';
    if (*end != '\0' && (*end != ':' || !parse_port (self, end + 1)))
      return FALSE;
  } else {
    end = strchr (text, ':');
    if (end != NULL) {
      *end = '\0';
      if (!parse_port (self, end + 1))
        return FALSE;
    }
  }

  self->host = g_uri_unescape_string (host, NULL);
  return is_host (self->host);
}

/* Returns: (transfer none) (nullable): the other part of the URI that a part
 *     contradicts */
static const gchar *
find_contradiction (const GstIceServer * self)
{
  if (self->kind == GST_ICE_SERVER_TURNS &&
      self->transport == GST_ICE_SERVER_UDP)
    return "TURN over DTLS (turns: with transport=udp) is not supported";
  if (self->kind == GST_ICE_SERVER_STUN && self->username != NULL)
    return "a STUN server takes no credentials";
  return NULL;
}

GstIceServer *
gst_ice_server_from_uri (const gchar * uri, GError ** error)
{
  g_autoptr (GstIceServer) self = g_new0 (GstIceServer, 1);
  g_autofree gchar *copy = NULL;
  gchar *text;
  const gchar *contradiction;

  /* The error never shows @uri: a mistyped one has a password in it all the
   * same. */
  if (strlen (uri) > MAX_URI_CHARS || !g_utf8_validate (uri, -1, NULL)) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "it is too long, or no text");
    return NULL;
  }

  text = copy = g_strdup (uri);
  if (!parse_scheme (self, &text) || !parse_userinfo (self, &text) ||
      !parse_query (self, text) || !parse_host_port (self, text)) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "it must be like stun://host:port or "
        "turn://user:password@host:port?transport=udp, with turns: for TLS, and "
        "with special characters as %XX");
    return NULL;
  }

  contradiction = find_contradiction (self);
  if (contradiction != NULL) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        contradiction);
    return NULL;
  }
  if (self->kind == GST_ICE_SERVER_TURNS)
    self->transport = GST_ICE_SERVER_TCP;
  if (self->kind == GST_ICE_SERVER_STUN)
    self->transport = GST_ICE_SERVER_UDP;
  return g_steal_pointer (&self);
}

GstIceServer *
gst_ice_server_from_uri_and_credentials (const gchar * uri,
    const gchar * username, const gchar * password, GError ** error)
{
  GstIceServer *self = gst_ice_server_from_uri (uri, error);

  if (self == NULL || self->kind == GST_ICE_SERVER_STUN || username == NULL)
    return self;

  g_free (self->username);
  g_free (self->password);
  self->username = g_strdup (username);
  self->password = g_strdup (password);
  return self;
}

/* draft-uberti-behave-turn-rest-00, 2.2; coturn's use-auth-secret. */
void
gst_ice_server_sign (GstIceServer * self, const gchar * secret,
    const gchar * user, gint64 expiry)
{
  guint8 digest[20];
  gsize size = sizeof (digest);
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) secret,
      strlen (secret));
  gchar *username = user != NULL && *user != '\0' ?
      g_strdup_printf ("%" G_GINT64_FORMAT ":%s", expiry, user) :
      g_strdup_printf ("%" G_GINT64_FORMAT, expiry);

  g_hmac_update (hmac, (const guchar *) username, -1);
  g_hmac_get_digest (hmac, digest, &size);
  g_hmac_unref (hmac);

  g_free (self->username);
  g_free (self->password);
  self->username = username;
  self->password = g_base64_encode (digest, size);
}
