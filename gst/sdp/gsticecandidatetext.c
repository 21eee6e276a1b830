/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads and writes one candidate as the SDP attribute of RFC 8839, 5.1. */

#include "config.h"

#include "gsticecandidatetext.h"

#include "gsticeerror.h"

#include <string.h>

/* RFC 1035, 2.3.4. An IPv6 address with its zone is shorter. */
#define MAX_ADDRESS_CHARS 255

#define MAX_PRIORITY G_MAXINT32

/* A longer line is not a candidate: no peer needs 16 KiB of extensions. */
#define MAX_LINE_BYTES 4096

/* What keeps a candidate from use. */
typedef struct
{
  GstIceLeftOutReason reason;
  const gchar *text;            /* static */
} Fault;

/* RFC 8839, 5.1: the order of the words after "candidate:". */
enum
{
  WORD_FOUNDATION,
  WORD_COMPONENT,
  WORD_TRANSPORT,
  WORD_PRIORITY,
  WORD_ADDRESS,
  WORD_PORT,
  WORD_TYP,
  WORD_TYPE,
  N_WORDS
};

/* MS-ICE2 writes TCP's direction in the transport, RFC 6544 in "tcptype". */
static const struct
{
  const gchar *name;
  const gchar *tcptype;
  GstIceProtocol transport;
} transports[] = {
  {"UDP", NULL, GST_ICE_PROTOCOL_UDP},
  {"TCP-ACT", "active", GST_ICE_PROTOCOL_TCP_ACTIVE},
  {"TCP-PASS", "passive", GST_ICE_PROTOCOL_TCP_PASSIVE},
  {"TCP-SO", "so", GST_ICE_PROTOCOL_TCP_SO},
};

static const gchar *
find_tcptype (GstIceProtocol transport)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (transports); i++) {
    if (transports[i].transport == transport)
      return transports[i].tcptype;
  }

  return NULL;
}

guint
gst_ice_sdp_address_length (const gchar * address)
{
  return strcspn (address, "%");
}

static void
append_related (GString * text, const GstIceCandidate * candidate)
{
  const gchar *address = candidate->related_address;
  guint port = candidate->related_port;

  /* RFC 8839, 5.1: the attribute must be there, and is zero if the address
   * is to stay secret. */
  if (address == NULL) {
    address = strchr (candidate->address, ':') ? "::" : "0.0.0.0";
    port = 0;
  }

  g_string_append_printf (text, " raddr %.*s rport %u",
      gst_ice_sdp_address_length (address), address, port);
}

gchar *
gst_ice_candidate_to_text (const GstIceCandidate * candidate)
{
  GString *text;
  const gchar *tcptype;

  g_return_val_if_fail (candidate != NULL, NULL);

  tcptype = find_tcptype (candidate->transport);
  text = g_string_new (NULL);
  g_string_append_printf (text, "candidate:%s %u %s %u %.*s %u typ %s",
      candidate->foundation, candidate->component, tcptype ? "TCP" : "UDP",
      candidate->priority, gst_ice_sdp_address_length (candidate->address),
      candidate->address, candidate->port,
      gst_ice_candidate_type_to_string (candidate->type));
  if (candidate->type != GST_ICE_CANDIDATE_HOST)
    append_related (text, candidate);
  if (tcptype != NULL)
    g_string_append_printf (text, " tcptype %s", tcptype);

  return g_string_free (text, FALSE);
}

static gboolean
parse_number (const gchar * word, guint min, guint max, guint * number)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (word, 10, min, max, &value, NULL))
    return FALSE;
  *number = value;

  return TRUE;
}

/* An IP address, or a host name, such as an mDNS name (RFC 8828). */
static gboolean
is_address (const gchar * word)
{
  const gchar *c;
  gboolean has_letter = FALSE;

  if (*word == '\0' || strlen (word) > MAX_ADDRESS_CHARS)
    return FALSE;

  if (g_hostname_is_ip_address (word))
    return TRUE;

  for (c = word; *c != '\0'; c++) {
    if (!g_ascii_isalnum (*c) && *c != '-' && *c != '.' && *c != '_')
      return FALSE;
    has_letter |= g_ascii_isalpha (*c) != 0;
  }

  /* "10.0.0.256" is a mistake, not a name. */
  return has_letter;
}

GstIceCandidate *
gst_ice_sdp_parse_endpoint (const gchar * component, const gchar * address,
    const gchar * port)
{
  GstIceCandidate *candidate;
  guint component_id, port_number;

  if (!parse_number (component, 1, 256, &component_id)
      || !parse_number (port, 0, G_MAXUINT16, &port_number)
      || !is_address (address))
    return NULL;

  candidate = gst_ice_candidate_new (address, port_number);
  candidate->address[gst_ice_sdp_address_length (address)] = '\0';
  candidate->component = component_id;

  return candidate;
}

static gboolean
parse_foundation (const gchar * word, GstIceCandidate * candidate)
{
  const gchar *c;

  /* The word is only compared, so more characters than ice-chars are
   * allowed. */
  for (c = word; *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c))
      return FALSE;
  }

  return g_strlcpy (candidate->foundation, word, GST_ICE_FOUNDATION_SIZE)
      < GST_ICE_FOUNDATION_SIZE;
}

static gboolean
parse_type (const gchar * word, GstIceCandidate * candidate)
{
  GstIceCandidateType type;

  for (type = GST_ICE_CANDIDATE_HOST; type <= GST_ICE_CANDIDATE_RELAY; type++) {
    if (g_ascii_strcasecmp (gst_ice_candidate_type_to_string (type), word) == 0) {
      candidate->type = type;
      return TRUE;
    }
  }

  return FALSE;
}

static gboolean
parse_transport (const gchar * word, const gchar * tcptype,
    GstIceCandidate * candidate)
{
  gboolean is_tcp = g_ascii_strcasecmp (word, "TCP") == 0;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (transports); i++) {
    if (g_ascii_strcasecmp (transports[i].name, word) == 0
        || (is_tcp && tcptype && transports[i].tcptype
            && g_ascii_strcasecmp (transports[i].tcptype, tcptype) == 0)) {
      candidate->transport = transports[i].transport;
      return TRUE;
    }
  }

  return FALSE;
}

static void
set_related (GstIceCandidate * candidate, const gchar * address,
    const gchar * port)
{
  g_autofree gchar *plain = NULL;
  guint number;

  if (candidate->type == GST_ICE_CANDIDATE_HOST || address == NULL
      || port == NULL || !is_address (address)
      || !parse_number (port, 0, G_MAXUINT16, &number))
    return;

  /* A peer that hides its base writes "unknown". That is the same as no
   * address. */
  plain = g_strndup (address, gst_ice_sdp_address_length (address));
  if (number == 0 && (strcmp (plain, "0.0.0.0") == 0
          || strcmp (plain, "::") == 0))
    return;

  candidate->related_address = g_steal_pointer (&plain);
  candidate->related_port = number;
}

/* Pairs of name and value follow the type. Unknown ones are skipped, and so
 * is a last name without a value. */
static gboolean
parse_extensions (gchar ** words, const gchar * transport,
    GstIceCandidate * candidate)
{
  const gchar *tcptype = NULL, *address = NULL, *port = NULL, *ufrag = NULL;

  for (; words[0] != NULL && words[1] != NULL; words += 2) {
    if (g_ascii_strcasecmp (words[0], "raddr") == 0)
      address = words[1];
    else if (g_ascii_strcasecmp (words[0], "rport") == 0)
      port = words[1];
    else if (g_ascii_strcasecmp (words[0], "tcptype") == 0)
      tcptype = words[1];
    else if (g_ascii_strcasecmp (words[0], "ufrag") == 0)
      ufrag = words[1];
  }

  if (!parse_transport (transport, tcptype, candidate))
    return FALSE;
  set_related (candidate, address, port);
  candidate->ufrag = g_strdup (ufrag);
  return TRUE;
}

static GstIceCandidate *
parse_words (gchar ** words, Fault * fault)
{
  g_autoptr (GstIceCandidate) candidate = NULL;

  candidate = gst_ice_sdp_parse_endpoint (words[WORD_COMPONENT],
      words[WORD_ADDRESS], words[WORD_PORT]);
  if (candidate == NULL) {
    fault->text = "its component, address or port can't be";
    return NULL;
  }

  if (!parse_foundation (words[WORD_FOUNDATION], candidate)) {
    fault->text = "its foundation is not 1 to 32 characters";
    return NULL;
  }

  /* RFC 8445, 5.1.2. libnice before 0.1.23 would accept 0. */
  if (!parse_number (words[WORD_PRIORITY], 1, MAX_PRIORITY,
          &candidate->priority)) {
    *fault = (Fault) {
    GST_ICE_LEFT_OUT_PRIORITY, "its priority is not 1 to 2147483647"};
    return NULL;
  }

  if (g_ascii_strcasecmp (words[WORD_TYP], "typ") != 0
      || !parse_type (words[WORD_TYPE], candidate)) {
    fault->text = "its type is none of host, srflx, prflx and relay";
    return NULL;
  }

  if (!parse_extensions (words + N_WORDS, words[WORD_TRANSPORT], candidate)) {
    *fault = (Fault) {
    GST_ICE_LEFT_OUT_TRANSPORT,
          "its transport is neither UDP nor TCP with a known tcptype"};
    return NULL;
  }

  /* The port of an active candidate means nothing: no agent connects to it. */
  if (candidate->port == 0
      && candidate->transport != GST_ICE_PROTOCOL_TCP_ACTIVE) {
    fault->text = "its port is 0";
    return NULL;
  }

  return g_steal_pointer (&candidate);
}

/* Returns: (transfer none): what follows "candidate:", or %NULL */
static const gchar *
skip_prefix (const gchar * text)
{
  static const gchar *const names[] = { "candidate:", "x-candidate-ipv6:" };
  guint i;

  while (g_ascii_isspace (*text))
    text++;
  if (g_str_has_prefix (text, "a="))
    text += 2;

  for (i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_ascii_strncasecmp (text, names[i], strlen (names[i])) == 0)
      return text + strlen (names[i]);
  }

  return NULL;
}

/* Returns: (transfer full): the words of @text without the empty ones */
static gchar **
split_words (const gchar * text)
{
  gchar **words = g_strsplit_set (text, " \t\r\n", -1);
  guint i, n_words = 0;

  for (i = 0; words[i] != NULL; i++) {
    if (*words[i] == '\0')
      g_free (words[i]);
    else
      words[n_words++] = words[i];
  }
  words[n_words] = NULL;

  return words;
}

GstIceCandidate *
gst_ice_candidate_parse (const gchar * text, GstIceLeftOutReason * why,
    GError ** error)
{
  g_auto (GStrv) words = NULL;
  GstIceCandidate *candidate = NULL;
  Fault fault = { GST_ICE_LEFT_OUT_GRAMMAR,
    "it does not begin with \"candidate:\""
  };
  const gchar *rest;

  g_return_val_if_fail (text != NULL, NULL);

  rest = skip_prefix (text);
  if (rest != NULL && strnlen (rest, MAX_LINE_BYTES) == MAX_LINE_BYTES) {
    fault.text = "it is too long";
  } else if (rest != NULL) {
    words = split_words (rest);
    if (g_strv_length (words) < N_WORDS)
      fault.text = "it has too few words (RFC 8839, 5.1)";
    else
      candidate = parse_words (words, &fault);
  }

  if (candidate == NULL) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "The candidate can't be used: %s.", fault.text);
    *why = fault.reason;
  }
  return candidate;
}

GstIceCandidate *
gst_ice_candidate_from_text (const gchar * text, GError ** error)
{
  GstIceLeftOutReason why;

  return gst_ice_candidate_parse (text, &why, error);
}
