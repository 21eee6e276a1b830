/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "append.h"

G_BEGIN_DECLS

#define VP8 "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000"
#define H264 "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000"

/* Video that the test writes, and that comes out of icesrc @name. */
#define SENDS(name, caps, more) "appsrc name=" name " format=time is-live=true " \
    "caps=\"" caps "\" ! icesink media=video network-interfaces=lo " \
    "wait-for-connection=false " more " "
#define TAKES(name, caps, more) "icesrc name=" name " media=video " \
    "network-interfaces=lo caps=\"" caps "\" " more " ! " \
    "fakesink async=false sync=false "

/* Pushes a packet of @payload_type through appsrc @name. */
void change_push (GstElement * pipeline, const gchar * name,
    guint8 payload_type);

/* The same until one has come to @received as @expected. */
void change_push_until (GstElement * pipeline, const gchar * name,
    guint8 payload_type, Counts * received, guint expected);

/* The stream of appsrc @name goes on with @caps, with one packet. */
void change_caps (GstElement * pipeline, const gchar * name,
    const gchar * caps);

/* Returns: (transfer full) (nullable): the encoding that comes out of icesrc @name */
gchar *change_get_encoding (GstElement * pipeline, const gchar * name);

/* Adds a bin with these elements, and takes it out. */
void change_add (GstElement * pipeline, const gchar * description);
void change_take_out (GstElement * pipeline);

/* Waits for EOS of icesrc @name; for a warning that has both texts. */
void change_wait_eos (GstElement * pipeline, const gchar * name);
void change_wait_warning (GstElement * pipeline, const gchar * one,
    const gchar * other);

G_END_DECLS
