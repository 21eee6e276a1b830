/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "append.h"
#include "restartcall.h"

G_BEGIN_DECLS

/* A call whose descriptions the test exchanges, with the caller's packets counted at the
 * callee. Static in a test that may fail. */
typedef struct
{
  Call call;
  AppEnd caller, callee;
} AppCall;

/* Returns when packets flow. @more: further properties of the caller's icesink */
void app_call_start (AppCall * self, const gchar * more);
void app_call_stop (AppCall * self);

G_END_DECLS
