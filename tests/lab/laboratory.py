"""The laboratory: the network, its servers, and what an element has to be told of them."""
import pathlib
import shutil
import tempfile
from urllib.parse import quote

import dns
import network
import sandbox
import turnserver
from network import Network
from turnserver import PASSWORD, PORT, TLS_PORT, USER, TurnServer

# What a case may offer to an element, in the order that a user would list it in.
SERVERS = ("stun", "udp", "tcp", "tls")


class Laboratory:
    """A context: all is there inside, and gone after."""

    def __init__(self, family="4", keep_logs=None):
        self.family = family
        self.keep_logs = keep_logs
        self.servers = []
        self.dns = None

    def __enter__(self):
        # Private to the lab, so it goes with it.
        self.folder = pathlib.Path(tempfile.mkdtemp(dir="/run"))
        try:
            self.network = Network(self.family)
            self._start_servers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.dns:
            self.dns.stop()
        for server in self.servers:
            server.stop()
        if hasattr(self, "network"):
            self.network.remove()
        if self.keep_logs:
            shutil.copytree(self.folder, self.keep_logs, dirs_exist_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_servers(self):
        ours = self.network.server_addresses()
        first = [a for a in network.SERVER4 + network.SERVER6 if a in ours]
        second = [a for a in network.SECOND4 + network.SECOND6 if a in ours]
        names = [turnserver.NAME, turnserver.SECOND_NAME]
        turnserver.make_certificates(self.folder, names + list(dns.PLACES) + first + second)
        sandbox.trust((self.folder / "ca.pem").read_text())
        # The first's other address is for RFC 5780 only.
        named = [a for a in first if a != network.SERVER4[1]]
        # No certificate has the last name.
        sandbox.set_hosts([(name, a) for a in named for name in (names[0], "other.lab.test")]
                          + [(names[1], a) for a in second])
        self.turn = TurnServer(self.network.servers, "turn", first, self.folder)
        self.turn2 = TurnServer(self.network.servers, "turn2", second, self.folder,
                                with_secret=True)
        for server in (self.turn, self.turn2):
            self.servers.append(server)
            server.start()

    def start_dns(self):
        """From here on names are looked up, at both sites."""
        if not self.dns:
            self.dns = dns.Dns([self.site(name).host for name in "ab"], self.folder)

    def site(self, name):
        return self.network.sites[name]

    def set_nats(self, a, b):
        """New routers; also ends whatever befell the sites before."""
        self.site("a").set_nat(a)
        self.site("b").set_nat(b)

    def uri(self, kind, server="turn", user=USER, password=PASSWORD):
        """Returns the URI of stun, or of TURN over udp, tcp or tls."""
        address = (self.turn if server == "turn" else self.turn2).addresses[0]
        host = f"[{address}]" if ":" in address else address
        if kind == "stun":
            return f"stun://{host}:{PORT}"
        who = f"{quote(user, safe='')}:{quote(password, safe='')}"
        if kind == "tls":
            name = turnserver.NAME if server == "turn" else turnserver.SECOND_NAME
            return f"turns://{who}@{name}:{TLS_PORT}?transport=tcp"
        return f"turn://{who}@{host}:{PORT}?transport={kind}"

    def settings(self, servers, policy="all"):
        """Returns the properties of an element for these servers: kinds, or whole URIs."""
        uris = [self.uri(s) if s in SERVERS else s for s in servers]
        settings = [f"stun-server={uri}" for uri in uris if uri.startswith("stun:")]
        turn = [uri for uri in uris if uri.startswith("turn")]
        if len(turn) == 1:
            settings.append(f"turn-server={turn[0]}")
        elif turn:
            settings.append("turn-servers=<" + ",".join(f'"{uri}"' for uri in turn) + ">")
        if policy != "all":
            settings.append(f"ice-transport-policy={policy}")
        return settings
