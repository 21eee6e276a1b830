/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticenotice.h"
#include "gsticetypes.h"

G_BEGIN_DECLS

/* What icesrc and icesink share: membership in a session, with its
 * properties, signals and messages. */
typedef struct _GstIceElement GstIceElement;

/* What differs between the two. Session thread, unless a function says
 * otherwise. */
typedef struct
{
  /* Any thread.
   * Returns: (transfer full): a GstIceSender or GstIceReceiver, for as long
   *     as the element is in a session */
  GObject *(*make_half) (GstElement * element);
  /* Any thread.
   * Returns: (transfer full): statistics of what make_half() returned */
  GstStructure *(*get_stats) (GObject * half);

  /* @formats: (transfer none): the agreed formats of the element's m-line,
   *     whose packets pass @half */
  void (*formats) (GstElement * element, GObject * half, GstCaps * formats);
  /* Something about one of several peers: CONSUMER_… notices. May be NULL. */
  void (*consumer) (GstElement * element, const GstIceNotice * notice);
  /* The peer offers @formats (transfer none), but no answer can be made yet, as an element
   * does not know what it sends. May be NULL. */
  void (*offered) (GstElement * element, GObject * half, GstCaps * formats);
  /* @silent: the peer sends nothing on the m-line of the element, or there is none for it.
   * May be NULL. */
  void (*silent) (GstElement * element, GObject * half, gboolean silent);
} GstIceElementEvents;

/* @element: (transfer none): owns the result; its class has the properties
 *     that gst_ice_element_class_init() installs from @first_id on. @events:
 *     static */
GstIceElement *gst_ice_element_new (GstElement * element, guint first_id,
    GstIceDirection direction, const GstIceElementEvents * events) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_element_free (GstIceElement * self);

/* For the vmethods of the element's class. Any thread. */
void gst_ice_element_set_property (GstIceElement * self, guint id,
    const GValue * value, GParamSpec * pspec);
void gst_ice_element_get_property (GstIceElement * self, guint id,
    GValue * value, GParamSpec * pspec);

/* The action of the element. Takes effect from the next NULL to READY on, and
 * at once if the element is a member. Any thread.
 * Returns: %FALSE when @uri is not the URI of a TURN server */
gboolean gst_ice_element_add_turn_server (GstElement * element,
    const gchar * uri);

/* The same of icesink: has the session end its call with consumer @id, if there is such a
 * one. Any thread. Returns: %FALSE when the element is in no session */
gboolean gst_ice_element_remove_consumer (GstElement * element, guint id);

/* State change: NULL to READY, and READY to NULL. What becomes of it is told by messages.
 * Returns: %FALSE when the process has no thread or descriptor left; the element has
 *     posted that as an error */
gboolean gst_ice_element_join (GstIceElement * self);
void gst_ice_element_leave (GstIceElement * self);

/* State change: READY to PAUSED: a listener listens from now on. */
void gst_ice_element_begin (GstIceElement * self);

/* Once it is known what the element carries; of an icesrc, further calls do
 * nothing until it joins again. @kind: used where the property "media" is unset;
 * @formats: (transfer none) (nullable) */
void gst_ice_element_set_ready (GstIceElement * self, GstIceMediaKind kind,
    GstCaps * formats);

/* Any thread, in any state. See gst_ice_session_ask_key_unit() */
void gst_ice_element_ask_key_unit (GstIceElement * self);

/* Before it joins: a listener's stream does not end with its peer. Any thread. */
void gst_ice_element_set_keep_listening (GstIceElement * self,
    gboolean keep_listening);
gboolean gst_ice_element_get_keep_listening (GstIceElement * self);

/* Any thread. Returns: (transfer full) (nullable): what its session is called, %NULL: it is in
 *     none */
gchar *gst_ice_element_dup_joined_name (GstIceElement * self)
    G_GNUC_WARN_UNUSED_RESULT;

GstIceComponent gst_ice_element_get_component (GstIceElement * self);

/* Streaming thread.
 * Returns: (transfer none): the sender or receiver, from joining to leaving */
GObject *gst_ice_element_get_half (GstIceElement * self);

/* Any thread, in any state.
 * Returns: (transfer full) (nullable): the same; %NULL: the element has
 *     never been in a session */
GObject *gst_ice_element_dup_half (GstIceElement * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
