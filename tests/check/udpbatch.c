/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeudpbatch.h"

#include "udptest.h"

#define REPEAT_MAX 200

/* Sizes, as pairs of how many and how large; the runs that come out, as pairs of
 * how many packets and the segment. */
static const struct
{
  const gchar *rule;
  guint n_iovecs;               /* of each packet */
  guint packets[8];
  guint runs[12];
} cuts[] = {
  /* *INDENT-OFF* */
  {"one packet is no run", 1, {1, 1200}, {1, 0}},
  {"equal sizes are one run", 1, {40, 1200}, {40, 1200}},
  {"the last may be shorter", 1, {3, 1200, 1, 100}, {4, 1200}},
  {"a shorter one ends the run", 1, {2, 1200, 2, 100}, {3, 1200, 1, 0}},
  {"a longer one begins another", 1, {1, 100, 2, 1200}, {1, 0, 2, 1200}},
  {"alternating sizes go in pairs", 1, {1, 1200, 1, 100, 1, 1200, 1, 100},
        {2, 1200, 2, 1200}},
  {"alternating, short first", 1, {1, 100, 1, 1200, 1, 100, 1, 1200},
        {1, 0, 2, 1200, 1, 0}},
  {"at most 64 segments", 1, {130, 160}, {64, 160, 64, 160, 2, 160}},
  {"at most 65,000 bytes", 1, {60, 1400}, {46, 1400, 14, 1400}},
  {"65,000 bytes are not too many", 1, {3, 32500}, {2, 32500, 1, 0}},
  {"no bytes are no segment", 1, {2, 1200, 1, 0, 2, 1200},
        {2, 1200, 1, 0, 2, 1200}},
  {"no bytes at all", 1, {3, 0}, {1, 0, 1, 0, 1, 0}},
  {"no bytes in no memory", 0, {2, 0}, {1, 0, 1, 0}},
  {"the largest packet is alone", 1, {2, 65507}, {1, 0, 1, 0}},
  {"nothing goes with the largest", 1, {1, 65507, 1, 10}, {1, 0, 1, 0}},
  {"at most 1,024 iovecs", 16, {64, 100}, {64, 100}},
  {"1,024 iovecs of 17", 17, {64, 100}, {60, 100, 4, 100}},
  /* *INDENT-ON* */
};

GST_START_TEST (test_runs_are_cut)
{
  GstIceUdpPacket packets[REPEAT_MAX];
  guint n_packets = 0, at = 0, n_runs = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cuts[0].packets); i += 2) {
    for (guint j = 0; j < cuts[__i__].packets[i]; j++) {
      packets[n_packets].size_bytes = cuts[__i__].packets[i + 1];
      packets[n_packets++].n_iovecs = cuts[__i__].n_iovecs;
    }
  }

  while (at < n_packets) {
    GstIceUdpRun run = gst_ice_udp_batch_next_run (&packets[at],
        n_packets - at);

    fail_unless_equals_int (run.n_packets, cuts[__i__].runs[2 * n_runs]);
    fail_unless_equals_int (run.segment_bytes,
        cuts[__i__].runs[2 * n_runs + 1]);
    fail_unless_equals_int (run.n_iovecs, run.n_packets * cuts[__i__].n_iovecs);
    at += run.n_packets;
    n_runs++;
  }
  fail_unless_equals_int (cuts[__i__].runs[2 * n_runs], 0);
}

GST_END_TEST;

/* Pieces of a buffer, by where they begin and how long they are. */
static const struct
{
  guint n;
  gsize pieces[4][2];
  guint n_joined;
  gsize joined[4][2];
} joins[] = {
  {1, {{0, 10}}, 1, {{0, 10}}},
  {2, {{0, 10}, {10, 5}}, 1, {{0, 15}}},
  {3, {{0, 10}, {10, 5}, {15, 1}}, 1, {{0, 16}}},
  {3, {{0, 10}, {11, 5}, {16, 1}}, 2, {{0, 10}, {11, 6}}},
  {3, {{10, 5}, {0, 10}, {10, 5}}, 2, {{10, 5}, {0, 15}}},
  {3, {{0, 10}, {10, 0}, {10, 5}}, 1, {{0, 15}}},
  {2, {{5, 5}, {5, 5}}, 2, {{5, 5}, {5, 5}}},
  {4, {{0, 1}, {2, 1}, {4, 1}, {6, 1}}, 4, {{0, 1}, {2, 1}, {4, 1}, {6, 1}}},
};

GST_START_TEST (test_pieces_end_to_end_are_joined)
{
  guint8 buffer[32];
  struct iovec iovecs[4], joined[4];

  for (guint i = 0; i < joins[__i__].n; i++)
    iovecs[i] = (struct iovec) {
    buffer + joins[__i__].pieces[i][0], joins[__i__].pieces[i][1]
    };
  fail_unless_equals_int (gst_ice_udp_batch_join (iovecs, joins[__i__].n,
          joined), joins[__i__].n_joined);
  for (guint i = 0; i < joins[__i__].n_joined; i++) {
    fail_unless (joined[i].iov_base == buffer + joins[__i__].joined[i][0]);
    fail_unless_equals_uint64 (joined[i].iov_len, joins[__i__].joined[i][1]);
  }
}

GST_END_TEST;

static const struct
{
  gsize size;
  gint stride;
  gsize lengths[5];
} splits[] = {
  {0, 0, {0}},
  {0, 1200, {0}},
  {1200, 0, {1200}},
  {1200, 1200, {1200}},
  {100, 1200, {100}},
  {3600, 1200, {1200, 1200, 1200}},
  {2401, 1200, {1200, 1200, 1}},
  {65507, 0, {65507}},
  {65507, 30000, {30000, 30000, 5507}},
  {10, -1, {10}},
};

GST_START_TEST (test_merged_packets_are_split)
{
  gsize offset = 0, length = 0, expected = 0;
  guint n = 0;

  while (gst_ice_udp_batch_next_packet (splits[__i__].size,
          splits[__i__].stride, &offset, &length)) {
    fail_unless (n < G_N_ELEMENTS (splits[0].lengths));
    fail_unless_equals_int (offset, expected);
    fail_unless_equals_int (length, splits[__i__].lengths[n]);
    expected += length;
    n++;
  }
  fail_unless_equals_int (expected, splits[__i__].size);
}

GST_END_TEST;

/* Returns: how often the list had to be mapped until its end */
static guint
map_all (GstBufferList * list, guint expected_memories)
{
  guint n_all = gst_buffer_list_length (list), at = 0, n_batches = 0;
  g_autofree GstIceUdpBatch *batch = g_new (GstIceUdpBatch, 1);

  while (at < n_all) {
    guint iovec = 0;

    gst_ice_udp_batch_map (batch, list, at);
    fail_unless (batch->n_packets > 0);
    for (guint i = 0; i < batch->n_packets; i++) {
      gsize size = 0;

      fail_unless_equals_int (batch->packets[i].n_iovecs, expected_memories);
      for (guint j = 0; j < batch->packets[i].n_iovecs; j++)
        size += batch->iovecs[iovec++].iov_len;
      fail_unless_equals_int (size, batch->packets[i].size_bytes);
      fail_unless_equals_int (size,
          gst_buffer_get_size (gst_buffer_list_get (list, at + i)));
    }
    fail_unless_equals_int (iovec, batch->n_iovecs);
    at += batch->n_packets;
    gst_ice_udp_batch_unmap (batch);
    n_batches++;
  }
  return n_batches;
}

GST_START_TEST (test_lists_are_mapped)
{
  static const struct
  {
    guint n_packets, n_memories, n_batches;
  } rows[] = {
    {0, 1, 0}, {1, 1, 1}, {1, 0, 1}, {256, 1, 1}, {257, 1, 2}, {257, 0, 2},
    {100, 2, 1}, {129, 2, 2}, {16, 16, 1}, {17, 16, 2},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstBufferList *list = gst_buffer_list_new ();

    for (guint j = 0; j < rows[i].n_packets; j++) {
      gst_buffer_list_add (list, test_packet (j,
              rows[i].n_memories ? 100 + j : 0, rows[i].n_memories));
    }
    fail_unless_equals_int (map_all (list, rows[i].n_memories),
        rows[i].n_batches);
    gst_buffer_list_unref (list);
  }
}

GST_END_TEST;

GST_START_TEST (test_packet_that_cannot_be_read_ends_the_batch)
{
  gsize sizes[] = { 10, 10, 10 };
  GstBufferList *list = test_list (sizes, 3, 2);
  GstMemory *memory = gst_buffer_peek_memory (gst_buffer_list_get (list, 1), 1);
  g_autofree GstIceUdpBatch *batch = g_new (GstIceUdpBatch, 1);
  GstMapInfo map;

  /* Whoever writes to a memory keeps everybody else from reading it. */
  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  gst_ice_udp_batch_map (batch, list, 0);
  fail_unless_equals_int (batch->n_packets, 1);
  fail_unless_equals_int (batch->n_iovecs, 2);
  gst_ice_udp_batch_unmap (batch);
  gst_ice_udp_batch_map (batch, list, 1);
  fail_unless_equals_int (batch->n_packets, 0);
  fail_unless_equals_int (batch->n_iovecs, 0);
  gst_ice_udp_batch_map (batch, list, 2);
  fail_unless_equals_int (batch->n_packets, 1);
  gst_ice_udp_batch_unmap (batch);
  gst_memory_unmap (memory, &map);
  gst_buffer_list_unref (list);
}

GST_END_TEST;

/* Memory that is not where it seems to be until it is mapped. */

typedef GstAllocator FarAllocator;
typedef GstAllocatorClass FarAllocatorClass;

typedef struct
{
  GstMemory parent;
  GstBuffer *near;
  GstMapInfo map;
  gint n_mapped;
} FarMemory;

static GType far_allocator_get_type (void);
G_DEFINE_TYPE (FarAllocator, far_allocator, GST_TYPE_ALLOCATOR);

static gpointer
far_memory_map (GstMemory * memory, gsize size, GstMapFlags flags)
{
  FarMemory *far = (FarMemory *) memory;

  far->n_mapped++;
  fail_unless (gst_buffer_map (far->near, &far->map, flags));
  return far->map.data;
}

static void
far_memory_unmap (GstMemory * memory)
{
  FarMemory *far = (FarMemory *) memory;

  far->n_mapped--;
  gst_buffer_unmap (far->near, &far->map);
}

static void
far_allocator_free (GstAllocator * allocator, GstMemory * memory)
{
  FarMemory *far = (FarMemory *) memory;

  fail_unless_equals_int (far->n_mapped, 0);
  gst_buffer_unref (far->near);
  g_free (far);
}

static void
far_allocator_class_init (FarAllocatorClass * klass)
{
  klass->free = far_allocator_free;
}

static void
far_allocator_init (FarAllocator * self)
{
  self->mem_type = "far";
  self->mem_map = far_memory_map;
  self->mem_unmap = far_memory_unmap;
}

/* @near: (transfer full). Returns: (transfer full): a memory with its bytes */
static GstMemory *
far_memory_new (GstAllocator * allocator, GstBuffer * near)
{
  FarMemory *far = g_new0 (FarMemory, 1);
  gsize size = gst_buffer_get_size (near);

  gst_memory_init (GST_MEMORY_CAST (far), GST_MEMORY_FLAG_NO_SHARE, allocator,
      NULL, size, 0, 0, size);
  far->near = near;
  return GST_MEMORY_CAST (far);
}

/* Packet @number in two memories, both parts of a larger one. */
static GstBuffer *
sliced_packet (guint number, gsize size, gsize head)
{
  GstBuffer *whole = test_packet (number, size, 1);
  GstBuffer *packet =
      gst_buffer_copy_region (whole, GST_BUFFER_COPY_MEMORY, 0, head);

  packet = gst_buffer_append (packet, gst_buffer_copy_region (whole,
          GST_BUFFER_COPY_MEMORY, head, size - head));
  gst_buffer_unref (whole);
  fail_unless_equals_int (gst_buffer_n_memory (packet), 2);
  return packet;
}

GST_START_TEST (test_memory_of_any_kind_is_read)
{
  GstAllocator *allocator =
      gst_object_ref_sink (g_object_new (far_allocator_get_type (), NULL));
  GstBuffer *packets[] = { test_packet (0, 100, 1), sliced_packet (1, 100, 33),
    gst_buffer_new (), test_packet (3, 100, 2)
  };
  GstBufferList *list = gst_buffer_list_new ();
  g_autofree GstIceUdpBatch *batch = g_new (GstIceUdpBatch, 1);
  guint iovec = 0;

  gst_buffer_append_memory (packets[2], far_memory_new (allocator,
          test_packet (2, 100, 1)));
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    gst_buffer_list_add (list, packets[i]);

  gst_ice_udp_batch_map (batch, list, 0);
  fail_unless_equals_int (batch->n_packets, G_N_ELEMENTS (packets));
  for (guint i = 0; i < batch->n_packets; i++) {
    guint8 data[100];
    gsize at = 0;

    for (guint j = 0; j < batch->packets[i].n_iovecs; j++, iovec++) {
      fail_unless (at + batch->iovecs[iovec].iov_len <= sizeof (data));
      memcpy (data + at, batch->iovecs[iovec].iov_base,
          batch->iovecs[iovec].iov_len);
      at += batch->iovecs[iovec].iov_len;
    }
    fail_unless_equals_int (at, sizeof (data));
    fail_unless (test_is_packet (data, sizeof (data), i), "packet %u", i);
  }
  gst_ice_udp_batch_unmap (batch);
  gst_buffer_list_unref (list);
  gst_object_unref (allocator);
}

GST_END_TEST;

static Suite *
udpbatch_suite (void)
{
  Suite *s = suite_create ("udpbatch");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_runs_are_cut, 0, G_N_ELEMENTS (cuts));
  tcase_add_loop_test (tc, test_pieces_end_to_end_are_joined, 0,
      G_N_ELEMENTS (joins));
  tcase_add_loop_test (tc, test_merged_packets_are_split, 0,
      G_N_ELEMENTS (splits));
  tcase_add_test (tc, test_lists_are_mapped);
  tcase_add_test (tc, test_packet_that_cannot_be_read_ends_the_batch);
  tcase_add_test (tc, test_memory_of_any_kind_is_read);
  return s;
}

GST_CHECK_MAIN (udpbatch);
