/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  GST_ICE_SERVER_STUN,
  GST_ICE_SERVER_TURN,
  GST_ICE_SERVER_TURNS,         /* TURN over TLS */
} GstIceServerKind;

typedef enum
{
  GST_ICE_SERVER_ANY,           /* UDP and TCP */
  GST_ICE_SERVER_UDP,
  GST_ICE_SERVER_TCP,
} GstIceServerTransport;

/* A STUN or TURN server with its credentials. A value: it is copied, and
 * does not change once another object has it. */
typedef struct
{
  GstIceServerKind kind;
  GstIceServerTransport transport;
  gchar *host;                  /* host name or IP address, without brackets */
  guint port;
  gboolean has_port;            /* else port is the scheme's, and DNS may know another */
  gchar *identity;              /* whose certificate is right; NULL: that of host */
  gchar *username;              /* NULL: none, as for STUN */
  gchar *password;
} GstIceServer;

/* The most servers that a service may give, and that signalling and
 * application may add. */
#define GST_ICE_MAX_SERVERS 16

/* Reads "stun://host:port", "turn://user:pass@host:port?transport=udp" and
 * "turns:…", each with or without the slashes (RFC 7064, RFC 7065, and
 * webrtcbin's form). All parts are percent-decoded.
 * Returns: (transfer full): the server, or %NULL with
 *     GST_ICE_ERROR_SETTINGS; the message contains no credentials */
GstIceServer *gst_ice_server_from_uri (const gchar * uri, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same for a URI without credentials. @username and @password (nullable)
 * are not percent-encoded. */
GstIceServer *gst_ice_server_from_uri_and_credentials (const gchar * uri,
    const gchar * username, const gchar * password, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

GstIceServer *gst_ice_server_copy (const GstIceServer * self)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_server_free (GstIceServer * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceServer, gst_ice_server_free)

/* Returns: (transfer full): a copy for one transport; for TLS that is TCP */
GstIceServer *gst_ice_server_copy_for (const GstIceServer * self,
    GstIceServerTransport transport) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): a copy that is at another place: DNS says that what is called
 *     self->host is there (RFC 8489, 8.1). The certificate stays that of the name (RFC 6125,
 *     6.2.1), as nobody vouches for what DNS says */
GstIceServer *gst_ice_server_copy_at (const GstIceServer * self,
    const gchar * host, guint port) G_GNUC_WARN_UNUSED_RESULT;

/* Whether both are the same server, reached in the same way. Ignores
 * credentials. */
gboolean gst_ice_server_same_place (const GstIceServer * a,
    const GstIceServer * b);

/* Returns: (transfer full): the URI without credentials, to show to users:
 *     "turn:turn.example:3478?transport=udp" (RFC 7065) */
gchar *gst_ice_server_to_uri (const GstIceServer * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Sets credentials that a TURN server with the same @secret accepts until
 * @expiry (seconds since 1970): the user name "expiry:user", and an
 * HMAC-SHA1 of it. @user: (nullable) */
void gst_ice_server_sign (GstIceServer * self, const gchar * secret,
    const gchar * user, gint64 expiry);

G_END_DECLS
