/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Answers the checks of all calls on one port, follows the peers' nominations, and
 * says which call a packet belongs to. */

#include "config.h"

#include "gsticelitecalls.h"

#include <string.h>

/* A path is silent when nothing came for SILENT_US, which is more than the 6 s
 * between two consent checks (RFC 7675, 5.1), or, where media came steadily, for
 * MOVED_US. */
#define MOVED_US G_USEC_PER_SEC
#define SILENT_US (8 * G_USEC_PER_SEC)
#define TICK_US G_USEC_PER_SEC

/* RFC 8839, 5.4 */
#define MAX_UFRAG_SIZE 256

/* Transactions that a call remembers. */
#define N_SEEN 8

/* Error responses in a second to whom no password is shared with. */
#define MAX_ERRORS 100

struct _GstIceLiteCall
{
  gchar *ufrag;
  gchar *password;
  GstIceDemux *demux;
  GstIceRoute *route;           /* of the selected path, or NULL */
  guint consent_ms;
  gboolean media_vouches;
  void (*changed) (gpointer user_data);
  gpointer user_data;
  guint64 serial;               /* of two calls the later one has the larger */
  gboolean was_checked;         /* by who knows the password */

  guint peer_name;              /* hash of the ufrag that the peer answered with; 0: no
                                 * answer yet */
  GstIceLitePath *selected;     /* one of paths, or NULL */
  GstIceLiteHealth health;
  guint32 nomination;           /* the largest that came */
  guint32 seen[N_SEEN];         /* transactions, and where they came from */
  guint32 seen_from[N_SEEN];
  guint next_seen;
  GstIceLitePath paths[GST_ICE_LITE_MAX_PATHS];
};

struct _GstIceLiteCalls
{
  GHashTable *names;            /* of GstIceLiteCall, by ufrag */
  GHashTable *addresses;        /* set of GstIceLitePath: whose media comes from there */
  guint64 n_added;
  GstIceLiteCounts counts;
  gint64 ticked_us;
  gint64 errors_us;             /* when the second began that n_errors are of */
  guint n_errors;
};

/* Hashes. The seed is of this process, so that no peer knows which names or addresses
 * collide. */

static guint64
get_seed (void)
{
  static gsize seed = 0;

  if (g_once_init_enter (&seed)) {
    gsize made;

    gst_ice_udp_stun_randomise (&made, sizeof (made));
    g_once_init_leave (&seed, made | 1);
  }
  return seed;
}

/* The finaliser of MurmurHash3. */
static guint64
mix (guint64 value)
{
  value ^= value >> 33;
  value *= G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  value ^= value >> 33;
  value *= G_GUINT64_CONSTANT (0xc4ceb9fe1a85ec53);
  return value ^ (value >> 33);
}

static guint
hash_bytes (const void *data, gsize size)
{
  guint64 hash = get_seed ();

  for (gsize i = 0; i < size; i += sizeof (guint64)) {
    guint64 word = 0;

    memcpy (&word, (const guint8 *) data + i, MIN (size - i, sizeof (word)));
    hash = mix (hash ^ word) + get_seed ();
  }
  return (guint) hash;
}

static guint
hash_name (gconstpointer name)
{
  return hash_bytes (name, strlen (name));
}

static guint
hash_address (const GstIceUdpAddress * address, guint stream)
{
  guint hash = stream ^ (guint) gst_ice_udp_address_port (address) << 16;

  if (address->any.sa_family == AF_INET)
    return hash ^ hash_bytes (&address->in.sin_addr, 4);
  return hash ^ hash_bytes (&address->in6.sin6_addr, 16);
}

static guint
hash_path (gconstpointer data)
{
  const GstIceLitePath *path = data;

  return hash_address (&path->remote, path->stream);
}

static gboolean
equal_paths (gconstpointer a, gconstpointer b)
{
  const GstIceLitePath *one = a, *other = b;

  return one->stream == other->stream
      && gst_ice_udp_address_equal (&one->remote, &other->remote);
}

/* The table. */

GstIceLiteCalls *
gst_ice_lite_calls_new (void)
{
  GstIceLiteCalls *self = g_new0 (GstIceLiteCalls, 1);

  self->names = g_hash_table_new (hash_name, g_str_equal);
  self->addresses = g_hash_table_new (hash_path, equal_paths);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_lite_calls_free (GstIceLiteCalls * self)
{
  g_warn_if_fail (g_hash_table_size (self->names) == 0);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->addresses);
  g_free (self);
}

GstIceLiteCall *
gst_ice_lite_calls_add (GstIceLiteCalls * self,
    const GstIceLiteCallSettings * settings)
{
  GstIceLiteCall *call;

  g_return_val_if_fail (strlen (settings->ufrag) <= MAX_UFRAG_SIZE, NULL);
  if (g_hash_table_contains (self->names, settings->ufrag))
    return NULL;

  call = g_new0 (GstIceLiteCall, 1);
  call->ufrag = g_strdup (settings->ufrag);
  call->password = g_strdup (settings->password);
  call->demux = g_object_ref (settings->demux);
  call->consent_ms = settings->consent_ms;
  call->media_vouches = settings->media_vouches;
  call->changed = settings->changed;
  call->user_data = settings->user_data;
  call->serial = self->n_added++;
  g_hash_table_insert (self->names, call->ufrag, call);
  return call;
}

/* @path: gets no media any more */
static void
release_address (GstIceLiteCalls * self, GstIceLitePath * path)
{
  if (g_hash_table_lookup (self->addresses, path) == path)
    g_hash_table_remove (self->addresses, path);
}

static void
free_path (GstIceLiteCalls * self, GstIceLitePath * path)
{
  if (path->call == NULL)
    return;
  release_address (self, path);
  if (path->call->selected == path)
    path->call->selected = NULL;
  path->call = NULL;
}

void
gst_ice_lite_calls_remove (GstIceLiteCalls * self, GstIceLiteCall * call)
{
  for (guint i = 0; i < GST_ICE_LITE_MAX_PATHS; i++)
    free_path (self, &call->paths[i]);
  g_hash_table_remove (self->names, call->ufrag);
  g_clear_object (&call->route);
  g_object_unref (call->demux);
  g_free (call->password);
  g_free (call->ufrag);
  g_free (call);
}

GstIceLitePath *
gst_ice_lite_calls_find_path (GstIceLiteCalls * self,
    const GstIceUdpAddress * from, guint stream)
{
  GstIceLitePath key = {.remote = *from,.stream = stream };

  return g_hash_table_lookup (self->addresses, &key);
}

static GstIceLitePath *
find_place (GstIceLiteCall * call, const GstIceUdpAddress * from, guint stream)
{
  for (guint i = 0; i < GST_ICE_LITE_MAX_PATHS; i++) {
    GstIceLitePath *place = &call->paths[i];

    if (place->call != NULL && place->stream == stream
        && gst_ice_udp_address_equal (&place->remote, from))
      return place;
  }
  return NULL;
}

static void
lose_path (GstIceLiteCalls * self, GstIceLitePath * path)
{
  GstIceLiteCall *call = path->call;
  const gboolean was_selected = call->selected == path;

  free_path (self, path);
  if (!was_selected)
    return;
  /* The number that it was nominated by binds no other path. */
  call->nomination = 0;
  call->health = GST_ICE_LITE_LOST;
  call->changed (call->user_data);
}

/* A restart and what it restarts may both have it. */
void
gst_ice_lite_calls_forget_stream (GstIceLiteCalls * self,
    const GstIceUdpAddress * from, guint stream)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    GstIceLiteCall *call = value;
    GstIceLitePath *path = find_place (call, from, stream);

    if (path != NULL)
      lose_path (self, path);
  }
}

/* Which path counts. */

static gint64
get_heard_us (const GstIceLitePath * path)
{
  return MAX (path->checked_us, path->media_us);
}

static gboolean
is_silent (const GstIceLitePath * path, gint64 now_us)
{
  gint64 silent_us = now_us - get_heard_us (path);

  return silent_us > SILENT_US ||
      (silent_us > MOVED_US && path->media_us > path->checked_us);
}

/* A full peer does not see that its NAT gave it another port, and nominates nothing
 * then: so media that has moved counts as well. */
static gboolean
has_moved (const GstIceLitePath * from, const GstIceLitePath * to,
    gint64 now_us)
{
  return is_silent (from, now_us) || (to->media_us > get_heard_us (from) &&
      now_us - get_heard_us (from) > MOVED_US);
}

/* Returns: (transfer none): a place of @call, without an address */
static GstIceLitePath *
clear_place (GstIceLiteCalls * self, GstIceLiteCall * call)
{
  GstIceLitePath *oldest = NULL;

  for (guint i = 0; i < GST_ICE_LITE_MAX_PATHS; i++) {
    GstIceLitePath *place = &call->paths[i];

    if (place->call == NULL)
      return place;
    if (place != call->selected && (oldest == NULL ||
            get_heard_us (place) < get_heard_us (oldest)))
      oldest = place;
  }
  free_path (self, oldest);
  return oldest;
}

/* Has media from the address of @path go to its call.
 * Returns: %FALSE: another call has the address, and uses it */
static gboolean
claim_address (GstIceLiteCalls * self, GstIceLitePath * path, gint64 now_us)
{
  GstIceLitePath *owner = g_hash_table_lookup (self->addresses, path);

  if (owner == path)
    return TRUE;
  if (owner != NULL) {
    gboolean is_used = owner->call->selected == owner;

    /* What a restart has nominated stays its own: the old names are still heard, but
     * leave soon, and the address would be nobody's. */
    if (is_used && owner->call->demux == path->call->demux
        && owner->call->serial > path->call->serial)
      return TRUE;
    if (is_used && owner->call->demux != path->call->demux
        && !is_silent (owner, now_us))
      return FALSE;
    g_hash_table_remove (self->addresses, owner);
  }
  g_hash_table_add (self->addresses, path);
  return TRUE;
}

/* Returns: (transfer none) (nullable): the path of @call from @from, made if need be;
 *     %NULL: the address is in use by another call */
static GstIceLitePath *
take_path (GstIceLiteCalls * self, GstIceLiteCall * call,
    const GstIceUdpAddress * from, guint stream, gint64 now_us)
{
  GstIceLitePath *owner = gst_ice_lite_calls_find_path (self, from, stream);
  GstIceLitePath *path = find_place (call, from, stream);

  if (path == NULL) {
    path = clear_place (self, call);
    memset (path, 0, sizeof (*path));
    path->call = call;
    path->remote = *from;
    path->stream = stream;
  }
  /* A restart beside the call that it restarts takes the address when it nominates. */
  if (owner != NULL && owner->call != call && owner->call->demux == call->demux)
    return path;
  if (claim_address (self, path, now_us))
    return path;
  if (call->selected != path)
    path->call = NULL;
  return NULL;
}

static void
select_path (GstIceLiteCalls * self, GstIceLitePath * path, gint64 now_us)
{
  GstIceLiteCall *call = path->call;

  if (!claim_address (self, path, now_us))
    return;
  if (call->selected == path && call->health == GST_ICE_LITE_ALIVE)
    return;
  call->selected = path;
  call->health = GST_ICE_LITE_ALIVE;
  call->changed (call->user_data);
}

/* Of a call that forks several peers know our password; one of them answers. */
static gboolean
is_answerer (const GstIceLitePath * path)
{
  return path->peer_name == path->call->peer_name;
}

/* Aggressive nomination (RFC 5245, 8.1.1.2) sets USE-CANDIDATE in each check: the best
 * priority of what works counts then. The same priority is the same candidate behind
 * another port of a NAT. A path that is silent loses to any other. */
static gboolean
outdoes (const GstIceLitePath * path, gint64 now_us)
{
  const GstIceLiteCall *call = path->call;

  if (call->selected == NULL || call->selected == path
      || has_moved (call->selected, path, now_us))
    return TRUE;
  if (is_answerer (path) != is_answerer (call->selected))
    return is_answerer (path);
  return call->nomination == 0 && path->priority >= call->selected->priority;
}

/* Whether the peer of @path is another than the one that answered, which is here. */
static gboolean
is_outsider (const GstIceLitePath * path, gint64 now_us)
{
  const GstIceLitePath *selected = path->call->selected;

  return selected != NULL && is_answerer (selected) && !is_answerer (path)
      && !has_moved (selected, path, now_us);
}

/* A check with the right password came on @path. */
static void
follow (GstIceLiteCalls * self, GstIceLitePath * path,
    const GstIceUdpStun * check, gint64 now_us)
{
  GstIceLiteCall *call = path->call;

  call->was_checked = TRUE;
  if (check->has_nomination || check->use_candidate)
    path->nominated = TRUE;
  if (check->has_nomination) {
    /* The largest number wins, and over all checks without one. */
    if (check->nomination < call->nomination || is_outsider (path, now_us))
      return;
    call->nomination = check->nomination;
    select_path (self, path, now_us);
  } else if (check->use_candidate) {
    if (outdoes (path, now_us))
      select_path (self, path, now_us);
  } else if (call->selected != NULL && call->selected != path
      && has_moved (call->selected, path, now_us)) {
    select_path (self, path, now_us);
  }
}

void
gst_ice_lite_calls_set_peer (GstIceLiteCalls * self, GstIceLiteCall * call,
    const gchar * ufrag, gint64 now_us)
{
  GstIceLitePath *best = NULL;

  call->peer_name = hash_bytes (ufrag, strlen (ufrag)) | 1;
  for (guint i = 0; i < GST_ICE_LITE_MAX_PATHS; i++) {
    GstIceLitePath *path = &call->paths[i];

    if (path->call != NULL && path->nominated && is_answerer (path)
        && (best == NULL || path->priority > best->priority))
      best = path;
  }
  if (best != NULL && call->selected != NULL && !is_answerer (call->selected))
    select_path (self, best, now_us);
}

/* Who records a check can send it again from another address, and would have media
 * sent there: the integrity does not cover the address, and a lite agent asks nobody.
 * A sender uses a transaction on one path only, which the last few show. */
static gboolean
is_replayed (GstIceLiteCall * call, const GstIceUdpStun * check,
    const GstIceUdpAddress * from, guint stream)
{
  guint32 source = hash_address (from, stream);
  guint32 id = GST_READ_UINT32_BE (check->id + 8);

  for (guint i = 0; i < N_SEEN; i++) {
    if (call->seen[i] == id)
      return call->seen_from[i] != source;
  }
  call->seen[call->next_seen] = id;
  call->seen_from[call->next_seen] = source;
  call->next_seen = (call->next_seen + 1) % N_SEEN;
  return FALSE;
}

/* Checks. */

/* Answers who shows no password. Returns: the answer's size */
static gsize
answer_stranger (GstIceLiteCalls * self, const GstIceUdpStun * check,
    guint code, gint64 now_us, guint8 * answer)
{
  if (now_us - self->errors_us >= G_USEC_PER_SEC) {
    self->errors_us = now_us;
    self->n_errors = 0;
  }
  if (self->n_errors >= MAX_ERRORS)
    return 0;
  self->n_errors++;
  return gst_ice_udp_stun_build_error (check, code, NULL, answer);
}

/* Returns: (transfer none) (nullable): whose name is in front of the colon. The peer's
 *     behind it is not compared: of a forked call there are several. */
static GstIceLiteCall *
find_called (GstIceLiteCalls * self, const GstIceUdpStun * check)
{
  const gchar *colon = memchr (check->username, ':', check->username_size);
  gchar name[MAX_UFRAG_SIZE + 1];
  gsize size;

  if (colon == NULL)
    return NULL;
  size = colon - check->username;
  if (size > MAX_UFRAG_SIZE)
    return NULL;
  memcpy (name, check->username, size);
  name[size] = '\0';
  if (strlen (name) != size)
    return NULL;
  return g_hash_table_lookup (self->names, name);
}

/* Returns: what stands for the ufrag behind the colon, never 0 */
static guint
hash_peer_name (const GstIceUdpStun * check)
{
  const gchar *name = (const gchar *) memchr (check->username, ':',
      check->username_size) + 1;

  return hash_bytes (name, check->username + check->username_size - name) | 1;
}

/* Takes a check whose password is right. Returns: the answer's size */
static gsize
accept_check (GstIceLiteCalls * self, GstIceLiteCall * call,
    const GstIceUdpAddress * from, const GstIceUdpAddress * local, guint stream,
    const GstIceUdpStun * check, gint64 now_us, guint8 * answer)
{
  GstIceLitePath *path;

  if (is_replayed (call, check, from, stream)) {
    self->counts.replayed++;
    return 0;
  }
  path = take_path (self, call, from, stream, now_us);
  if (path == NULL) {
    self->counts.claimed++;
    return 0;
  }
  path->local = *local;
  path->checked_us = now_us;
  path->peer_name = hash_peer_name (check);
  if (check->priority != 0)
    path->priority = check->priority;
  self->counts.checks++;
  follow (self, path, check, now_us);
  return gst_ice_udp_stun_build_response (check, from, call->password, answer);
}

/* Asks the cheapest question first. Returns: the answer's size */
static gsize
take_check (GstIceLiteCalls * self, const GstIceUdpAddress * from,
    const GstIceUdpAddress * local, guint stream, const GstIceUdpStun * check,
    gint64 now_us, guint8 * answer)
{
  GstIceLiteCall *call;

  if (check->username == NULL || check->integrity == NULL) {
    self->counts.malformed++;
    return answer_stranger (self, check, GST_ICE_UDP_STUN_BAD_REQUEST, now_us,
        answer);
  }
  call = find_called (self, check);
  if (call == NULL) {
    /* An error ends the pair at the peer, whose check may have come before the call
     * was registered: silence has it ask again. */
    self->counts.unknown++;
    return 0;
  }
  if (!gst_ice_udp_stun_check_integrity (check, call->password)) {
    self->counts.forged++;
    return answer_stranger (self, check, GST_ICE_UDP_STUN_UNAUTHENTICATED,
        now_us, answer);
  }
  if (!gst_ice_udp_stun_check_fingerprint (check)) {
    self->counts.forged++;
    return 0;
  }
  if (check->unknown != 0)
    return gst_ice_udp_stun_build_error (check,
        GST_ICE_UDP_STUN_UNKNOWN_ATTRIBUTE, call->password, answer);
  /* RFC 8445, 7.3.1.1 asks it of full agents only; but a peer that takes itself for
   * controlled nominates nothing, and this has it change over. */
  if (check->controlled) {
    self->counts.conflicts++;
    return gst_ice_udp_stun_build_error (check, GST_ICE_UDP_STUN_ROLE_CONFLICT,
        call->password, answer);
  }
  return accept_check (self, call, from, local, stream, check, now_us, answer);
}

gsize
gst_ice_lite_calls_take_stun (GstIceLiteCalls * self,
    const GstIceUdpAddress * from, const GstIceUdpAddress * local, guint stream,
    const guint8 * data, gsize size_bytes, gint64 now_us,
    guint8 answer[GST_ICE_UDP_STUN_MAX_SIZE])
{
  GstIceUdpStun stun;

  if (!gst_ice_udp_stun_read (&stun, data, size_bytes)) {
    self->counts.malformed++;
    return 0;
  }
  if (stun.type == GST_ICE_UDP_STUN_REQUEST)
    return take_check (self, from, local, stream, &stun, now_us, answer);
  /* Nobody authenticates an indication: it keeps a NAT open, and consents to nothing. */
  if (stun.type == GST_ICE_UDP_STUN_INDICATION)
    self->counts.indications++;
  else
    self->counts.malformed++;
  return 0;
}

/* Consent. */

/* Returns: when the peer of @call last showed that it is the peer */
static gint64
get_consented_us (const GstIceLiteCall * call)
{
  gint64 consented_us = call->selected->checked_us;

  if (call->media_vouches)
    consented_us = MAX (consented_us, call->selected->media_us);
  if (call->route != NULL)
    consented_us = MAX (consented_us,
        gst_ice_route_get_vouched_ms (call->route) * G_TIME_SPAN_MILLISECOND);
  return consented_us;
}

static void
look (GstIceLiteCall * call, gint64 now_us)
{
  GstIceLiteHealth health = GST_ICE_LITE_ALIVE;
  gint64 silent_us;

  if (call->selected == NULL)
    return;
  silent_us = now_us - get_consented_us (call);
  if (silent_us > SILENT_US)
    health = GST_ICE_LITE_SUSPECT;
  if (call->consent_ms != 0
      && silent_us > call->consent_ms * G_TIME_SPAN_MILLISECOND)
    health = GST_ICE_LITE_LOST;
  if (health == call->health)
    return;
  call->health = health;
  call->changed (call->user_data);
}

void
gst_ice_lite_calls_tick (GstIceLiteCalls * self, gint64 now_us)
{
  GHashTableIter iter;
  gpointer call;

  if (now_us - self->ticked_us < TICK_US)
    return;
  self->ticked_us = now_us;
  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, NULL, &call))
    look (call, now_us);
}

/* One call. */

GstIceDemux *
gst_ice_lite_call_get_demux (GstIceLiteCall * self)
{
  return self->demux;
}

const GstIceLitePath *
gst_ice_lite_call_get_selected (GstIceLiteCall * self)
{
  return self->selected;
}

GstIceLiteHealth
gst_ice_lite_call_get_health (GstIceLiteCall * self)
{
  return self->health;
}

gboolean
gst_ice_lite_call_was_checked (GstIceLiteCall * self)
{
  return self->was_checked;
}

void
gst_ice_lite_call_set_route (GstIceLiteCall * self, GstIceRoute * route)
{
  g_set_object (&self->route, route);
}

GstIceLiteCounts *
gst_ice_lite_calls_get_counts (GstIceLiteCalls * self)
{
  return &self->counts;
}

guint
gst_ice_lite_calls_get_n_calls (GstIceLiteCalls * self)
{
  return g_hash_table_size (self->names);
}
