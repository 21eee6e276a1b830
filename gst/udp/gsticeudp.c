/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds out which features of the fast path the kernel has and the
 * environment allows. */

#include "config.h"

#include "gsticeudp.h"

#include "gsticelog.h"
#include "gsticeudptrial.h"

#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

GST_ICE_LOG_CATEGORY (gst_ice_udp_log, "iceudp", "ICE on UDP sockets");
#define GST_CAT_DEFAULT gst_ice_udp_log ()

static gint features;           /* GstIceUdpFeature bits, atomic */

GstIceUdpLevel
gst_ice_udp_get_level (void)
{
  static const gchar *const names[] = { "none", "mmsg", "gso", "all" };
  const gchar *wanted = g_getenv ("GST_ICE_UDP");

  for (guint i = 0; wanted && i < G_N_ELEMENTS (names); i++) {
    if (g_str_equal (wanted, names[i]))
      return (GstIceUdpLevel) i;
  }
  return GST_ICE_UDP_ALL;
}

static gboolean
can_share (gint fd)
{
  struct sock_filter all_to_first = BPF_STMT (BPF_RET | BPF_K, 0);
  struct sock_fprog program;
  gint one = 1;

  /* Padding included: Valgrind reports uninitialised bytes otherwise. */
  memset (&program, 0, sizeof (program));
  program.len = 1;
  program.filter = &all_to_first;
  return setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof (one)) == 0
      && setsockopt (fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program,
      sizeof (program)) == 0;
}

/* Returns: whether what the kernel says it can works, as far as it can be tried */
static gboolean
passes_trial (gboolean merge)
{
  return gst_ice_udp_trial_run (AF_INET, merge)
      && gst_ice_udp_trial_run (AF_INET6, merge);
}

static gint
probe (void)
{
  gint fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  guint32 meminfo[SK_MEMINFO_VARS];
  socklen_t size = sizeof (meminfo);
  gint off = 0, on = 1, found = 0;

  if (fd < 0)
    fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return 0;

  if (setsockopt (fd, SOL_UDP, UDP_SEGMENT, &off, sizeof (off)) == 0
      && passes_trial (FALSE))
    found |= GST_ICE_UDP_CAN_SEGMENT;
  if (setsockopt (fd, SOL_UDP, UDP_GRO, &on, sizeof (on)) == 0
      && passes_trial (TRUE))
    found |= GST_ICE_UDP_CAN_GRO;
  if (can_share (fd))
    found |= GST_ICE_UDP_CAN_SHARE;
  if (getsockopt (fd, SOL_SOCKET, SO_MEMINFO, meminfo, &size) == 0
      && size > SK_MEMINFO_DROPS * sizeof (meminfo[0]))
    found |= GST_ICE_UDP_CAN_MEMINFO;

  close (fd);
  return found;
}

static void
ensure_probed (void)
{
  static gsize probed = 0;

  if (!g_once_init_enter (&probed))
    return;

  g_atomic_int_set (&features, probe ());
  GST_INFO ("kernel features: %#x", (guint) g_atomic_int_get (&features));
  g_once_init_leave (&probed, 1);
}

gboolean
gst_ice_udp_can (GstIceUdpFeature feature)
{
  ensure_probed ();
  return (g_atomic_int_get (&features) & feature) != 0;
}

void
gst_ice_udp_withdraw (GstIceUdpFeature feature, const gchar * why)
{
  guint before;

  ensure_probed ();
  before = g_atomic_int_and ((guint *) & features, ~(guint) feature);
  if (before & feature)
    GST_INFO ("the kernel has feature %#x and refused it: %s", feature, why);
}

static gsize
get_receive_buffer (gint fd)
{
  gint doubled = 0;
  socklen_t size = sizeof (doubled);

  getsockopt (fd, SOL_SOCKET, SO_RCVBUF, &doubled, &size);

  /* socket(7): the kernel doubles the size that it is given. */
  return doubled / 2;
}

gsize
gst_ice_udp_set_receive_buffer (gint fd, gsize size)
{
  /* socket(7): the kernel doubles the size, which is an int. */
  gint wanted = MIN (size, G_MAXINT / 2);
  gsize got;

  ensure_probed ();
  if (wanted > 0) {
    setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof (wanted));
    if (get_receive_buffer (fd) < (gsize) wanted)
      setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof (wanted));
  }
  got = get_receive_buffer (fd);
  if (got < (gsize) wanted) {
    GST_INFO ("the kernel gave a receive buffer of %" G_GSIZE_FORMAT
        " bytes, not %d; net.core.rmem_max allows no more", got, wanted);
  }
  return got;
}

guint
gst_ice_udp_get_kernel_drops (gint fd)
{
  guint32 meminfo[SK_MEMINFO_VARS] = { 0, };
  socklen_t size = sizeof (meminfo);

  if (!gst_ice_udp_can (GST_ICE_UDP_CAN_MEMINFO)
      || getsockopt (fd, SOL_SOCKET, SO_MEMINFO, meminfo, &size) < 0)
    return 0;
  return meminfo[SK_MEMINFO_DROPS];
}

/* Returns: a descriptor that is not a socket and is always writable; -1 when
 *     there are no descriptors left. It is never closed. */
static gint
get_no_socket (void)
{
  static gsize no_socket = 0;   /* the descriptor + 1 */

  if (g_once_init_enter (&no_socket)) {
    gint fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);

    g_once_init_leave (&no_socket, fd < 0 ? G_MAXSIZE : (gsize) fd + 1);
  }
  return no_socket == G_MAXSIZE ? -1 : (gint) (no_socket - 1);
}

void
gst_ice_udp_retire_socket (gint fd)
{
  if (get_no_socket () >= 0)
    dup3 (get_no_socket (), fd, O_CLOEXEC);
}
