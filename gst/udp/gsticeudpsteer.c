/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Makes the kernel give us the packets of one peer on a port that we share
 * with an agent (a BPF program). */

#include "config.h"

#include "gsticeudpsteer.h"

#include "gsticeerror.h"
#include "gsticeudp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* netinet/in.h defines these for the kernel's own headers only. */
#ifndef IPV6_UNICAST_IF
#define IPV6_UNICAST_IF 76
#endif

/* GRO looks up the socket of a flow without a packet. The program can't run
 * then: the kernel picks a socket of the port by a hash, and merges only if
 * that socket has UDP_GRO. These decoy sockets take part in that choice; the
 * program never gives them a packet. With them 15 of 16 flows are merged,
 * without them 1 of 2. They are made only for a fast flow that is not
 * merged: the many slow calls need none. */
#define N_DECOYS 14

#define MAX_INSTRUCTIONS 32

static gint n_all_decoys;       /* of the process, atomic */

struct _GstIceUdpSteer
{
  gint fd;                      /* number 1 of the port's sockets; the first
                                 * socket is number 0 */
  guint32 tag;
  gboolean relayed;             /* the remote is a TURN server */
  gboolean coalesce;

  /* Reading thread. */
  gint decoys[N_DECOYS];        /* numbers 2 and up */
  guint n_decoys;
  gboolean wide;                /* decoys were made, or can't be */
};

typedef struct
{
  struct sock_filter code[MAX_INSTRUCTIONS];
  guint n;
} Program;

static void
program_load (Program * program, guint size, guint32 offset)
{
  struct sock_filter load = BPF_STMT (BPF_LD | BPF_ABS | size, offset);

  program->code[program->n++] = load;
}

/* The same, with the offset counted from the IP header. */
static void
program_load_header (Program * program, guint size, gsize offset)
{
  program_load (program, size, (guint32) SKF_NET_OFF + offset);
}

/* Continues if the loaded value is @value, else jumps to the end. */
static void
program_expect (Program * program, guint32 value)
{
  struct sock_filter test = BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);

  program->code[program->n++] = test;
}

/* Ends the program. A packet that failed an expectation goes to the first
 * socket. */
static void
program_end (Program * program)
{
  struct sock_filter to_ours = BPF_STMT (BPF_RET | BPF_K, 1);
  struct sock_filter to_first = BPF_STMT (BPF_RET | BPF_K, 0);

  program->code[program->n++] = to_ours;
  for (guint i = 0; i < program->n; i++) {
    if (program->code[i].code == (BPF_JMP | BPF_JEQ | BPF_K))
      program->code[i].jf = program->n - i - 1;
  }
  program->code[program->n++] = to_first;
}

static void
program_match_ip4 (Program * program, guint32 address, guint16 port)
{
  /* Packets with IP options go to the first socket: their port is not at the
   * usual offset. */
  program_load_header (program, BPF_B, 0);
  program_expect (program, 0x45);
  program_load_header (program, BPF_W, offsetof (struct iphdr, saddr));
  program_expect (program, address);
  program_load_header (program, BPF_H, sizeof (struct iphdr));
  program_expect (program, port);
}

static void
program_match_ip6 (Program * program, const struct in6_addr *address,
    guint16 port)
{
  /* So do packets with extension headers. */
  program_load_header (program, BPF_B, offsetof (struct ip6_hdr, ip6_nxt));
  program_expect (program, IPPROTO_UDP);
  for (guint i = 0; i < 4; i++) {
    program_load_header (program, BPF_W,
        offsetof (struct ip6_hdr, ip6_src) + 4 * i);
    program_expect (program, ntohl (address->s6_addr32[i]));
  }
  program_load_header (program, BPF_H, sizeof (struct ip6_hdr));
  program_expect (program, port);
}

/* RFC 7983, 7: a first byte of 0 to 3 is STUN. Of STUN only the answers to
 * our own requests come to our socket. Offsets count from the end of the UDP
 * header. */
static void
program_match_payload (Program * program, guint32 tag)
{
  struct sock_filter skip_if_media =
      BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 4, 3, 0);

  program_load (program, BPF_B, 0);
  program->code[program->n++] = skip_if_media;
  /* 0x0101 is a success, 0x0111 an error response (RFC 8489, 5). */
  program_expect (program, 0x01);
  program_load (program, BPF_W, 8);
  program_expect (program, tag);
}

static void
program_add (Program * program, guint code, guint32 value)
{
  struct sock_filter instruction = BPF_STMT (code, value);

  program->code[program->n++] = instruction;
}

/* The same for what a TURN server relays: ChannelData, which has a header of
 * four bytes, or a Data indication (0x0017) that begins with the peer's
 * address (0x0012) of 8 or 20 bytes (RFC 8656, 11.5 and 12.4). Servers that
 * write these in another order are not recognised; with those, answers come
 * to our socket once a channel is bound. */
static void
program_match_relayed_payload (Program * program, guint32 tag)
{
  struct sock_filter skip_if_channel =
      BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 0x40, 8, 0);

  program_load (program, BPF_B, 0);
  program->code[program->n++] = skip_if_channel;
  program_load (program, BPF_H, 0);
  program_expect (program, 0x0017);
  program_load (program, BPF_H, 20);
  program_expect (program, 0x0012);
  program_load (program, BPF_H, 22);
  program_add (program, BPF_ALU | BPF_ADD | BPF_K, 28);
  program_add (program, BPF_MISC | BPF_TAX, 0);
  program_add (program, BPF_JMP | BPF_JA, 1);
  program_add (program, BPF_LDX | BPF_W | BPF_IMM, 4);

  program_add (program, BPF_LD | BPF_IND | BPF_B, 0);
  program_expect (program, 0x01);
  program_add (program, BPF_LD | BPF_IND | BPF_W, 8);
  program_expect (program, tag);
}

static void
program_make (Program * program, const GstIceUdpAddress * remote, guint32 tag,
    gboolean relayed)
{
  const struct sock_filter to_first = BPF_STMT (BPF_RET | BPF_K, 0);
  guint16 port;

  program->n = 0;
  if (remote == NULL) {
    program->code[program->n++] = to_first;
    return;
  }

  port = gst_ice_udp_address_port (remote);
  if (remote->any.sa_family == AF_INET) {
    program_match_ip4 (program, ntohl (remote->in.sin_addr.s_addr), port);
  } else if (IN6_IS_ADDR_V4MAPPED (&remote->in6.sin6_addr)) {
    program_match_ip4 (program,
        ntohl (remote->in6.sin6_addr.s6_addr32[3]), port);
  } else {
    program_match_ip6 (program, &remote->in6.sin6_addr, port);
  }
  if (relayed)
    program_match_relayed_payload (program, tag);
  else
    program_match_payload (program, tag);
  program_end (program);
}

static gboolean
set_local_error (GError ** error, const gchar * what, gint error_number)
{
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
      "The port can't be shared, %s: %s.", what, g_strerror (error_number));
  return FALSE;
}

gboolean
gst_ice_udp_steer_aim (GstIceUdpSteer * self, const GstIceUdpAddress * remote,
    GError ** error)
{
  Program program;
  struct sock_fprog fprog;

  program_make (&program, remote, self->tag, self->relayed);
  memset (&fprog, 0, sizeof (fprog));
  fprog.len = program.n;
  fprog.filter = program.code;
  if (setsockopt (self->fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &fprog,
          sizeof (fprog)) == 0)
    return TRUE;

  if (errno == ENOPROTOOPT || errno == EPERM)
    gst_ice_udp_withdraw (GST_ICE_UDP_CAN_SHARE, g_strerror (errno));
  return set_local_error (error, "SO_ATTACH_REUSEPORT_CBPF", errno);
}

static void
copy_option (gint from, gint to, gint level, gint name)
{
  gint value = 0;
  socklen_t size = sizeof (value);

  if (getsockopt (from, level, name, &value, &size) == 0 && value != 0)
    setsockopt (to, level, name, &value, size);
}

/* What packets look like, and where they leave, must be the same on both
 * sockets. */
static void
copy_options (gint from, gint to, gint family)
{
  gchar device[IFNAMSIZ] = "";
  socklen_t size = sizeof (device);

  if (getsockopt (from, SOL_SOCKET, SO_BINDTODEVICE, device, &size) == 0 &&
      device[0] != '\0')
    setsockopt (to, SOL_SOCKET, SO_BINDTODEVICE, device, size);
  copy_option (from, to, SOL_SOCKET, SO_MARK);
  copy_option (from, to, SOL_SOCKET, SO_PRIORITY);

  if (family == AF_INET6) {
    gint v6_only = 0;

    /* Set when off too: the sockets of a port must agree. */
    size = sizeof (v6_only);
    getsockopt (from, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, &size);
    setsockopt (to, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof (v6_only));
    copy_option (from, to, IPPROTO_IPV6, IPV6_TCLASS);
    copy_option (from, to, IPPROTO_IPV6, IPV6_UNICAST_IF);
  }
  copy_option (from, to, IPPROTO_IP, IP_TOS);
  copy_option (from, to, IPPROTO_IP, IP_UNICAST_IF);
  copy_option (from, to, IPPROTO_IP, IP_MTU_DISCOVER);
}

/* Returns: a socket on the port of @first_fd, -1 with @error set */
static gint
join_port (gint first_fd, gboolean coalesce, GError ** error)
{
  struct sockaddr_storage local;
  socklen_t size = sizeof (local);
  gint one = 1, fd;

  if (getsockname (first_fd, (struct sockaddr *) &local, &size) < 0)
    return set_local_error (error, "getsockname", errno) - 1;
  fd = socket (local.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return set_local_error (error, "socket", errno) - 1;

  copy_options (first_fd, fd, local.ss_family);
  if (coalesce)
    setsockopt (fd, SOL_UDP, UDP_GRO, &one, sizeof (one));
  if (setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof (one)) < 0)
    set_local_error (error, "SO_REUSEPORT", errno);
  else if (bind (fd, (struct sockaddr *) &local, size) < 0)
    set_local_error (error, "bind", errno);
  else
    return fd;

  close (fd);
  return -1;
}

/* The decoys of the process get an eighth of its descriptors, as a bridge
 * with a thousand calls needs the rest. */
static gboolean
take_decoy (void)
{
  struct rlimit limit = { 0, };

  getrlimit (RLIMIT_NOFILE, &limit);
  if ((rlim_t) g_atomic_int_add (&n_all_decoys, 1) < limit.rlim_cur / 8)
    return TRUE;
  g_atomic_int_add (&n_all_decoys, -1);
  return FALSE;
}

void
gst_ice_udp_steer_widen (GstIceUdpSteer * self)
{
  gint least = 0;

  if (self->wide || !self->coalesce)
    return;

  self->wide = TRUE;
  while (self->n_decoys < N_DECOYS && take_decoy ()) {
    gint decoy = join_port (self->fd, TRUE, NULL);

    if (decoy < 0) {
      g_atomic_int_add (&n_all_decoys, -1);
      return;
    }
    setsockopt (decoy, SOL_SOCKET, SO_RCVBUF, &least, sizeof (least));
    self->decoys[self->n_decoys++] = decoy;
  }
}

static GstIceUdpSteer *
steer_new (gint first_fd, guint32 tag, gboolean relayed, gboolean coalesce,
    const GstIceUdpAddress * remote, GError ** error)
{
  g_autoptr (GstIceUdpSteer) self = NULL;
  gint one = 1;

  if (!gst_ice_udp_can (GST_ICE_UDP_CAN_SHARE)) {
    set_local_error (error, "this kernel", ENOPROTOOPT);
    return NULL;
  }

  self = g_new0 (GstIceUdpSteer, 1);
  self->fd = -1;
  self->tag = tag;
  self->relayed = relayed;
  self->coalesce = coalesce && gst_ice_udp_can (GST_ICE_UDP_CAN_GRO);

  /* Between the bind and the attaching of the program, some ten
   * microseconds, the kernel chooses a socket by a hash of both addresses,
   * so our socket may get STUN too. The program is aimed from the start: the
   * packets of a remote change sockets only once, and all those in the first
   * socket are older than those in ours. */
  if (setsockopt (first_fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof (one)) < 0) {
    set_local_error (error, "SO_REUSEPORT on the first socket", errno);
    return NULL;
  }
  self->fd = join_port (first_fd, self->coalesce, error);
  if (self->fd < 0 || !gst_ice_udp_steer_aim (self, remote, error))
    return NULL;

  return g_steal_pointer (&self);
}

GstIceUdpSteer *
gst_ice_udp_steer_new (gint first_fd, guint32 tag, gboolean coalesce,
    const GstIceUdpAddress * remote, GError ** error)
{
  return steer_new (first_fd, tag, FALSE, coalesce, remote, error);
}

GstIceUdpSteer *
gst_ice_udp_steer_new_relayed (gint first_fd, guint32 tag,
    const GstIceUdpAddress * server, GError ** error)
{
  return steer_new (first_fd, tag, TRUE, FALSE, server, error);
}

void
gst_ice_udp_steer_free (GstIceUdpSteer * self)
{
  /* The last decoy first: when a socket leaves, the kernel gives its number
   * to the last one, and a decoy must never be number 1. */
  while (self->n_decoys > 0) {
    close (self->decoys[--self->n_decoys]);
    g_atomic_int_add (&n_all_decoys, -1);
  }
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

gint
gst_ice_udp_steer_get_fd (GstIceUdpSteer * self)
{
  return self->fd;
}

gboolean
gst_ice_udp_steer_get_coalesce (GstIceUdpSteer * self)
{
  return self->coalesce;
}
