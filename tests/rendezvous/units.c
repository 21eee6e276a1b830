/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <string.h>

#include "rdvframe.h"
#include "rdvlimit.h"
#include "rdvmessage.h"
#include "rdvtoken.h"
#include "rdvturn.h"

/* The example of draft-uberti-behave-turn-rest-00 with the secret "north". */
static void
test_turn_password (void)
{
  g_autofree char *password = rdv_turn_password ("north",
      "12334939:mbzrxpgjys");

  g_assert_cmpstr (password, ==, "Iq7YXkRon8YXJfdN1Ke9EZOw1UE=");
}

static void
test_turn_without_secret (void)
{
  char uri[] = "turn:a";
  char *uris[] = { uri, NULL };

  g_assert_null (rdv_turn_ice_servers (NULL, uris, NULL, "u", 60, 0));
  g_assert_null (rdv_turn_ice_servers (NULL, NULL, "s", "u", 60, 0));
}

static void
test_token (void)
{
  g_autofree char *token = rdv_token_make ("secret", "room42", 2000000000);

  g_assert_cmpstr (token, ==, "2000000000:"
      "6b80d2f5d252e725dc73cc52b50400fe781a0984a0c195fa2511e232f2e2e265");
  g_assert_null (rdv_token_refusal (NULL, "secret", "room42", token, 1));
  g_assert_null (rdv_token_refusal ("b", "secret", "room42", token, 1));
  g_assert_null (rdv_token_refusal ("b", "secret", "room42", "b", 1));
  g_assert_null (rdv_token_refusal (NULL, NULL, "room42", NULL, 1));
  g_assert_nonnull (rdv_token_refusal (NULL, "secret", "room4", token, 1));
  g_assert_nonnull (rdv_token_refusal (NULL, "secret", "room42", token,
          2000000000));
  g_assert_nonnull (rdv_token_refusal ("b", NULL, "room42", token, 1));
  g_assert_nonnull (rdv_token_refusal ("b", NULL, "room42", NULL, 1));
}

static void
test_limit (void)
{
  RdvLimit limit;
  guint i;

  rdv_limit_init (&limit, 10, 3, 0);
  for (i = 0; i < 3; i++)
    g_assert_true (rdv_limit_take (&limit, 0));
  g_assert_false (rdv_limit_take (&limit, 0));
  g_assert_false (rdv_limit_take (&limit, 99000));
  g_assert_true (rdv_limit_take (&limit, 100000));
  g_assert_false (rdv_limit_take (&limit, 100000));
  /* A clock that stands still or goes back gives nothing. */
  g_assert_false (rdv_limit_take (&limit, 0));
  for (i = 0; i < 3; i++)
    g_assert_true (rdv_limit_take (&limit, G_TIME_SPAN_HOUR));
  g_assert_false (rdv_limit_take (&limit, G_TIME_SPAN_HOUR));
}

/* One thing may cost more than the burst; nothing more goes until it is paid. */
static void
test_limit_of_costs (void)
{
  RdvLimit limit;

  rdv_limit_init (&limit, 10, 100, 0);
  g_assert_true (rdv_limit_may_charge (&limit, 0));
  rdv_limit_charge (&limit, 150);
  g_assert_false (rdv_limit_may_charge (&limit, 0));
  g_assert_false (rdv_limit_may_charge (&limit, 5 * G_TIME_SPAN_SECOND));
  g_assert_true (rdv_limit_may_charge (&limit, 5 * G_TIME_SPAN_SECOND + 1000));
  rdv_limit_charge (&limit, 0);
  g_assert_true (rdv_limit_may_charge (&limit, 5 * G_TIME_SPAN_SECOND + 1000));
}

static GBytes *
client_frame (guint8 first, const char *payload)
{
  GByteArray *frame = g_byte_array_new ();
  guint8 head[6] = { first, 0x80 | strlen (payload), 1, 2, 3, 4 };
  gsize i;

  g_byte_array_append (frame, head, sizeof head);
  for (i = 0; payload[i]; i++) {
    guint8 byte = payload[i] ^ head[2 + i % 4];

    g_byte_array_append (frame, &byte, 1);
  }
  return g_byte_array_free_to_bytes (frame);
}

static void
expect_frame (RdvFrameReader * reader, RdvFrameType type, const char *payload)
{
  RdvFrame frame;

  g_assert_cmpint (rdv_frame_reader_next (reader, &frame), ==,
      RDV_FRAME_READ_ONE);
  g_assert_cmpint (frame.type, ==, type);
  g_assert_cmpmem (frame.payload, frame.length, payload, strlen (payload));
}

/* However the bytes arrive, the same frames come out. */
static void
test_frames_in_pieces (void)
{
  const struct
  {
    guint8 first;
    const char *payload;
  } sent[] = {
    {0x81, "one"}, {0x01, "fr"}, {0x89, "ping"}, {0x00, "agm"}, {0x80, "ent"},
    {0x81, "two"}, {0x88, ""}
  };
  GByteArray *all = g_byte_array_new ();
  gsize piece, i;

  for (i = 0; i < G_N_ELEMENTS (sent); i++) {
    g_autoptr (GBytes) bytes = client_frame (sent[i].first, sent[i].payload);

    g_byte_array_append (all, g_bytes_get_data (bytes, NULL),
        g_bytes_get_size (bytes));
  }
  for (piece = 1; piece <= all->len; piece++) {
    g_autoptr (GString) got = g_string_new (NULL);
    RdvFrameReader reader;
    RdvFrame frame;

    rdv_frame_reader_init (&reader, 100);
    for (i = 0; i < all->len; i += piece) {
      rdv_frame_reader_push (&reader, all->data + i, MIN (piece, all->len - i));
      while (rdv_frame_reader_next (&reader, &frame) == RDV_FRAME_READ_ONE)
        g_string_append_printf (got, "%x:%.*s ", frame.type,
            (int) frame.length, (const char *) frame.payload);
    }
    g_assert_cmpstr (got->str, ==, "1:one 9:ping 1:fragment 1:two 8: ");
    g_assert_null (reader.input);
    rdv_frame_reader_clear (&reader);
  }
  g_byte_array_unref (all);
}

static void
test_frame_limit_is_exact (void)
{
  g_autoptr (GBytes) fits = client_frame (0x81, "12345");
  g_autoptr (GBytes) large = client_frame (0x81, "123456");
  RdvFrameReader reader;
  RdvFrame frame;

  rdv_frame_reader_init (&reader, 5);
  rdv_frame_reader_push (&reader, g_bytes_get_data (fits, NULL),
      g_bytes_get_size (fits));
  expect_frame (&reader, RDV_FRAME_TEXT, "12345");
  rdv_frame_reader_push (&reader, g_bytes_get_data (large, NULL), 6);
  g_assert_cmpint (rdv_frame_reader_next (&reader, &frame), ==,
      RDV_FRAME_READ_ERROR);
  g_assert_cmpint (frame.error, ==, RDV_CLOSE_TOO_BIG);
  rdv_frame_reader_clear (&reader);
}

static void
test_frame_sizes (void)
{
  const struct
  {
    gsize length, header;
  } rows[] = { {0, 2}, {125, 2}, {126, 4}, {65535, 4}, {65536, 10} };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *payload = g_malloc0 (rows[i].length + 1);
    g_autoptr (GBytes) frame = rdv_frame_build (RDV_FRAME_TEXT, payload,
        rows[i].length);

    g_assert_cmpuint (g_bytes_get_size (frame), ==,
        rows[i].length + rows[i].header);
  }
}

/* Whatever is in the bytes, nothing is read that is not there. */
static void
test_frames_of_noise (void)
{
  guint round, i;

  for (round = 0; round < 20000; round++) {
    guint8 noise[64];
    RdvFrameReader reader;
    RdvFrame frame;
    RdvFrameRead result;
    gsize sum = 0;

    rdv_frame_reader_init (&reader, 40);
    for (i = 0; i < sizeof noise; i++)
      noise[i] = g_test_rand_int_range (0, 256);
    /* Mostly what could be a frame. */
    if (round % 4) {
      noise[0] = g_test_rand_int_range (0, 3) | (round & 0x80);
      noise[1] = 0x80 | g_test_rand_int_range (0, 50);
    }
    rdv_frame_reader_push (&reader, noise, sizeof noise);
    while ((result = rdv_frame_reader_next (&reader,
                &frame)) == RDV_FRAME_READ_ONE)
      for (i = 0; i < frame.length; i++)
        sum += frame.payload[i];
    g_assert_true (result != RDV_FRAME_READ_ONE && sum < G_MAXSIZE);
    rdv_frame_reader_clear (&reader);
  }
}

static void
test_messages (void)
{
  const char *good[] = {
    "{\"type\":\"list\"}", " {\"type\" : \"listConsumers\" } ",
    "{\"type\":\"setPeerStatus\",\"roles\":[\"producer\"],\"meta\":{\"/*\":1}}",
    "{\"type\":\"startSession\",\"peerId\":\"a\",\"offer\":null}",
    ("{\"type\":\"peer\",\"sessionId\":\"a\",\"ice\":{\"candidate\":\"\","
        "\"sdpMLineIndex\":0}}"),
    "{\"type\":\"endSession\",\"sessionId\":\"\\u0061\"}",
  };
  const char *bad[] = {
    "", " ", "{", "}", "list", "\"list\"", "{\"type\":list}", "[1,",
    "var a = {\"type\":\"list\"}", "{\"type\":\"list\",}x", "{\"type\":\"\\",
    "{\"type\":\"peer\",\"sessionId\":\"a\"}", "{\"type\":[\"list\"]}",
    ("{\"type\":\"peer\",\"sessionId\":\"\",\"ice\":{\"candidate\":\"\","
        "\"sdpMLineIndex\":0}}"),
    "{\"type\":\"setPeerStatus\",\"roles\":{}}",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RdvMessage) message = rdv_message_parse (good[i],
        strlen (good[i]), &error);

    g_assert_no_error (error);
    g_assert_nonnull (message);
  }
  for (i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (rdv_message_parse (bad[i], strlen (bad[i]), &error));
    g_assert_error (error, RDV_MESSAGE_ERROR, RDV_MESSAGE_ERROR_MALFORMED);
  }
}

/* A message cut or changed anywhere is parsed or refused, never more. */
static void
test_messages_of_noise (void)
{
  const char *seed = "{\"type\":\"setPeerStatus\",\"roles\":[\"producer\"],"
      "\"meta\":{\"a\":[1.5e3,true,null,\"\\u00e9\\ud83d\\ude00\"]}}";
  const char *bytes = "{}[]\",:\\u0ed9-.+e/'";
  guint round;

  for (round = 0; round < 20000; round++) {
    g_autofree char *text = g_strdup (seed);
    gsize length = g_test_rand_int_range (0, strlen (seed) + 1);
    RdvMessage *message;
    guint i;

    for (i = 0; i < round % 6; i++)
      text[g_test_rand_int_range (0, strlen (seed))] =
          bytes[g_test_rand_int_range (0, strlen (bytes))];
    if (round % 2)
      length = strlen (seed);
    text[length] = '\0';
    message = rdv_message_parse (text, length, NULL);
    if (message)
      rdv_message_free (message);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turn/password", test_turn_password);
  g_test_add_func ("/turn/without-secret", test_turn_without_secret);
  g_test_add_func ("/token", test_token);
  g_test_add_func ("/limit", test_limit);
  g_test_add_func ("/limit/costs", test_limit_of_costs);
  g_test_add_func ("/frame/pieces", test_frames_in_pieces);
  g_test_add_func ("/frame/limit", test_frame_limit_is_exact);
  g_test_add_func ("/frame/sizes", test_frame_sizes);
  g_test_add_func ("/frame/noise", test_frames_of_noise);
  g_test_add_func ("/message/rows", test_messages);
  g_test_add_func ("/message/noise", test_messages_of_noise);
  return g_test_run ();
}
