/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetimeline.h"

G_BEGIN_DECLS

/* A candidate of either end. */
typedef struct
{
  gchar *text;                  /* "host/udp 10.0.0.2:5000" */
  gchar *type;                  /* "host", "srflx", "prflx", "relay" */
  gchar *transport;             /* "udp", "tcp" */
  gchar *address;               /* without the port */
  guint mline;                  /* which it is of, counted from 0 */
} GstIceDoctorCandidate;

/* A call without media, and what came of it. */
typedef struct
{
  gchar *uri;
  gboolean connected;           /* ICE and, where there is one, the DTLS handshake */
  gchar *error;                 /* NULL: none */
  GArray *local;                /* of GstIceDoctorCandidate */
  GArray *remote;
  gchar *selected_local;        /* texts of the pair that works, or NULL */
  gchar *selected_remote;
  GArray *steps;                /* of GstIceTimelineStep: what happened when */
  gdouble checks_from_ms;       /* when pairs were checked, on the same clock; */
  gdouble checks_until_ms;      /* 0: they were not */
} GstIceDoctorCall;

typedef struct
{
  const gchar *uri;
  gchar **stun_servers;         /* (nullable): as the properties */
  gchar **turn_servers;
  const gchar *tls_ca_file;     /* (nullable) */
  const gchar *auth_token;      /* (nullable) */
  const gchar *interfaces;      /* (nullable) */
  guint timeout_ms;
} GstIceDoctorCallSettings;

/* Calls @settings' URI and blocks until there is a path, an error, or the time is over. */
GstIceDoctorCall *gst_ice_doctor_call_make (const GstIceDoctorCallSettings *
    settings) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_doctor_call_free (GstIceDoctorCall * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceDoctorCall, gst_ice_doctor_call_free)

G_END_DECLS
