/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "rdvcontext.h"

G_BEGIN_DECLS

/* Adds /healthz and /metrics to @soup, and refuses all methods but GET and
 * HEAD on all its pages. @context: (transfer none): outlives @soup. */
void rdv_pages_add (SoupServer * soup, RdvContext * context);

/* Answers with @status and a JSON object whose "error" is @why. */
void rdv_pages_refuse (SoupServerMessage * msg, guint status, const char *why);

G_END_DECLS
