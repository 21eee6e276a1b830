/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The SRTP cipher of one transport: runs lists of packets through a
 * transform for each direction, and counts those that are refused. */

#include "config.h"

#include "gsticesrtpcipher.h"

#include "gsticelog.h"
#include "gsticememory.h"
#include "gsticesrtparena.h"
#include "gsticesrtptransform.h"

GST_ICE_LOG_CATEGORY (gst_ice_srtp_cipher_log, "icesrtpcipher", "ICE: SRTP");
#define GST_CAT_DEFAULT gst_ice_srtp_cipher_log ()

/* The most SSRCs of an m-line at a time; each takes some 300 bytes. A sender
 * has few, so more are a fault. A peer gets less room: three for each of 16
 * streams, and as many again. */
#define MAX_SENT_SOURCES 1024
#define MAX_RECEIVED_SOURCES 96

/* The most memories of a GstBuffer (GST_BUFFER_MEM_MAX in GStreamer's own
 * code). */
#define MAX_PIECES 16

/* Why packets are refused, as named in "stats". */
typedef enum
{
  REASON_TAG,
  REASON_REPLAY,
  REASON_TOO_OLD,
  REASON_SOURCE_LIMIT,
  REASON_MALFORMED,
  REASON_OTHER,
  N_REASONS
} Reason;

static const gchar *const reasons[N_REASONS] = {
  "tag", "replay", "too-old", "source-limit", "malformed", "other"
};

typedef struct
{
  GMutex lock;                  /* held while a list is protected or
                                 * unprotected */

  /* Protected by lock. */
  GstIceSrtpTransform *transform;
  guint n_refused[N_REASONS];
} Direction;

struct _GstIceSrtpCipher
{
  GstIceCipher parent;

  gint suite;                   /* atomic: of the newest keys */
  Direction sent;
  Direction received;
};

G_DEFINE_TYPE (GstIceSrtpCipher, gst_ice_srtp_cipher, GST_TYPE_ICE_CIPHER);

/* In the process, atomic. When the last one goes, their shared memory is
 * freed. */
static gint n_ciphers;

static void
gst_ice_srtp_cipher_finalize (GObject * object)
{
  GstIceSrtpCipher *self = GST_ICE_SRTP_CIPHER (object);

  gst_ice_srtp_transform_free (self->sent.transform);
  gst_ice_srtp_transform_free (self->received.transform);
  g_mutex_clear (&self->sent.lock);
  g_mutex_clear (&self->received.lock);
  if (g_atomic_int_dec_and_test (&n_ciphers))
    gst_ice_srtp_arena_drop_kept ();

  G_OBJECT_CLASS (gst_ice_srtp_cipher_parent_class)->finalize (object);
}

static Reason
get_reason (GstIceSrtpStatus status)
{
  switch (status) {
    case GST_ICE_SRTP_BAD_TAG:
      return REASON_TAG;
    case GST_ICE_SRTP_REPLAYED:
      return REASON_REPLAY;
    case GST_ICE_SRTP_TOO_OLD:
      return REASON_TOO_OLD;
    case GST_ICE_SRTP_SOURCE_LIMIT:
      return REASON_SOURCE_LIMIT;
    case GST_ICE_SRTP_MALFORMED:
      return REASON_MALFORMED;
    default:
      return REASON_OTHER;
  }
}

static void
count_refused_locked (Direction * self, GstIceSrtpStatus status)
{
  self->n_refused[get_reason (status)]++;
  GST_LOG ("a packet is refused: %s", gst_ice_srtp_status_get_name (status));
}

/* --- Protecting --- */

/* A clear packet, mapped for reading. */
typedef struct
{
  GstIceSrtpPiece pieces[MAX_PIECES];
  guint n_pieces;
  gsize size_bytes;
  GstMapInfo maps[MAX_PIECES];
  guint n_maps;
} Clear;

static void
clear_unmap (Clear * self)
{
  while (self->n_maps > 0) {
    GstMapInfo *map = &self->maps[--self->n_maps];

    gst_memory_unmap (map->memory, map);
  }
}

/* Returns: whether all of @packet is mapped; if so, end it with
 *     clear_unmap() */
static gboolean
clear_map (Clear * self, GstBuffer * packet)
{
  const guint n = gst_buffer_n_memory (packet);

  self->n_pieces = n;
  self->n_maps = 0;
  self->size_bytes = 0;
  for (guint i = 0; i < n; i++) {
    GstMemory *memory = gst_buffer_peek_memory (packet, i);
    const guint8 *data = gst_ice_memory_peek (memory);

    if (data == NULL) {
      GstMapInfo *map = &self->maps[self->n_maps];

      if (!gst_memory_map (memory, map, GST_MAP_READ))
        return FALSE;
      self->n_maps++;
      data = map->data;
    }
    self->pieces[i] = (GstIceSrtpPiece) {
    data, memory->size};
    self->size_bytes += memory->size;
  }
  return TRUE;
}

static void
protect_packet_locked (Direction * self, GstBuffer * packet,
    GstIceSrtpArena * arena)
{
  GstIceSrtpStatus status = GST_ICE_SRTP_FAILED;
  Clear clear;
  gsize n_written;

  if (clear_map (&clear, packet))
    status = gst_ice_srtp_transform_protect (self->transform, clear.pieces,
        clear.size_bytes, gst_ice_srtp_arena_get_room (arena), &n_written);
  clear_unmap (&clear);
  if (status == GST_ICE_SRTP_OK)
    gst_ice_srtp_arena_add (arena, n_written);
  else
    count_refused_locked (self, status);
}

static gsize
count_bytes (GstBufferList * list)
{
  const guint n = gst_buffer_list_length (list);
  gsize n_bytes = 0;

  for (guint i = 0; i < n; i++)
    n_bytes += gst_buffer_get_size (gst_buffer_list_get (list, i));
  return n_bytes;
}

static GstBufferList *
gst_ice_srtp_cipher_protect (GstIceCipher * cipher, GstBufferList * list)
{
  Direction *self = &GST_ICE_SRTP_CIPHER (cipher)->sent;
  const guint n = gst_buffer_list_length (list);
  const gsize n_bytes = count_bytes (list);
  GstIceSrtpArena arena;
  gsize overhead;

  if (n == 0)
    return list;

  g_mutex_lock (&self->lock);
  overhead = MAX (gst_ice_srtp_transform_get_overhead (self->transform, FALSE),
      gst_ice_srtp_transform_get_overhead (self->transform, TRUE));
  gst_ice_srtp_arena_begin (&arena, n, n_bytes + n * overhead);
  for (guint i = 0; i < n; i++)
    protect_packet_locked (self, gst_buffer_list_get (list, i), &arena);
  g_mutex_unlock (&self->lock);

  gst_buffer_list_unref (list);
  return gst_ice_srtp_arena_end (&arena);
}

static void
gst_ice_srtp_cipher_allow_repeats (GstIceCipher * cipher)
{
  Direction *self = &GST_ICE_SRTP_CIPHER (cipher)->sent;

  g_mutex_lock (&self->lock);
  gst_ice_srtp_transform_allow_repeats (self->transform);
  g_mutex_unlock (&self->lock);
}

/* --- Unprotecting --- */

/* Returns: whether @packet lies in a single, unshared memory, and so can be
 *     unprotected without mapping it */
static gboolean
unprotect_in_place_locked (Direction * self, GstBuffer * packet,
    GstIceSrtpStatus * status)
{
  GstMemory *memory;
  guint8 *data;
  gsize size;

  if (gst_buffer_n_memory (packet) != 1)
    return FALSE;
  memory = gst_buffer_peek_memory (packet, 0);
  data = gst_ice_memory_peek_writable (memory);
  if (data == NULL)
    return FALSE;
  size = memory->size;
  *status = gst_ice_srtp_transform_unprotect (self->transform, data, &size);
  if (*status == GST_ICE_SRTP_OK)
    gst_memory_resize (memory, 0, size);
  return TRUE;
}

/* @packet: writable */
static GstIceSrtpStatus
unprotect_packet_locked (Direction * self, GstBuffer * packet)
{
  GstIceSrtpStatus status = GST_ICE_SRTP_FAILED;
  GstMapInfo map;
  gsize size;

  if (unprotect_in_place_locked (self, packet, &status))
    return status;
  /* Mapping copies what is shared or in pieces. */
  if (!gst_buffer_map (packet, &map, GST_MAP_READWRITE))
    return status;
  size = map.size;
  status = gst_ice_srtp_transform_unprotect (self->transform, map.data, &size);
  gst_buffer_unmap (packet, &map);
  if (status == GST_ICE_SRTP_OK)
    gst_buffer_set_size (packet, (gssize) size);
  return status;
}

static GstBufferList *
gst_ice_srtp_cipher_unprotect (GstIceCipher * cipher, GstBufferList * list)
{
  Direction *self = &GST_ICE_SRTP_CIPHER (cipher)->received;
  guint i = 0;

  list = gst_buffer_list_make_writable (list);
  g_mutex_lock (&self->lock);
  while (i < gst_buffer_list_length (list)) {
    GstBuffer *packet = gst_buffer_list_get (list, i);
    GstIceSrtpStatus status;

    /* The list is ours alone, so a packet with one reference is only in the
     * list. */
    if (GST_MINI_OBJECT_REFCOUNT_VALUE (packet) != 1)
      packet = gst_buffer_list_get_writable (list, i);
    status = unprotect_packet_locked (self, packet);
    if (status == GST_ICE_SRTP_OK) {
      i++;
    } else {
      count_refused_locked (self, status);
      gst_buffer_list_remove (list, i, 1);
    }
  }
  g_mutex_unlock (&self->lock);
  return list;
}

/* --- Stats --- */

/* @name: of the total; the names of the others end in their reason */
static void
add_refused (Direction * self, GstStructure * stats, const gchar * name)
{
  guint n_refused[N_REASONS];
  guint n = 0;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < N_REASONS; i++)
    n_refused[i] = self->n_refused[i];
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < N_REASONS; i++) {
    g_autofree gchar *field = g_strconcat (name, "-", reasons[i], NULL);

    gst_structure_set (stats, field, G_TYPE_UINT, n_refused[i], NULL);
    n += n_refused[i];
  }
  gst_structure_set (stats, name, G_TYPE_UINT, n, NULL);
}

static void
gst_ice_srtp_cipher_add_stats (GstIceCipher * cipher, GstStructure * stats)
{
  GstIceSrtpCipher *self = GST_ICE_SRTP_CIPHER (cipher);
  GstIceSrtpSuite suite = (GstIceSrtpSuite) g_atomic_int_get (&self->suite);
  guint n_sources, n_forgotten;

  g_mutex_lock (&self->received.lock);
  n_sources = gst_ice_srtp_transform_get_n_sources (self->received.transform);
  n_forgotten =
      gst_ice_srtp_transform_get_n_forgotten (self->received.transform);
  g_mutex_unlock (&self->received.lock);

  gst_structure_set (stats, "srtp-cipher", G_TYPE_STRING,
      gst_ice_srtp_suite_get_info (suite)->name, "srtp-sources-received",
      G_TYPE_UINT, n_sources, "srtp-sources-forgotten", G_TYPE_UINT,
      n_forgotten, NULL);
  add_refused (&self->sent, stats, "srtp-packets-unprotectable");
  add_refused (&self->received, stats, "srtp-packets-refused");
}

static void
gst_ice_srtp_cipher_class_init (GstIceSrtpCipherClass * klass)
{
  GstIceCipherClass *cipher_class = GST_ICE_CIPHER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ice_srtp_cipher_finalize;
  cipher_class->protect = gst_ice_srtp_cipher_protect;
  cipher_class->unprotect = gst_ice_srtp_cipher_unprotect;
  cipher_class->allow_repeats = gst_ice_srtp_cipher_allow_repeats;
  cipher_class->add_stats = gst_ice_srtp_cipher_add_stats;
}

static void
gst_ice_srtp_cipher_init (GstIceSrtpCipher * self)
{
  g_atomic_int_inc (&n_ciphers);
  g_mutex_init (&self->sent.lock);
  g_mutex_init (&self->received.lock);
  self->sent.transform =
      gst_ice_srtp_transform_new_protector (MAX_SENT_SOURCES);
  self->received.transform =
      gst_ice_srtp_transform_new_unprotector (MAX_RECEIVED_SOURCES);
  /* Payloaders begin at any number, and the peer's first packets come before
   * the keys. */
  gst_ice_srtp_transform_set_tries_wrap (self->received.transform, TRUE);
}

GstIceCipher *
gst_ice_srtp_cipher_new (GstIceSrtpSuite suite,
    const GstIceSrtpMasterKey * ours, const GstIceSrtpMasterKey * theirs,
    GError ** error)
{
  g_autoptr (GstIceSrtpCipher) self =
      g_object_new (GST_TYPE_ICE_SRTP_CIPHER, NULL);

  if (!gst_ice_srtp_cipher_rekey (self, suite, ours, theirs, error))
    return NULL;
  return GST_ICE_CIPHER (g_steal_pointer (&self));
}

/* @key: (transfer full) (nullable) */
static void
add_key (Direction * self, GstIceSrtpKey * key)
{
  if (key == NULL)
    return;
  g_mutex_lock (&self->lock);
  gst_ice_srtp_transform_add_key (self->transform, key);
  g_mutex_unlock (&self->lock);
}

gboolean
gst_ice_srtp_cipher_rekey (GstIceSrtpCipher * self, GstIceSrtpSuite suite,
    const GstIceSrtpMasterKey * ours, const GstIceSrtpMasterKey * theirs,
    GError ** error)
{
  g_autoptr (GstIceSrtpKey) our_key = NULL;
  g_autoptr (GstIceSrtpKey) their_key = NULL;

  if (ours != NULL) {
    our_key = gst_ice_srtp_key_new (suite, ours, TRUE, error);
    if (our_key == NULL)
      return FALSE;
  }
  if (theirs != NULL) {
    their_key = gst_ice_srtp_key_new (suite, theirs, FALSE, error);
    if (their_key == NULL)
      return FALSE;
  }
  /* First the key of the peer, so that what it sends with its new key is
   * understood before ours is used. */
  add_key (&self->received, g_steal_pointer (&their_key));
  add_key (&self->sent, g_steal_pointer (&our_key));
  g_atomic_int_set (&self->suite, (gint) suite);
  return TRUE;
}
