/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeudpreader.h"

#include "gsticeudp.h"
#include "gsticeudpbatch.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

GST_DEBUG_CATEGORY_STATIC (gst_ice_udp_reader_debug);
#define GST_CAT_DEFAULT gst_ice_udp_reader_debug

#define N_MESSAGES 64

/* A merged packet has up to 64 KiB. Cells are not a power of two apart, or the
 * beginnings of all would share a few lines of the processor's cache. Only pages
 * that something is received into ever take memory. */
#define CELL_SIZE 65536
#define CELL_STRIDE (CELL_SIZE + 1216)

/* RFC 7983, 7: 0 to 3 is STUN. */
#define FIRST_NOT_STUN 4

#define MAX_REMOTES 4

/* Of drain(): more than the largest socket buffer holds in practice. */
#define MAX_DRAIN_READS 4096

struct _GstIceUdpScratch
{
  guint8 *cells;
  struct mmsghdr messages[N_MESSAGES];
  struct iovec iovecs[N_MESSAGES];
  GstIceUdpAddress from[N_MESSAGES];
  union
  {
    gchar bytes[CMSG_SPACE (sizeof (gint))];
    struct cmsghdr align;
  } controls[N_MESSAGES];
  guint n_dirty;                /* messages the kernel wrote to */
  guint kinds;                  /* of the packets of this read, as the demux has it */
};

struct _GstIceUdpReader
{
  gint fd;                      /* set at construction */
  GstIceDemux *demux;           /* set at construction */
  const GstIceUdpReaderHooks *hooks;    /* set at construction, or NULL */
  gpointer user_data;           /* set at construction */

  /* Who reads. */
  GstIceUdpAddress remotes[MAX_REMOTES];        /* the newest first */
  guint n_remotes;
  gint64 due_us;                /* when to tick() */

  GMutex lock;                  /* never held across a system call or a push */

  /* Protected by lock. */
  GstIceUdpReaderCounts counts;
};

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (gst_ice_udp_reader_debug, "iceudpreader", 0,
        "ICE reader of a UDP socket");
    g_once_init_leave (&done, 1);
  }
}

/* Returns: (transfer full): for one thread */
GstIceUdpScratch *
gst_ice_udp_scratch_new (void)
{
  GstIceUdpScratch *self = g_new0 (GstIceUdpScratch, 1);

  self->cells = g_malloc (N_MESSAGES * CELL_STRIDE);
  for (guint i = 0; i < N_MESSAGES; i++) {
    struct msghdr *header = &self->messages[i].msg_hdr;

    self->iovecs[i].iov_base = self->cells + i * CELL_STRIDE;
    self->iovecs[i].iov_len = CELL_SIZE;
    header->msg_iov = &self->iovecs[i];
    header->msg_iovlen = 1;
    header->msg_name = &self->from[i];
    header->msg_control = &self->controls[i];
  }
  self->n_dirty = N_MESSAGES;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_udp_scratch_free (GstIceUdpScratch * self)
{
  g_free (self->cells);
  g_free (self);
}

guint
gst_ice_udp_scratch_get_n_messages (GstIceUdpScratch * self)
{
  return self->n_dirty;
}

/* Returns: how many messages came, or -errno */
static gint
gst_ice_udp_scratch_receive (GstIceUdpScratch * self, gint fd)
{
  gint n;

  for (guint i = 0; i < self->n_dirty; i++) {
    struct msghdr *header = &self->messages[i].msg_hdr;

    header->msg_namelen = sizeof (self->from[i]);
    header->msg_controllen = sizeof (self->controls[i]);
    header->msg_flags = 0;
  }
  n = recvmmsg (fd, self->messages, N_MESSAGES, MSG_DONTWAIT, NULL);
  self->n_dirty = MAX (n, 0);
  return n < 0 ? -errno : n;
}

/* Returns: the size of the packets that were merged, 0 if none were */
static gint
get_stride (struct msghdr *header)
{
  struct cmsghdr *cmsg;
  gint stride = 0;

  for (cmsg = CMSG_FIRSTHDR (header); cmsg; cmsg = CMSG_NXTHDR (header, cmsg)) {
    if (cmsg->cmsg_level == SOL_UDP && cmsg->cmsg_type == UDP_GRO)
      memcpy (&stride, CMSG_DATA (cmsg), sizeof (stride));
  }
  return stride;
}

/* Returns: (transfer full): a packet. As cheap as a slice of what was received,
 *     and it does not keep 64 KiB alive behind 160 bytes in a jitter buffer. Memory
 *     that is filled before GStreamer has it needs no mapping, which costs as much as
 *     all the rest. */
static GstBuffer *
copy_packet (const guint8 * data, gsize size)
{
  return gst_buffer_new_wrapped (g_memdup2 (data, size), size);
}

static gboolean
gst_ice_udp_reader_is_remote (GstIceUdpReader * self,
    const GstIceUdpAddress * from)
{
  for (guint i = 0; i < self->n_remotes; i++) {
    if (gst_ice_udp_address_equal (&self->remotes[i], from))
      return TRUE;
  }
  return FALSE;
}

static void
gst_ice_udp_reader_take_stun (GstIceUdpReader * self,
    const GstIceUdpAddress * from, const guint8 * data, gsize size,
    gint64 now_us)
{
  if (self->hooks == NULL)
    return;
  if (self->hooks->stun != NULL)
    self->hooks->stun (from, data, size, now_us, self->user_data);
  self->due_us = now_us;
}

/* Adds the packets of one message to @list. */
static void
gst_ice_udp_reader_take_message (GstIceUdpReader * self,
    GstIceUdpScratch * scratch, guint number, gint64 now_us,
    GstBufferList * list, GstIceUdpReaderCounts * counts)
{
  struct msghdr *header = &scratch->messages[number].msg_hdr;
  const guint8 *data = scratch->iovecs[number].iov_base;
  const gsize size = scratch->messages[number].msg_len;
  const gint stride = get_stride (header);
  gsize offset = 0, length = 0;

  if (!gst_ice_udp_reader_is_remote (self, &scratch->from[number])) {
    counts->packets_foreign++;
    return;
  }
  if (size == 0 || (header->msg_flags & MSG_TRUNC) != 0) {
    counts->packets_malformed++;
    return;
  }

  while (gst_ice_udp_batch_next_packet (size, stride, &offset, &length)) {
    /* Also inside: the card merges what has the length, whatever it is. */
    if (data[offset] < FIRST_NOT_STUN) {
      counts->packets_stun++;
      gst_ice_udp_reader_take_stun (self, &scratch->from[number],
          data + offset, length, now_us);
      continue;
    }
    scratch->kinds |= gst_ice_demux_tell (data + offset, length);
    gst_buffer_list_add (list, copy_packet (data + offset, length));
    counts->packets_received++;
    counts->bytes_received += length;
  }
}

static void
gst_ice_udp_reader_count (GstIceUdpReader * self,
    const GstIceUdpReaderCounts * more)
{
  GstIceUdpReaderCounts *counts = &self->counts;

  g_mutex_lock (&self->lock);
  counts->packets_received += more->packets_received;
  counts->bytes_received += more->bytes_received;
  counts->packets_foreign += more->packets_foreign;
  counts->packets_stun += more->packets_stun;
  counts->packets_malformed += more->packets_malformed;
  counts->messages += more->messages;
  counts->reads++;
  g_mutex_unlock (&self->lock);
}

GstIceUdpRead
gst_ice_udp_reader_read (GstIceUdpReader * self, GstIceUdpScratch * scratch,
    gint64 now_us)
{
  gint n = gst_ice_udp_scratch_receive (scratch, self->fd);
  GstIceUdpReaderCounts counts = { 0, };
  GstBufferList *list;

  if (n == -EAGAIN)
    return GST_ICE_UDP_READ_ALL;
  if (n == -EBADF || n == -ENOTSOCK || n == -EFAULT || n == -EINVAL
      || n == -ENOSYS || n == -EPERM) {
    GST_WARNING ("nothing can be received on socket %d any more: %s", self->fd,
        g_strerror (-n));
    return GST_ICE_UDP_READ_BROKEN;
  }
  /* Interrupted, or what an ICMP message left behind: RFC 1122, 4.1.3.3. */
  if (n <= 0)
    return GST_ICE_UDP_READ_SOME;

  list = gst_buffer_list_new_sized (n);
  counts.messages = n;
  scratch->kinds = 0;
  for (gint i = 0; i < n; i++)
    gst_ice_udp_reader_take_message (self, scratch, i, now_us, list, &counts);
  gst_ice_udp_reader_count (self, &counts);

  GST_LOG ("%d messages, %" G_GUINT64_FORMAT " packets", n,
      counts.packets_received);
  if (counts.packets_received > 0) {
    gst_ice_demux_deliver_known (self->demux, list, scratch->kinds,
        counts.bytes_received);
    if (self->hooks != NULL && self->hooks->media != NULL)
      self->hooks->media (now_us, self->user_data);
  } else {
    gst_buffer_list_unref (list);
  }
  return n < N_MESSAGES ? GST_ICE_UDP_READ_ALL : GST_ICE_UDP_READ_SOME;
}

void
gst_ice_udp_reader_drain (GstIceUdpReader * self)
{
  g_autoptr (GstIceUdpScratch) scratch = gst_ice_udp_scratch_new ();
  gint64 now_us = g_get_monotonic_time ();

  for (guint i = 0; i < MAX_DRAIN_READS; i++) {
    if (gst_ice_udp_reader_read (self, scratch, now_us) !=
        GST_ICE_UDP_READ_SOME)
      return;
  }
}

gint64
gst_ice_udp_reader_tick (GstIceUdpReader * self, gint64 now_us)
{
  if (now_us < self->due_us)
    return self->due_us;

  self->due_us = G_MAXINT64;
  if (self->hooks != NULL && self->hooks->tick != NULL)
    self->due_us = self->hooks->tick (now_us, self->user_data);
  return self->due_us;
}

/* Returns: (transfer full): that listens to nobody yet */
GstIceUdpReader *
gst_ice_udp_reader_new (gint fd, GstIceDemux * demux,
    const GstIceUdpReaderHooks * hooks, gpointer user_data)
{
  GstIceUdpReader *self = g_new0 (GstIceUdpReader, 1);

  init_debug ();
  self->fd = fd;
  self->demux = g_object_ref (demux);
  self->hooks = hooks;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  return self;
}

/* @self: (transfer full): in no pool */
void
gst_ice_udp_reader_free (GstIceUdpReader * self)
{
  g_object_unref (self->demux);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
gst_ice_udp_reader_add_remote (GstIceUdpReader * self,
    const GstIceUdpAddress * remote)
{
  memmove (&self->remotes[1], &self->remotes[0],
      (MAX_REMOTES - 1) * sizeof (self->remotes[0]));
  self->remotes[0] = *remote;
  self->n_remotes = MIN (self->n_remotes + 1, MAX_REMOTES);
  self->due_us = 0;
}

gint
gst_ice_udp_reader_get_fd (GstIceUdpReader * self)
{
  return self->fd;
}

void
gst_ice_udp_reader_get_counts (GstIceUdpReader * self,
    GstIceUdpReaderCounts * counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);

  counts->kernel_drops = gst_ice_udp_get_kernel_drops (self->fd);
}
