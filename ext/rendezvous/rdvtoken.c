/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Checks tokens: one for all rooms, or those of each room. */

#include "config.h"

#include "rdvtoken.h"

#include <string.h>
#include <sys/random.h>

/* In constant time: a comparison that stops at the first difference shows a
 * guesser how much of the guess is right. */
gboolean
rdv_token_equal (const char *a, const char *b)
{
  gsize length = strlen (a);
  guint8 difference = 0;
  gsize i;

  if (strlen (b) != length)
    return FALSE;
  for (i = 0; i < length; i++)
    difference |= a[i] ^ b[i];
  return difference == 0;
}

char *
rdv_token_new_secret (void)
{
  guint8 bytes[16];
  GString *secret = g_string_sized_new (2 * sizeof bytes);
  guint i;

  /* So few bytes always come at once, after the kernel has collected enough
   * of them. */
  if (getrandom (bytes, sizeof bytes, 0) != (gssize) sizeof bytes)
    g_error ("The kernel gives no random bytes");
  for (i = 0; i < sizeof bytes; i++)
    g_string_append_printf (secret, "%02x", bytes[i]);
  return g_string_free (secret, FALSE);
}

char *
rdv_token_make (const char *secret, const char *room, gint64 expiry)
{
  g_autofree char *text = g_strdup_printf ("%s:%" G_GINT64_FORMAT, room,
      expiry);
  g_autofree char *mac = g_compute_hmac_for_string (G_CHECKSUM_SHA256,
      (const guint8 *) secret, strlen (secret), text, -1);

  return g_strdup_printf ("%" G_GINT64_FORMAT ":%s", expiry, mac);
}

static const char *
room_token_refusal (const char *secret, const char *room, const char *token,
    gint64 now)
{
  g_autofree char *expected = NULL;
  const char *colon = strchr (token, ':');
  g_autofree char *expiry_text = NULL;
  guint64 expiry;

  if (!colon)
    return "the token is not good for this room";
  expiry_text = g_strndup (token, colon - token);
  if (!g_ascii_string_to_unsigned (expiry_text, 10, 1, G_MAXINT64, &expiry,
          NULL))
    return "the token is not good for this room";

  expected = rdv_token_make (secret, room, expiry);
  if (!rdv_token_equal (expected, token))
    return "the token is not good for this room";
  return (gint64) expiry > now ? NULL : "the token has expired";
}

const char *
rdv_token_refusal (const char *bearer, const char *secret, const char *room,
    const char *token, gint64 now)
{
  if (!bearer && !secret)
    return NULL;
  if (!token)
    return "a token is needed";
  if (bearer && rdv_token_equal (bearer, token))
    return NULL;
  if (secret)
    return room_token_refusal (secret, room, token, now);
  return "the token is wrong";
}
