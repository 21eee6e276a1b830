/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What was found out about this machine and its network: values alone. */

#include "config.h"

#include "gsticedoctorfindings.h"

static void
server_clear (gpointer data)
{
  GstIceDoctorServer *self = data;

  gst_ice_server_free (self->server);
  g_free (self->uri);
  g_free (self->problem);
}

static void
address_clear (gpointer data)
{
  g_free (((GstIceDoctorAddress *) data)->text);
}

static void
fact_clear (gpointer data)
{
  g_free (((GstIceDoctorFact *) data)->value);
}

static GArray *
new_array (guint size, GDestroyNotify clear)
{
  GArray *array = g_array_new (FALSE, TRUE, size);

  if (clear != NULL)
    g_array_set_clear_func (array, clear);
  return array;
}

GstIceDoctorFindings *
gst_ice_doctor_findings_new (void)
{
  GstIceDoctorFindings *self = g_new0 (GstIceDoctorFindings, 1);

  self->addresses = new_array (sizeof (GstIceDoctorAddress), address_clear);
  self->servers = new_array (sizeof (GstIceDoctorServer), server_clear);
  self->ports = new_array (sizeof (GstIceDoctorPort), NULL);
  self->facts = new_array (sizeof (GstIceDoctorFact), fact_clear);
  return self;
}

void
gst_ice_doctor_findings_free (GstIceDoctorFindings * self)
{
  g_array_unref (self->addresses);
  g_array_unref (self->servers);
  g_array_unref (self->ports);
  g_array_unref (self->facts);
  g_free (self->stun_uri);
  g_free (self->stun_problem);
  g_free (self->external_address);
  g_free (self);
}
