#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""icesink publishes to Eyevinn's WHIP endpoint, which is a Node.js program with libwebrtc in it."""
import json
import os
import unittest
from unittest import mock

import network
from peer import NPM, Gst, Program, Side, need, need_npm, wait_until
from launch import free_port, main
from whep import TurnServer

KEY = "s3cret"
PUBLISH = """audiotestsrc is-live=true ! opusenc ! rtpopuspay ! icesink name=ice media=audio
        network-interfaces={interface} signalling-uri={uri} {settings}
    videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=25/1 !
        vp8enc deadline=1 keyframe-max-dist=25 ! rtpvp8pay ! icesink media=video"""


class Endpoint(Program):
    def __init__(self, add_cleanup, ice_servers=()):
        port = free_port()
        # What it compares the whole header with.
        with mock.patch.dict(os.environ, API_KEY=f"Bearer {KEY}"):
            super().__init__(add_cleanup, "node", NPM / "whip-endpoint.cjs", port,
                             json.dumps(ice_servers))
        self.wait_for("WHIP endpoint listening")
        self.uri = f"http://127.0.0.1:{port}/api/v2/whip/counter"


class Publisher(Side):
    def __init__(self, test, endpoint, settings=""):
        super().__init__(test, PUBLISH.format(interface=network.INTERFACE, uri=endpoint.uri,
                                              settings=settings))
        self.pipeline.set_state(Gst.State.PLAYING)

    def problems(self):
        return [message.parse_error()[0].message if message.type == Gst.MessageType.ERROR else
                message.parse_warning()[0].message for message in self.take_messages()
                if message.type in (Gst.MessageType.ERROR, Gst.MessageType.WARNING)]


class Whip(unittest.TestCase):
    def publish(self, endpoint, settings=""):
        publisher = Publisher(self, endpoint, f"auth-token={KEY} {settings}")
        for what in "audio: 25", "video: 25":
            endpoint.wait_for(what)
        self.assertEqual(publisher.problems(), [])
        stats = publisher.session.get_property("stats")
        self.assertEqual(stats.get_value("mline-0").copy().get_value("dtls-state"), "connected")
        return publisher

    def leave(self, publisher, endpoint):
        publisher.pipeline.set_state(Gst.State.NULL)
        endpoint.wait_for("Destroy requested")

    def test_audio_and_video(self):
        endpoint = Endpoint(self.addCleanup)
        publisher = self.publish(endpoint)
        # It takes no PATCH of ours, see docs/interop.md.
        endpoint.wait_for('"PATCH"')
        self.leave(publisher, endpoint)
        self.assertEqual(publisher.problems(), [])

    def test_all_candidates_in_the_offer(self):
        endpoint = Endpoint(self.addCleanup)
        self.leave(self.publish(endpoint, "ice-trickle=false"), endpoint)
        self.assertNotIn('"PATCH"', endpoint.text())

    def test_relayed_by_its_links(self):
        turn = TurnServer(self.addCleanup).server
        endpoint = Endpoint(self.addCleanup, [{"urls": turn["uri"], "username": turn["username"],
                                               "credential": turn["credential"]}])
        publisher = self.publish(endpoint, "ice-transport-policy=relay")
        pair = publisher.ice.get_property("selected-pair")
        self.assertEqual(pair.get_value("local").get_value("candidate-type"), "relay")
        self.leave(publisher, endpoint)

    def test_without_a_token(self):
        publisher = Publisher(self, Endpoint(self.addCleanup))
        wait_until(publisher.problems, "an error")
        self.assertIn("set auth-token", publisher.problems()[0])


if __name__ == "__main__":
    need("turnserver")
    need_npm()
    network.enter()
    main(["opusenc", "rtpopuspay"])
