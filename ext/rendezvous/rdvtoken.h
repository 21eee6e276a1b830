/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A room's token is "<expiry>:<mac>": expiry in decimal seconds since 1970, mac
 * the lower-case hexadecimal HMAC-SHA256, keyed with the secret, of
 * "<room>:<expiry>". */

/* Returns: (transfer full): the token for @room until @expiry */
char *rdv_token_make (const char *secret, const char *room, gint64 expiry)
    G_GNUC_WARN_UNUSED_RESULT;

/* Compares two secrets in constant time. */
gboolean rdv_token_equal (const char *a, const char *b);

/* Returns: (transfer full): a secret of 128 random bits from the kernel, in
 *     hexadecimal */
char *rdv_token_new_secret (void) G_GNUC_WARN_UNUSED_RESULT;

/* @bearer: (nullable): a token for every room
 * @secret: (nullable): makes the tokens of the rooms
 * @token: (nullable): what the client sent
 *
 * With neither @bearer nor @secret everybody is admitted.
 *
 * Returns: (transfer none) (nullable): why the client is refused; NULL when
 *     it is admitted */
const char *rdv_token_refusal (const char *bearer, const char *secret,
    const char *room, const char *token, gint64 now);

G_END_DECLS
