/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedoctornat.h"
#include "gsticeserver.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A server by one transport. */
typedef struct
{
  GstIceServer *server;
  gchar *uri;                   /* without credentials */
  gboolean answered;            /* does what it should */
  gboolean refused;             /* answers, but does not take the credentials */
  gchar *problem;               /* NULL: none */
  gdouble elapsed_ms;           /* until it had done what it should */
  gint64 credentials_s;         /* until they expire; -1: they do not say */
  gint64 certificate_s;         /* until the certificate ends; -1: no TLS */
} GstIceDoctorServer;

/* The same for a local port. */
typedef struct
{
  guint port;
  gboolean is_free;
  gboolean answered;            /* a STUN server's answer came in to it */
} GstIceDoctorPort;

/* An address of this machine. */
typedef struct
{
  gchar *text;
  const gchar *kind;            /* "private (RFC 1918)", and so on */
} GstIceDoctorAddress;

/* A library, or what the kernel can. */
typedef struct
{
  const gchar *name;
  gchar *value;
  const gchar *note;            /* (nullable): what that means for calls */
} GstIceDoctorFact;

/* All that was found out about this machine and its network. */
typedef struct
{
  GArray *addresses;            /* of GstIceDoctorAddress */
  GArray *servers;              /* of GstIceDoctorServer */
  GArray *ports;                /* of GstIceDoctorPort; empty: no range was asked for */
  GArray *facts;                /* of GstIceDoctorFact */
  gboolean asked_stun;
  GstIceDoctorNat nat;          /* if @asked_stun */
  gchar *stun_uri;              /* of whom it was asked, or NULL */
  gchar *stun_problem;          /* why none could be asked, or NULL */
  gchar *external_address;      /* that users say they have, or NULL */
} GstIceDoctorFindings;

GstIceDoctorFindings *gst_ice_doctor_findings_new (void)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_doctor_findings_free (GstIceDoctorFindings * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceDoctorFindings,
    gst_ice_doctor_findings_free)

G_END_DECLS
