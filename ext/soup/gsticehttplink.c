/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads STUN and TURN servers from the Link headers of an answer. */

#include "config.h"

#include "gsticehttplink.h"

#include "gsticeserver.h"

#include <string.h>

/* One link's parameters, as far as they are of interest. */
typedef struct
{
  gchar *rel;                   /* NULL where there is none, as all are */
  gchar *username;
  gchar *credential;
  gchar *credential_type;
} Link;

static void
link_clear (Link * link)
{
  g_free (link->rel);
  g_free (link->username);
  g_free (link->credential);
  g_free (link->credential_type);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Link, link_clear);

static const gchar *
skip (const gchar * text, const gchar * chars)
{
  return text + strspn (text, chars);
}

/* Returns: (transfer full): a token, or what a quoted string holds; @text is moved
 *     behind it */
static gchar *
take_value (const gchar ** text)
{
  GString *value = g_string_new (NULL);
  const gchar *c = *text;
  gsize length;

  if (*c == '"') {
    for (c++; *c != '\0' && *c != '"'; c++) {
      if (*c == '\\' && c[1] != '\0')
        c++;
      g_string_append_c (value, *c);
    }
    *text = *c == '"' ? c + 1 : c;
  } else {
    length = strcspn (c, ";, \t");
    g_string_append_len (value, c, length);
    *text = c + length;
  }
  return g_string_free (value, FALSE);
}

/* @value: (transfer full): of parameter @name; the first of a name counts
 *     (RFC 8288, 3.3) */
static void
set_parameter (Link * link, const gchar * name, gsize length, gchar * value)
{
  const struct
  {
    const gchar *name;
    gchar **value;
  } known[] = {
    {"rel", &link->rel},
    {"username", &link->username},
    {"credential", &link->credential},
    {"credential-type", &link->credential_type},
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (strlen (known[i].name) == length && *known[i].value == NULL &&
        g_ascii_strncasecmp (known[i].name, name, length) == 0) {
      *known[i].value = value;
      return;
    }
  }
  g_free (value);
}

/* Reads "; name=value" as often as it comes. The server of gst-plugins-rs writes
 * "name:value". Returns: what is behind */
static const gchar *
read_parameters (Link * link, const gchar * text)
{
  const gchar *name, *end;

  for (text = skip (text, " \t"); *text == ';'; text = skip (text, " \t")) {
    name = skip (text, "; \t");
    end = name + strcspn (name, "=:;, \t");
    text = skip (end, " \t");
    if (*text == '=' || *text == ':') {
      text = skip (text + 1, " \t");
      set_parameter (link, name, end - name, take_value (&text));
    }
  }
  return text;
}

static gboolean
has_relation (const Link * link)
{
  g_auto (GStrv) relations = NULL;

  /* The server of gst-plugins-rs gives none for STUN: then the scheme tells, which
   * is checked anyway. */
  if (link->rel == NULL)
    return TRUE;
  relations = g_strsplit_set (link->rel, " \t", -1);
  for (guint i = 0; relations[i] != NULL; i++) {
    if (g_ascii_strcasecmp (relations[i], "ice-server") == 0)
      return TRUE;
  }
  return FALSE;
}

/* @uri: what was linked to */
static void
add_server (GPtrArray * servers, const Link * link, const gchar * uri)
{
  GstIceServer *server;

  if (!has_relation (link) ||
      (link->credential_type != NULL &&
          g_ascii_strcasecmp (link->credential_type, "password") != 0))
    return;

  server = gst_ice_server_from_uri_and_credentials (uri, link->username,
      link->credential, NULL);
  if (server != NULL)
    g_ptr_array_add (servers, server);
}

/* Takes what is linked to: "<URI>", or the URI alone, as Eyevinn's whip-endpoint 1.6
 * writes it. Returns: (transfer full) (nullable): %NULL where the text ends too early */
static gchar *
take_target (const gchar ** text)
{
  const gchar *c = *text;
  const gsize length = *c == '<' ? strcspn (c, ">") : strcspn (c, ";, \t");
  gchar *target;

  *text = c + length;
  if (*c != '<')
    return g_strndup (c, length);
  if (**text == '\0')
    return NULL;
  (*text)++;
  target = g_strndup (c + 1, length - 1);
  return g_strstrip (target);
}

GPtrArray *
gst_ice_http_links_read (SoupMessageHeaders * headers)
{
  GPtrArray *servers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_server_free);
  /* Several headers are one list. */
  const gchar *text = soup_message_headers_get_list (headers, "Link");

  while (text != NULL && *(text = skip (text, " \t,")) != '\0') {
    g_auto (Link) link = { NULL };
    g_autofree gchar *target = take_target (&text);

    if (target == NULL)
      break;
    text = read_parameters (&link, text);
    add_server (servers, &link, target);
    /* To the next link, whatever is between. */
    text += strcspn (text, ",");
  }
  return servers;
}
