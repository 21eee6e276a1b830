/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The log: one JSON object a line on standard error. */

#include "config.h"

#include "rdvlog.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

static const char *const level_names[] =
    { "error", "warning", "info", "debug" };

static RdvLogLevel max_level = RDV_LOG_INFO;

void
rdv_log_set_level (RdvLogLevel level)
{
  max_level = level;
}

gboolean
rdv_log_level_from_name (const char *name, RdvLogLevel * level)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (level_names); i++) {
    if (g_str_equal (name, level_names[i])) {
      *level = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* A peer may put anything into a name, such as that of a room. Bytes that
 * are not plain ASCII are written as \u00xx, so that each event is one line
 * of valid JSON. */
static void
append_string (GString * line, const char *text)
{
  const guchar *c;

  g_string_append_c (line, '"');
  for (c = (const guchar *) text; *c; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_printf (line, "\\%c", *c);
    else if (*c < 0x20 || *c >= 0x7f)
      g_string_append_printf (line, "\\u%04x", *c);
    else
      g_string_append_c (line, *c);
  }
  g_string_append_c (line, '"');
}

void
rdv_log (RdvLogLevel level, const char *event, ...)
{
  gint64 now_us = g_get_real_time ();
  g_autoptr (GString) line = NULL;
  const char *key;
  va_list args;
  gsize at = 0;

  if (level > max_level)
    return;

  line = g_string_sized_new (160);
  g_string_append_printf (line, "{\"ts\":%" G_GINT64_FORMAT ".%03d",
      now_us / G_USEC_PER_SEC, (int) (now_us / 1000 % 1000));
  g_string_append_printf (line, ",\"level\":\"%s\",\"event\":\"%s\"",
      level_names[level], event);

  va_start (args, event);
  while ((key = va_arg (args, const char *)))
  {
    const char *value = va_arg (args, const char *);

    if (value) {
      g_string_append_printf (line, ",\"%s\":", key);
      append_string (line, value);
    }
  }
  va_end (args);
  g_string_append (line, "}\n");

  /* One write for a line, so that processes which share stderr do not mix
   * their lines. */
  while (at < line->len) {
    gssize n = write (STDERR_FILENO, line->str + at, line->len - at);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    at += n;
  }
}
