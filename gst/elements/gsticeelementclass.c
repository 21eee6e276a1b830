/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The properties that icesrc and icesink share, with their documentation. */

#include "config.h"

#include "gsticeelementclass.h"

#include "gsticeappsignaller.h"
#include "gsticecompatibility.h"
#include "gsticeconfig.h"
#include "gsticeelement.h"
#include "gsticeelementsignals.h"

/* What is set here, as all session-wide settings, is read when the element goes
 * from NULL to READY; later changes wait for the next time. The documentation
 * names icesrc; icesink has the same. */

/**
 * GstIceSrc:signalling-uri:
 *
 * Where the session meets its peer. By HTTP (RFC 9725), "http://host:port/path"
 * calls, "http://:port/path", with an empty host, listens on all addresses for one
 * caller at a time, "http://address:port/path?mode=listener" on that address only:
 * an IP address of this machine, or localhost. Over WebSocket, "ws://host:port/room" or "wss:" on both ends: they meet in
 * that room of a rendezvous server, and wait there for each other. Unset, the
 * default: the application carries offer, answer and candidates with the signals
 * of #GstIceSrc:session. One for the whole session. As dot files show what can be read,
 * user, password and query, but "mode", are left out when it is read. A URI that is none posts
 * %GST_RESOURCE_ERROR_SETTINGS, a peer or server that can't be reached until
 * connect-timeout %GST_RESOURCE_ERROR_OPEN_READ_WRITE.
 */

/**
 * GstIceSrc:auth-token:
 *
 * Bearer token (RFC 6750, 2.1) that a caller sends, also to a rendezvous server,
 * and a listener asks for; unset, the default: none. Can be written, not read. One
 * for the whole session. A wrong one posts %GST_RESOURCE_ERROR_NOT_AUTHORIZED at
 * the caller, an empty one %GST_RESOURCE_ERROR_SETTINGS. Of callers, a
 * "user:password@" in #GstIceSrc:signalling-uri is the other way to say who calls.
 */

/**
 * GstIceSrc:auth-token-file:
 *
 * Path of a file whose first line is the #GstIceSrc:auth-token, as all users of a
 * machine can read command lines; 4096 bytes at most. Unset, the default: none. Read
 * at READY to PAUSED. One for the whole session. A file that can't be read or whose
 * first line is empty, or #GstIceSrc:auth-token beside it, posts
 * %GST_RESOURCE_ERROR_SETTINGS.
 */

/**
 * GstIceSrc:allow-origin:
 *
 * The origins (RFC 6454, 7) of the web pages that may call a listener by HTTP, comma
 * separated: "https://app.example,http://localhost:3000", or "*" for any. Unset, the
 * default: none, but any where #GstIceSrc:auth-token is set. Pages of other origins get
 * no CORS headers and 403, and so does a request to a loopback address whose Host
 * header has a name that is neither this machine's nor one of these (DNS rebinding).
 * Programs that are no browsers send no Origin and are not affected. Read at READY to
 * PAUSED. One for the whole session. What is no origin posts
 * %GST_RESOURCE_ERROR_SETTINGS.
 */

/**
 * GstIceSrc:controlling-mode:
 *
 * Whether this side's agents nominate the pair (RFC 8445, 6.1.1). Unset, the side
 * that makes the offer does; if both sides claim it, ICE repairs that. A peer whose
 * offer says a=ice-lite never does, so this side does whatever is set; an offer of
 * ours to such a peer finds no path with %FALSE. One for the whole session.
 */

/**
 * GstIceSrc:encryption:
 *
 * How media is protected between the two ends: dtls-srtp, the default: SRTP with
 * keys by a DTLS handshake on the media's path, whose certificates the descriptions
 * name (RFC 5763, RFC 5764); sdes: SRTP with keys in the descriptions (RFC 4568), which
 * go to other hosts by https: and wss: only; none: RTP in the clear. Both ends ask for
 * the same; what a peer would have otherwise is refused, and never less is used.
 *
 * Nothing leaves before the peer has shown the certificate of its description; another
 * one ends the call with %GST_STREAM_ERROR_DECRYPT. dtls-srtp needs
 * #GstIceSrc:rtcp-mux: else %GST_RESOURCE_ERROR_SETTINGS. A handshake that is not over
 * after #GstIceSrc:connect-timeout posts %GST_RESOURCE_ERROR_OPEN_READ_WRITE. Read at
 * NULL to READY. One for the whole session.
 */

/**
 * GstIceSrc:ice-trickle:
 *
 * Whether candidates that take their time follow what was sent (RFC 8838), where the
 * signalling carries them; default %TRUE. %FALSE is for peers that take none later:
 * offers, answers and restarts wait for all, up to 2.5 s if a server does not answer, and
 * 8 s if it does, but packets to it are lost. Of no effect without
 * #GstIceSrc:signalling-uri. One for the whole session.
 */

/**
 * GstIceSrc:rtcp-mux:
 *
 * Whether RTCP shares the path of RTP (RFC 5761), if the peer can; default %TRUE.
 * With %FALSE each m-line has a second component. One for the whole session.
 */

/**
 * GstIceSrc:min-rtp-port:
 *
 * Lowest UDP port of host candidates, 0 to 65535; 0, the default: any. A range in
 * which no port is free posts %GST_RESOURCE_ERROR_OPEN_READ_WRITE, one that is
 * empty %GST_RESOURCE_ERROR_SETTINGS. One for the whole session.
 */

/**
 * GstIceSrc:max-rtp-port:
 *
 * Highest UDP port of host candidates, 0 to 65535, the default; see
 * #GstIceSrc:min-rtp-port. One for the whole session.
 */

/**
 * GstIceSrc:network-interfaces:
 *
 * Names of the interfaces to gather candidates on, comma separated: "eth0,wlan0".
 * Unset, the default: all but loopback, or loopback if there is no other. One for
 * the whole session. A name that this machine does not have posts
 * %GST_RESOURCE_ERROR_SETTINGS.
 */

/**
 * GstIceSrc:external-address:
 *
 * The addresses that this machine has outside a NAT that forwards all ports to it
 * unchanged (1:1 NAT, as clouds and "host exposed" routers have): literals, comma
 * separated, each "outside", for all local addresses of its family, or
 * "outside/inside", for one: "203.0.113.7", "203.0.113.7/10.0.0.5,2001:db8::7/fd00::5".
 * Host candidates have it in the place of the private address, which the peer is not
 * told then, not even as a related address; so no STUN server is needed. With several
 * local addresses of a family, name the inside ones: one outside port can't be two.
 * Of no effect with ice-transport-policy=relay. Unset, the default: none. One for the
 * whole session. What is no address posts %GST_RESOURCE_ERROR_SETTINGS. Read at READY
 * to PAUSED.
 */

/**
 * GstIceSrc:keep-private-host:
 *
 * Whether host candidates keep their private addresses and external-address makes
 * server-reflexive candidates (RFC 8445, 5.1.1.2) beside them, so that a peer behind
 * the same NAT goes the direct way. Of no effect without external-address. Default:
 * %FALSE. One for the whole session. Read at READY to PAUSED.
 */

/**
 * GstIceSrc:ice-lite:
 *
 * Whether the agents of this session are lite (RFC 8445, 2.5): they offer the host
 * candidates of #GstIceSrc:network-interfaces and #GstIceSrc:external-address, answer
 * the peer's checks and send none, so they cost next to nothing. For a machine whose
 * addresses every peer can reach: a bridge, a server. The peer controls and nominates
 * (#GstIceSrc:controlling-mode is of no effect); the servers of #GstIceSrc:stun-server
 * and the TURN properties are not asked. A peer that is lite itself is answered by a
 * full agent, as two lite ones would never begin. Default: %FALSE. One for the whole
 * session. Read at READY to PAUSED.
 */

/**
 * GstIceSrc:udp-mux-port:
 *
 * UDP port, 1 to 65535, that all sessions of the process share who name it, one socket
 * for IPv4 and one for IPv6: a firewall has one port to open, and a thousand calls take
 * two descriptors. One thread reads it, so give all the same #GstIceSrc:context: then
 * a packet wakes one thread. A call of another context fails. An icesrc without one gets
 * its packets from the thread of the first. 0, the default: each m-line has a port of
 * its own, in the range of #GstIceSrc:min-rtp-port and #GstIceSrc:max-rtp-port. Without
 * #GstIceSrc:ice-lite it posts %GST_RESOURCE_ERROR_SETTINGS; a port that another process
 * has, %GST_RESOURCE_ERROR_OPEN_READ_WRITE. One for the whole session. Read at READY to
 * PAUSED.
 */

/**
 * GstIceSrc:metrics-uri:
 *
 * Where the metrics of all sessions of the process are told by HTTP, in Prometheus' text
 * format: "http://127.0.0.1:9464/metrics". An empty host is the loopback, a path that is not
 * given /metrics. All who name the same URI share the listener, which has a thread of its own.
 * Nobody is asked who he is. Unset, the default: nowhere. Read at NULL to READY. One for the
 * whole session. A value that is none posts %GST_RESOURCE_ERROR_SETTINGS, a port that can't be
 * had %GST_RESOURCE_ERROR_OPEN_READ_WRITE.
 */

/**
 * GstIceSrc:timeline:
 *
 * File that shows when each step of the call came, on one axis of time: gathering, each
 * candidate of ours, the offer, each pair of candidates from when it can be checked until it
 * is selected or no more are checked, the keys, the first RTP packet of each medium that was
 * sent and that the element got, warnings and errors; at most 500 steps. With .html or .htm at its end it is a page, else SVG. It is written anew at each step
 * that ends something, and when the session ends. While another session of the process writes
 * there, it is call-2.svg in the place of call.svg. Unset, the default: the file that the
 * environment variable GST_ICE_TIMELINE names, or none. Read at NULL to READY. One for the whole
 * session. A file that can't be written is a warning, %GST_RESOURCE_ERROR_OPEN_READ_WRITE.
 */

/**
 * GstIceSrc:stun-server:
 *
 * STUN server (RFC 8489) that tells the public address, "stun://host:port".
 * Without a port the host's SRV records say where it is (RFC 8489, 8.1); where it has
 * none, at port 3478. Unset, the default: none. A TURN server over UDP tells it as
 * well. One for the whole session. A value that is none posts
 * %GST_RESOURCE_ERROR_SETTINGS; a server that does not answer, a warning.
 */

/**
 * GstIceSrc:turn-server:
 *
 * TURN server (RFC 8656) to be relayed by where nothing else works,
 * "turn://user:password@host:port?transport=udp" (RFC 7065 with credentials, each
 * part percent-encoded: a user name of "1700000000:me" is written
 * "1700000000%3Ame"). transport=tcp reaches the server over TCP; without it both
 * are tried. "turns:" is TLS, and nothing else. Without a port the host's SRV
 * records say where it is (RFC 8656, 7); where it has none, at ports 3478 and 5349.
 * Unset, the default: none. Can be written, not read. One for the whole session. A
 * value that is none posts %GST_RESOURCE_ERROR_SETTINGS; a server that can't be
 * reached, is not trusted or refuses the credentials, a warning that says which and
 * why.
 */

/**
 * GstIceSrc:turn-servers:
 *
 * Further TURN servers, as #GstIceSrc:turn-server: an array of strings, in a shell
 * '<"turn://…", "turns://…">'. Of all, eight ways to a server (address
 * and transport) are used at most; a warning names others. Can be written, not read.
 */

/**
 * GstIceSrc:turn-shared-secret:
 *
 * Secret that the TURN servers know as well (coturn: static-auth-secret): those of
 * #GstIceSrc:turn-server and #GstIceSrc:turn-servers that have no password get one
 * made of it, good for 24 hours (draft-uberti-behave-turn-rest-00), anew for each
 * agent. Unset, the default: none. Can be written, not read. One for the whole
 * session. An empty one posts %GST_RESOURCE_ERROR_SETTINGS.
 */

/**
 * GstIceSrc:turn-shared-secret-file:
 *
 * Path of a file whose first line is the #GstIceSrc:turn-shared-secret; as
 * #GstIceSrc:auth-token-file.
 */

/**
 * GstIceSrc:ice-servers-uri:
 *
 * "http:" or "https:" URI that is asked, with GET, for STUN and TURN servers and
 * their credentials, while gathering goes on; the answer is JSON of TURN REST
 * (username, password, ttl, uris) or of W3C (iceServers), or what the usual
 * services make of them. Asked again when four fifths of the ttl are over. Unset,
 * the default: none. As it may have a key in it: can be written, not read. One for
 * the whole session. A service that gives no answer of use posts a warning.
 */

/**
 * GstIceSrc:ice-transport-policy:
 *
 * W3C's RTCIceTransportPolicy: "all", the default, or "relay": then no candidate
 * but relayed ones leaves, with no address of ours in it, and no check or packet but
 * through a TURN server. One for the whole session.
 */

/**
 * GstIceSrc:bundle-policy:
 *
 * Which m-lines of an offer of ours are to share a transport (BUNDLE, RFC 9143), by
 * webrtcbin's names. "max-compat", the default: all are offered as one group, each with an
 * agent and candidates of its own; a peer that takes the group gets one transport, the
 * first m-line's, and the other agents close; a peer that does not, as another icesink or
 * icesrc, keeps a transport for each m-line. "max-bundle": one agent from the start, the
 * other m-lines are bundle-only, and a peer without BUNDLE refuses them. "none": no group is
 * offered. Without rtcp-mux nothing is grouped. A peer's offer is answered by what that
 * brought, whatever this is set to. Read when an offer is made. One for the whole session.
 */

/**
 * GstIceSrc:compatibility:
 *
 * Which dialect of ICE is spoken, by libnice's names: rfc5245, the default: RFC 5245
 * and RFC 8445; wlm2009 and oc2007r2: those of Windows Live Messenger 2009 and Office
 * Communicator 2007 R2 (MS-ICE2), which were tested between two of our own ends only.
 * Both ends must have the same: else no path is found, which posts
 * %GST_RESOURCE_ERROR_OPEN_READ_WRITE. In the old ones a TURN server is refused with
 * %GST_RESOURCE_ERROR_SETTINGS as a warning, the peer is not asked for its consent (RFC
 * 7675), and packets go by libnice's calls, not by the fast path. Read at NULL to READY.
 * One for the whole session.
 */

/**
 * GstIceSrc:ice-tcp:
 *
 * Whether TCP candidates (RFC 6544) are gathered, and those of the peer tried as well,
 * default %FALSE: what a peer tells of them is left out then. With them libnice
 * nominates a pair later, up to 2 s. With #GstIceSrc:ice-lite connections are taken at the
 * port's number (passive candidates); one that can't be listened on posts
 * %GST_RESOURCE_ERROR_OPEN_READ_WRITE. Read at NULL to READY. One for the whole session.
 */

/**
 * GstIceSrc:upnp:
 *
 * Whether the router is asked by UPnP for a port that is open to all, default
 * %FALSE. Takes 0.2 s. One for the whole session.
 */

/**
 * GstIceSrc:tls-database:
 *
 * #GTlsDatabase with the authorities by which certificates are checked: of
 * "turns:" servers, and where #GstIceSrc:signalling-uri and
 * #GstIceSrc:ice-servers-uri are "https:" or "wss:". %NULL, the default: those of
 * #GstIceSrc:tls-ca-file, or the system's. One for the whole session. Another kind of object posts
 * %GST_RESOURCE_ERROR_SETTINGS.
 */

/**
 * GstIceSrc:tls-ca-file:
 *
 * Path of a PEM file with the same as #GstIceSrc:tls-database, for command lines.
 * Unset, the default. One for the whole session. A file that can't be read posts
 * %GST_RESOURCE_ERROR_SETTINGS.
 */

/**
 * GstIceSrc:tls-certificate-file:
 *
 * Path of a PEM file with the certificate of a listener whose #GstIceSrc:signalling-uri
 * is "https://:port/path", and the certificates that lead to its authority. Unset, the
 * default: such a listener posts %GST_RESOURCE_ERROR_SETTINGS, as it does with a file
 * that can't be used. Read at READY to PAUSED, and again for new connections once the
 * file has changed; what can't be used then is a warning, and the last good one stays.
 * One for the whole session.
 */

/**
 * GstIceSrc:tls-private-key-file:
 *
 * Path of a PEM file with the key of #GstIceSrc:tls-certificate-file. Unset, the
 * default: the key is in that file too. As that one otherwise.
 */

/**
 * GstIceSrc:connect-timeout:
 *
 * Milliseconds to wait for a peer and a first working pair, 0: for ever; default
 * 30000. When it passes, the element posts %GST_RESOURCE_ERROR_OPEN_READ_WRITE,
 * which says what was tried. A listener by HTTP lets a caller go after 8000 already
 * of whose checks none came, with a warning. One for the whole session.
 */

/**
 * GstIceSrc:auto-restart:
 *
 * Whether ICE restarts by itself: when the peer's answers are late or its consent
 * is lost (RFC 7675), when an address of this machine comes or goes, when a TURN
 * server forgets us. Default %TRUE. By HTTP only the side that called can; at the
 * other it has no effect. One for the whole session.
 */

/**
 * GstIceSrc:consent-timeout:
 *
 * Milliseconds without an answer of the peer until nothing more is sent to it
 * (RFC 7675, 5.1), 4000 to 600000; default 30000. ICE restarts long before, see
 * #GstIceSrc:auto-restart. One for the whole session.
 */

/**
 * GstIceSrc:grace:
 *
 * Milliseconds that a call whose path is lost waits for a restart to find another,
 * and a listener for the same or another caller; default 30000. When they pass, a
 * listener posts a warning and waits for the next call, all others post
 * %GST_RESOURCE_ERROR_READ or %GST_RESOURCE_ERROR_WRITE. One for the whole
 * session.
 */

/**
 * GstIceSrc:buffer-size:
 *
 * Bytes of the kernel's socket buffers, each way; 0: the system's default; default
 * 2097152. The kernel may give less. One for the whole session.
 */

/**
 * GstIceSrc:resolve-names:
 *
 * Whether host names in the peer's candidates are looked up by the system's resolver;
 * default %FALSE: such candidates are left out, as the peer would choose what this host
 * asks of its name server. Names that end in ".local" (RFC 8828) are always looked up.
 * Read at READY to PAUSED. One for the whole session.
 */

/**
 * GstIceSrc:qos-dscp:
 *
 * Differentiated services code point (RFC 2474) of what is sent, 0 to 63; -1, the
 * default: the system's. One for the whole session.
 */

static void
install_place (GObjectClass * klass, guint first_id)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
      GST_PARAM_MUTABLE_READY;

  /**
   * GstIceSrc:session-name:
   *
   * Elements with the same name share a session, in the whole process. Unset, the
   * default: all elements of one pipeline share one. Read at NULL to READY.
   */
  g_object_class_install_property (klass,
      first_id + GST_ICE_ELEMENT_SESSION_NAME,
      g_param_spec_string ("session-name", "Session name",
          "Elements with the same name share a session; unset: all of one "
          "pipeline do", NULL, flags));

  /**
   * GstIceSrc:session:
   *
   * The session, a #GstIceAppSignaller, with the signals and actions of all its
   * m-lines. It is there in every state, and stays the same object. Of elements that
   * share a session it is one object, unless it was asked for before they were in one
   * pipeline.
   */
  g_object_class_install_property (klass, first_id + GST_ICE_ELEMENT_SESSION,
      g_param_spec_object ("session", "Session",
          "The shared session, for applications",
          GST_TYPE_ICE_APP_SIGNALLER,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  /**
   * GstIceSrc:media:
   *
   * Kind of the m-line (RFC 8866, 5.14). Unset, the default: icesink takes it from
   * its caps, icesrc takes the first m-line that nobody has claimed. Read at NULL
   * to READY. Two elements that claim the same m-line and component post
   * %GST_RESOURCE_ERROR_SETTINGS.
   */
  g_object_class_install_property (klass, first_id + GST_ICE_ELEMENT_MEDIA,
      g_param_spec_enum ("media", "Media", "Kind of the m-line",
          GST_TYPE_ICE_MEDIA_KIND, GST_ICE_MEDIA_UNSET, flags));

  /**
   * GstIceSrc:mid:
   *
   * Picks one m-line among several of one kind by its identification (RFC 5888, 4);
   * an offer of ours has it. Unset, the default: any. Read at NULL to READY.
   */
  g_object_class_install_property (klass, first_id + GST_ICE_ELEMENT_MID,
      g_param_spec_string ("mid", "MID",
          "Identification of the m-line; unset: any", NULL, flags));

  /**
   * GstIceSrc:component:
   *
   * Whether the element carries the m-line's RTP, the default, or its RTCP. Where
   * both share one path (RFC 5761), an icesrc for RTCP gets the packets with
   * payload types 64 to 95. Read at NULL to READY.
   */
  g_object_class_install_property (klass, first_id + GST_ICE_ELEMENT_COMPONENT,
      g_param_spec_enum ("component", "Component", "RTP or RTCP of the m-line",
          GST_TYPE_ICE_COMPONENT, GST_ICE_COMPONENT_RTP, flags));
}

static void
install_state (GObjectClass * klass, guint first_id)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * GstIceSrc:ice-connection-state:
   *
   * State of the element's m-line (W3C webrtc, RTCIceConnectionState). From the
   * session's thread comes a notify, and a message ice-connection-state, for each
   * change.
   */
  g_object_class_install_property (klass,
      first_id + GST_ICE_ELEMENT_ICE_CONNECTION_STATE,
      g_param_spec_enum ("ice-connection-state", "ICE connection state",
          "State of the m-line", GST_TYPE_ICE_CONNECTION_STATE,
          GST_ICE_CONNECTION_NEW, flags));

  /**
   * GstIceSrc:ice-gathering-state:
   *
   * Gathering state of the element's m-line (W3C webrtc, RTCIceGatheringState),
   * with notify and message as #GstIceSrc:ice-connection-state.
   */
  g_object_class_install_property (klass,
      first_id + GST_ICE_ELEMENT_ICE_GATHERING_STATE,
      g_param_spec_enum ("ice-gathering-state", "ICE gathering state",
          "Gathering state of the m-line", GST_TYPE_ICE_GATHERING_STATE,
          GST_ICE_GATHERING_NEW, flags));

  /**
   * GstIceSrc:selected-pair:
   *
   * Structure "ice-selected-pair" with structures local and remote, which have the
   * fields of W3C's RTCIceCandidateStats; %NULL while there is none.
   */
  g_object_class_install_property (klass,
      first_id + GST_ICE_ELEMENT_SELECTED_PAIR,
      g_param_spec_boxed ("selected-pair", "Selected pair",
          "The candidate pair in use", GST_TYPE_STRUCTURE, flags));

  /**
   * GstIceSrc:stats:
   *
   * Structure "ice-stats" of this element, with W3C's names: packets-sent,
   * bytes-sent, packets-discarded-on-send, packets-received, bytes-received,
   * packets-dropped (packets and bytes since NULL to READY), the states, and
   * selected-pair if there is one; while there is a path, send-mode and
   * receive-mode, and, on a direct one, send-calls, receive-calls,
   * receive-buffer-size (bytes), kernel-drops, packets-refused, packets-stray,
   * packets-malformed, and of the peer's consent (RFC 7675)
   * consent-requests-sent, consent-responses-received,
   * consent-requests-received, stun-forged and current-round-trip-time
   * (seconds). An icesrc also has what RFC 3550 (6.4.1, A.3, A.8) counts of the RTP that it
   * has received, and that its keys have opened: packets-lost (may be negative, with
   * duplicates), packets-reordered, packets-duplicated, jitter (seconds, of the source
   * heard last), and inbound-rtp, a structure with fields source-0 to source-15, as many as
   * sources were heard, the last 16 of them: structures with ssrc, packets-received and these
   * fields.
   */
  g_object_class_install_property (klass, first_id + GST_ICE_ELEMENT_STATS,
      g_param_spec_boxed ("stats", "Statistics", "Packets, bytes and states",
          GST_TYPE_STRUCTURE, flags));
}

void
gst_ice_element_class_init (GObjectClass * klass, guint first_id)
{
  install_place (klass, first_id);
  install_state (klass, first_id);
  gst_ice_config_install_properties (klass, first_id + GST_ICE_ELEMENT_CONFIG);
  gst_ice_element_signals_install (G_TYPE_FROM_CLASS (klass));

  gst_type_mark_as_plugin_api (GST_TYPE_ICE_MEDIA_KIND, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_ICE_COMPONENT, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_ICE_CONNECTION_STATE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_ICE_GATHERING_STATE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_ICE_POLICY, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_ICE_BUNDLE_POLICY, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_ICE_COMPATIBILITY, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_ICE_APP_SIGNALLER, 0);
}
