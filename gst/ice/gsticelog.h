/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

/* What stands in a log where a password, a credential or a token would. */
#define GST_ICE_HIDDEN(secret) ((secret) != NULL ? "(hidden)" : "(none)")
