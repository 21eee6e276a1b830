/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What this machine has: addresses, features of the kernel, versions of libraries. */

#include "config.h"

#include "gsticedoctorsystem.h"

#include "gsticeaddresses.h"
#include "gsticeudp.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* Below that, a burst of video does not fit (docs/performance.md). */
#define WANTED_RMEM_BYTES (1024 * 1024)

static gboolean
is_in (GInetAddress * address, const gchar * mask)
{
  g_autoptr (GInetAddressMask) parsed =
      g_inet_address_mask_new_from_string (mask, NULL);

  return parsed != NULL && g_inet_address_mask_matches (parsed, address);
}

const gchar *
gst_ice_doctor_system_get_address_kind (const gchar * text)
{
  static const struct
  {
    const gchar *mask, *kind;
  } kinds[] = {
    {"127.0.0.0/8", "loopback"},
    {"::1/128", "loopback"},
    {"10.0.0.0/8", "private (RFC 1918)"},
    {"172.16.0.0/12", "private (RFC 1918)"},
    {"192.168.0.0/16", "private (RFC 1918)"},
    {"100.64.0.0/10", "behind the provider's NAT (RFC 6598)"},
    {"169.254.0.0/16", "link-local"},
    {"fe80::/10", "link-local"},
    {"fc00::/7", "private (RFC 4193)"},
    {"192.0.2.0/24", "documentation (RFC 5737)"},
    {"198.51.100.0/24", "documentation (RFC 5737)"},
    {"203.0.113.0/24", "documentation (RFC 5737)"},
    {"2001:db8::/32", "documentation (RFC 3849)"},
  };
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  if (address == NULL)
    return "no address";
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (is_in (address, kinds[i].mask))
      return kinds[i].kind;
  }
  return "public";
}

void
gst_ice_doctor_system_add_addresses (GstIceDoctorFindings * findings,
    const gchar * interfaces)
{
  g_autoptr (GPtrArray) addresses = gst_ice_addresses_list (interfaces);

  /* The best is last there. */
  for (guint i = addresses->len; i-- > 0;) {
    const gchar *text = addresses->pdata[i];
    const GstIceDoctorAddress found = { g_strdup (text),
      gst_ice_doctor_system_get_address_kind (text)
    };

    g_array_append_val (findings->addresses, found);
  }
}

static void
add_fact (GstIceDoctorFindings * findings, const gchar * name, gchar * value,
    const gchar * note)
{
  const GstIceDoctorFact fact = { name, value, note };

  g_array_append_val (findings->facts, fact);
}

static void
add_feature (GstIceDoctorFindings * findings, const gchar * name,
    GstIceUdpFeature feature, const gchar * without)
{
  const gboolean can = gst_ice_udp_can (feature);

  add_fact (findings, name, g_strdup (can ? "yes" : "no"),
      can ? NULL : without);
}

static void
add_receive_buffer (GstIceDoctorFindings * findings)
{
  g_autofree gchar *text = NULL;

  if (!g_file_get_contents ("/proc/sys/net/core/rmem_max", &text, NULL, NULL))
    return;
  g_strstrip (text);
  add_fact (findings, "net.core.rmem_max", g_strdup (text),
      atoll (text) < WANTED_RMEM_BYTES ?
      "small: bursts may be dropped; sysctl -w net.core.rmem_max=4194304" :
      NULL);
}

/* libnice has no function for its version: the name of its file tells it.
 * Returns: (transfer full) (nullable) */
static gchar *
find_libnice (void)
{
  static const gchar stem[] = "/libnice.so.";
  g_autofree gchar *maps = NULL;
  const gchar *found;

  if (!g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL) ||
      (found = strstr (maps, stem)) == NULL)
    return NULL;
  found += sizeof (stem) - 1;
  return g_strndup (found, strcspn (found, "\n"));
}

void
gst_ice_doctor_system_add_facts (GstIceDoctorFindings * findings)
{
  gchar *libnice = find_libnice ();

  add_feature (findings, "UDP GSO", GST_ICE_UDP_CAN_SEGMENT,
      "each packet costs a system call's share; Linux 4.18 has it");
  add_feature (findings, "UDP GRO", GST_ICE_UDP_CAN_GRO,
      "each packet is received alone; Linux 5.0 has it");
  add_receive_buffer (findings);
  add_fact (findings, "GStreamer", gst_version_string (), NULL);
  add_fact (findings, "OpenSSL", g_strdup (OpenSSL_version (OPENSSL_VERSION)),
      NULL);
  if (libnice != NULL)
    add_fact (findings, "libnice, its file", libnice, NULL);
}
