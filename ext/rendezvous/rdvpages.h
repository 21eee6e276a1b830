/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "rdvcontext.h"

G_BEGIN_DECLS

/* Adds /healthz and /metrics, and refuses what is neither GET nor HEAD, on all
 * pages of @soup. @context: (transfer none): outlives @soup. */
void rdv_pages_add (SoupServer * soup, RdvContext * context);

/* Answers with @status and a JSON object whose "error" is @why. */
void rdv_pages_refuse (SoupServerMessage * msg, guint status, const char *why);

G_END_DECLS
