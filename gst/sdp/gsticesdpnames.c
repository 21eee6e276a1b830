/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Limits the field names that a peer can make this process remember. */

#include "config.h"

#include "gsticesdpnames.h"

/* Parameters of known formats. They stay allowed even if a peer has used up
 * all new names. */
static const gchar *const known[] = {
  /* Opus, RFC 7587 */
  "maxplaybackrate", "sprop-maxcapturerate", "maxptime", "ptime", "minptime",
  "maxaveragebitrate", "stereo", "cbr", "useinbandfec", "usedtx",
  "sprop-stereo", "channel_mapping", "num_streams", "coupled_streams",
  /* H.264, RFC 6184, and H.265, RFC 7798 */
  "profile-level-id", "packetization-mode", "sprop-parameter-sets",
  "level-asymmetry-allowed", "max-mbps", "max-smbps", "max-fs", "max-cpb",
  "max-dpb", "max-br", "max-rcmd-nalu-size", "sprop-level-parameter-sets",
  "sprop-interleaving-depth", "sprop-deint-buf-req", "deint-buf-cap",
  "sprop-init-buf-time", "sprop-max-don-diff", "in-band-parameter-sets",
  "use-level-src-parameter-sets", "sar-understood", "sar-supported",
  "profile-space", "profile-id", "tier-flag", "tier", "level-id",
  "interop-constraints", "profile-compatibility-indicator",
  "sprop-sub-layer-id",
  "recv-sub-layer-id", "max-recv-level-id", "tx-mode", "sprop-vps", "sprop-sps",
  "sprop-pps", "sprop-sei", "sprop-depack-buf-nalus",
  "sprop-depack-buf-bytes", "depack-buf-cap",
  /* VP8, RFC 7741; VP9, RFC 9628; AV1 */
  "max-fr", "level-idx", "profile",
  /* AAC, RFC 3640, and MPEG-4, RFC 6416 */
  "streamtype", "mode", "config", "constantsize", "constantduration",
  "objecttype", "sizelength", "indexlength", "indexdeltalength",
  "ctsdeltalength",
  "dtsdeltalength", "randomaccessindication", "streamstateindication",
  "auxiliarydatasizelength", "cpresent", "object", "bitrate", "sbr-enabled",
  /* AMR, RFC 4867; EVS; iLBC, RFC 3952; Speex, RFC 5574; G.722.1; G.729 */
  "mode-set", "mode-change-period", "mode-change-capability",
  "mode-change-neighbor", "crc", "robust-sorting", "interleaving",
  "octet-align",
  "channels", "max-red", "br", "bw", "evs-mode-switch", "hf-only", "dtx",
  "dtx-recv", "cmr", "ch-aw-recv", "vbr", "cng", "annexb",
  /* RFC 4588, RFC 8627, RFC 2198, RFC 4733 */
  "apt", "rtx-time", "repair-window", "events",
  /* Raw video and JPEG 2000 and XS, RFC 4175, RFC 5371, RFC 9134 */
  "sampling", "width", "height", "depth", "colorimetry", "interlace",
  "exactframerate", "tcs", "range", "packetmode", "transmode", "level",
  "sublevel",
  "fbblevel", "ssn", "tp", "pm",
};

/* GStreamer before 1.26 keeps the name of a caps field for the life of the
 * process. So the names that peers can invent are limited, to less than 1
 * MiB. */
#define MAX_NEW_NAMES 4096

static GMutex lock;

/* Protected by lock. */
static GHashTable *new_names;   /* of gchar *: the names that peers invented */

static void
know_names (void)
{
  static gsize done = 0;

  if (!g_once_init_enter (&done))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    g_quark_from_static_string (known[i]);
  g_once_init_leave (&done, 1);
}

gboolean
gst_ice_sdp_may_name (const gchar * name)
{
  gboolean may;

  know_names ();
  if (g_quark_try_string (name) != 0)
    return TRUE;

  /* A name counts once, however often it occurs. */
  g_mutex_lock (&lock);
  if (new_names == NULL)
    new_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  may = g_hash_table_contains (new_names, name);
  if (!may && g_hash_table_size (new_names) < MAX_NEW_NAMES) {
    g_hash_table_add (new_names, g_strdup (name));
    may = TRUE;
  }
  g_mutex_unlock (&lock);
  return may;
}
