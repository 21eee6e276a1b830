/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticekeying.h"

G_BEGIN_DECLS

/* How the two ends of one m-line come by the keys that protect it: one of them for
 * the life of a call, however often ICE restarts (RFC 8842, 4). Session thread only,
 * but for one function. */
#define GST_TYPE_ICE_SECURITY (gst_ice_security_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstIceSecurity, gst_ice_security, GST, ICE_SECURITY,
    GObject)

/* What it tells, on the session thread, never from inside a call to it. */
typedef struct
{
  /* @packet: (transfer none): of a handshake, to be sent to the peer */
  void (*packet) (GstIceSecurity * security, GstBuffer * packet,
      gpointer user_data);
  /* @cipher: (transfer none): the peer is who its description says; once */
  void (*ready) (GstIceSecurity * security, GstIceCipher * cipher,
      gpointer user_data);
  /* There will be no keys: nothing may be sent. */
  void (*failed) (GstIceSecurity * security, const GError * error,
      gpointer user_data);
} GstIceSecurityEvents;

typedef struct
{
  const gchar *name;            /* for logs and errors: "audio" */
  GstIceEncryption encryption;  /* not NONE */
  GMainContext *context;        /* of the session thread */
  const GstIceSecurityEvents *events;   /* static */
  gpointer user_data;
} GstIceSecuritySettings;

struct _GstIceSecurityClass
{
  GObjectClass parent_class;

  GstIceKeying *(*get_keying) (GstIceSecurity * self);
  void (*agree) (GstIceSecurity * self, const GstIceKeying * theirs,
      gboolean answering);
  void (*start) (GstIceSecurity * self);
  void (*receive) (GstIceSecurity * self, GstBuffer * packet);
  void (*add_stats) (GstIceSecurity * self, GstStructure * stats);
  void (*close) (GstIceSecurity * self);
};

/* Returns: (transfer full): what the peer is to be told, always the same */
GstIceKeying *gst_ice_security_get_keying (GstIceSecurity * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* The peer's description is known, and ours was told. @answering: the peer made the
 * offer. Packets that come before are kept, a few of them. */
void gst_ice_security_agree (GstIceSecurity * self,
    const GstIceKeying * theirs, gboolean answering);

/* Packets can go: a handshake may begin. Once is enough. */
void gst_ice_security_start (GstIceSecurity * self);

/* Any thread. @packet: (transfer full): that looks like DTLS (RFC 7983, 7) */
void gst_ice_security_receive (GstIceSecurity * self, GstBuffer * packet);

/* Adds W3C's "dtls-state" and what goes with it. */
void gst_ice_security_add_stats (GstIceSecurity * self, GstStructure * stats);

/* No event follows. */
void gst_ice_security_close (GstIceSecurity * self);

typedef struct
{
  /* Any thread. Has made, in the background, what takes long to make. */
  void (*prepare) (GstIceEncryption encryption);
  /* Returns: (transfer full): or %NULL with @error set */
  GstIceSecurity *(*make) (const GstIceSecuritySettings * settings,
      GError ** error);
} GstIceSecurityBackend;

/* Before the first session; the plugin sets the backend (static), a test its fake. */
void gst_ice_security_set_backend (const GstIceSecurityBackend * backend);

/* Any thread. Encryption of this kind is going to be wanted. */
void gst_ice_security_prepare (GstIceEncryption encryption);

GstIceSecurity *gst_ice_security_new (const GstIceSecuritySettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
