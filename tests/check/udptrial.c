/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Kernels that do not what they say. */
#define _GNU_SOURCE

#include "gsticeudptrial.h"

#include <gst/check/gstcheck.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef enum
{
  KERNEL_AS_IT_IS,
  KERNEL_IGNORES,               /* sends one large packet */
  KERNEL_FORGETS,               /* sends nothing */
  KERNEL_REFUSES,
} Kernel;

static Kernel kernel;

/* In the place of the C library's, for all in this program. */
ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
  struct msghdr other = *message;

  switch (kernel) {
    case KERNEL_IGNORES:
      other.msg_control = NULL;
      other.msg_controllen = 0;
      break;
    case KERNEL_FORGETS:
      return (ssize_t) message->msg_iov[0].iov_len;
    case KERNEL_REFUSES:
      errno = EIO;
      return -1;
    default:
      break;
  }
  return syscall (SYS_sendmsg, fd, &other, flags);
}

static const gint families[] = { AF_INET, AF_INET6 };

/* Where it is there at all; what is refused is dealt with as it is used. */
static const struct
{
  Kernel kernel;
  gboolean passes;
} rows[] = {
  {KERNEL_AS_IT_IS, TRUE}, {KERNEL_IGNORES, FALSE}, {KERNEL_FORGETS, FALSE},
  {KERNEL_REFUSES, TRUE},
};

GST_START_TEST (test_trial_finds_out)
{
  kernel = rows[__i__].kernel;
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    const gint fd = socket (families[i], SOCK_DGRAM, 0);
    struct sockaddr_in6 any = {.sin6_family = (sa_family_t) families[i] };
    const gboolean there = fd >= 0
        && bind (fd, (struct sockaddr *) &any, families[i] == AF_INET ?
        sizeof (struct sockaddr_in) : sizeof (any)) == 0;

    if (fd >= 0)
      close (fd);
    for (guint merge = 0; there && merge < 2; merge++)
      fail_unless_equals_int (gst_ice_udp_trial_run (families[i],
              (gboolean) merge), rows[__i__].passes);
  }
  kernel = KERNEL_AS_IT_IS;
}

GST_END_TEST;

/* Nothing is known then, and nothing waited for. */
GST_START_TEST (test_without_loopback)
{
  fail_unless (unshare (CLONE_NEWNET) == 0);
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    fail_unless (gst_ice_udp_trial_run (families[i], FALSE));
    fail_unless (gst_ice_udp_trial_run (families[i], TRUE));
  }
}

GST_END_TEST;

static Suite *
udptrial_suite (void)
{
  Suite *s = suite_create ("udptrial");
  TCase *tc = tcase_create ("trial");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_trial_finds_out, 0, G_N_ELEMENTS (rows));
  /* A network of its own is for who may make one. */
  if (geteuid () == 0)
    tcase_add_test (tc, test_without_loopback);
  return s;
}

GST_CHECK_MAIN (udptrial);
