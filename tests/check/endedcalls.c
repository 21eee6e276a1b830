/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a session makes of a peer that ends the call by its keys, and not by the signalling. */

#include "config.h"

#include "drivertest.h"
#include "gsticekeyexchange.h"

/* A key exchange whose peer ends when the test says so. */
#define FAKE_TYPE_KEYS (fake_keys_get_type ())
G_DECLARE_FINAL_TYPE (FakeKeys, fake_keys, FAKE, KEYS, GstIceKeyExchange)
     struct _FakeKeys
     {
       GstIceKeyExchange parent;
       GstIceKeyExchangeSettings settings;
     };

G_DEFINE_TYPE (FakeKeys, fake_keys, GST_TYPE_ICE_KEY_EXCHANGE);

     static FakeKeys *made[4];  /* those of the caller first */
     static guint n_made;

     static GstIceKeying *fake_keys_get_keying (GstIceKeyExchange * keys)
{
  GstIceKeying *keying = gst_ice_keying_new ();

  gst_ice_keying_add_fingerprint (keying, "sha-256", "AA:BB");
  return keying;
}

static void
fake_keys_agree (GstIceKeyExchange * keys, const GstIceKeying * theirs,
    gboolean answering)
{
}

static void
fake_keys_do_nothing (GstIceKeyExchange * keys)
{
}

static void
fake_keys_add_stats (GstIceKeyExchange * keys, GstStructure * stats)
{
}

static void
fake_keys_class_init (FakeKeysClass * klass)
{
  GstIceKeyExchangeClass *keys_class = GST_ICE_KEY_EXCHANGE_CLASS (klass);

  keys_class->get_keying = fake_keys_get_keying;
  keys_class->agree = fake_keys_agree;
  keys_class->start = fake_keys_do_nothing;
  keys_class->add_stats = fake_keys_add_stats;
  keys_class->close = fake_keys_do_nothing;
}

static void
fake_keys_init (FakeKeys * self)
{
}

static GstIceKeyExchange *
fake_keys_make (const GstIceKeyExchangeSettings * settings, GError ** error)
{
  FakeKeys *self = g_object_new (FAKE_TYPE_KEYS, NULL);

  self->settings = *settings;
  fail_unless (n_made < G_N_ELEMENTS (made));
  made[n_made++] = self;
  return GST_ICE_KEY_EXCHANGE (self);
}

static void
prepare (GstIceEncryption encryption)
{
}

static const GstIceKeyExchangeBackend backend = { prepare, fake_keys_make };

static void
end (FakeKeys * keys)
{
  keys->settings.events->ended (GST_ICE_KEY_EXCHANGE (keys),
      keys->settings.user_data);
  settle ();
}

/* One call, with a transport for each of its two m-lines. */
typedef struct
{
  Party viewer, cam;
  FakeMember *sound, *picture;  /* of the viewer */
} Ends;

static FakeMember *
add (Party * party, const gchar * name, GstIceDirection direction,
    const gchar * caps)
{
  FakeMember *member = party_add (party, name, direction, caps);

  fake_member_set_enum (member, "encryption", GST_TYPE_ICE_ENCRYPTION,
      GST_ICE_ENCRYPTION_DTLS_SRTP);
  return member;
}

static void
ends_init (Ends * ends)
{
  n_made = 0;
  gst_ice_key_exchange_set_backend (&backend);
  party_init (&ends->viewer);
  party_init (&ends->cam);
  ends->sound = add (&ends->viewer, "audio", RECVONLY, OPUS);
  ends->picture = add (&ends->viewer, "video", RECVONLY, VP8);
  add (&ends->cam, "microphone", SENDONLY, OPUS);
  add (&ends->cam, "camera", SENDONLY, VP8);
  party_start (&ends->cam, LISTEN);
  settle ();
  party_start (&ends->viewer, CALL);
  WAIT_UNTIL (gst_ice_session_driver_get_connection_state (ends->viewer.driver)
      == GST_ICE_CONNECTION_COMPLETED);
  fail_unless_equals_int (n_made, 4);
}

static void
ends_clear (Ends * ends)
{
  party_end (&ends->viewer);
  party_end (&ends->cam);
}

/* A session that is on fails with its signaller. */
static gboolean
is_on (Ends * ends)
{
  g_autoptr (GError) error = g_error_new_literal (GST_ICE_ERROR,
      GST_ICE_ERROR_SIGNALLING, "out of order");

  fake_signaller_tell_failed (fake_signallers_find (CALL), error);
  settle ();
  return fake_member_count (ends->sound, "error") > 0;
}

/* All that the call goes on with: then it is as if the peer had hung up. */
GST_START_TEST (test_end_of_all_transports_is_the_end)
{
  Ends ends;

  ends_init (&ends);
  end (made[__i__]);
  end (made[1 - __i__]);
  /* Others may be told again. */
  end (made[0]);
  fail_if (is_on (&ends));
  WAIT_UNTIL (gst_ice_session_driver_get_connection_state (ends.viewer.driver)
      == GST_ICE_CONNECTION_CLOSED);
  fail_unless_equals_int (receive_flow (ends.sound), GST_FLOW_EOS);
  fail_unless_equals_int (receive_flow (ends.picture), GST_FLOW_EOS);
  ends_clear (&ends);
}

GST_END_TEST;

/* The peer may have taken one m-line out of the call. */
GST_START_TEST (test_end_of_one_transport_is_not_the_end)
{
  Ends ends;

  ends_init (&ends);
  end (made[__i__]);
  fail_unless (is_on (&ends));
  ends_clear (&ends);
}

GST_END_TEST;

static Suite *
endedcalls_suite (void)
{
  Suite *s = suite_create ("endedcalls");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, party_setup, party_teardown);
  tcase_add_loop_test (tc, test_end_of_all_transports_is_the_end, 0, 2);
  tcase_add_loop_test (tc, test_end_of_one_transport_is_not_the_end, 0, 2);
  return s;
}

GST_CHECK_MAIN (endedcalls);
