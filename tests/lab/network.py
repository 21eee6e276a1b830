"""The network: two sites with a router each, and a public segment with the servers.

    a --- router-a ---+--- net ---+--- router-b --- b
    |                 |           |                 |
    |                 +-- servers-+                 |
    +------------------ signalling -----------------+

"net" is the rest of the world: it has the default routes and answers nothing. Sites
signal over a cable of their own that no candidate is gathered on.
"""
from hosts import Host, cable
from sites import Site

INTERFACE = "eth0"
NET4, NET6 = "203.0.113.1", "2001:db8:ff::1"
# The first server needs two addresses to tell one kind of NAT from another (RFC 5780).
SERVER4 = ["203.0.113.10", "203.0.113.11"]
SERVER6 = ["2001:db8:ff::10"]
SECOND4 = ["203.0.113.12"]
SECOND6 = ["2001:db8:ff::12"]
# Nobody is there, and nobody says so.
DEAD4 = "192.0.2.66"
SIGNALLING = {"a": "192.168.77.1", "b": "192.168.77.2"}
FAMILIES = ("4", "6", "dual")


class Network:
    """Built at once; usable as a context that removes it."""

    def __init__(self, family="4"):
        self.family = family
        self.ipv4, self.ipv6 = family != "6", family != "4"
        self.hosts = {}
        try:
            self._build()
        except BaseException:
            self.remove()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def _host(self, name):
        self.hosts[name] = Host(name, self.ipv6)
        return self.hosts[name]

    def _build(self):
        net, servers = self._host("net"), self._host("servers")
        net.ip("link add br0 type bridge", "link set br0 up")
        cable(servers, INTERFACE, net, "servers")
        self.sites = {}
        for name in "ab":
            router, host = self._host(f"router-{name}"), self._host(name)
            cable(router, "wan", net, f"site-{name}")
            cable(host, INTERFACE, router, "lan")
            self.sites[name] = Site(name, host, router, self)
        net.ip(*(f"link set {port} master br0" for port in ("servers", "site-a", "site-b")))
        a, b = self.sites["a"].host, self.sites["b"].host
        cable(a, "signalling", b, "signalling")
        for name, host in (("a", a), ("b", b)):
            host.ip(f"addr add {SIGNALLING[name]}/24 dev signalling")
            # With IPv6, the cable would be one more link-local address to think of.
            host.shell("echo 1 > /proc/sys/net/ipv6/conf/signalling/disable_ipv6")
        self._address(net, servers)
        for site in self.sites.values():
            site.set_nat("none")

    def _address(self, net, servers):
        # A server without a route to a private address would get an error for each packet
        # to it, and coturn ends the whole session then.
        if self.ipv4:
            net.ip(f"addr add {NET4}/24 dev br0")
            servers.ip(*(f"addr add {a}/24 dev {INTERFACE}" for a in SERVER4 + SECOND4),
                       f"route add default via {NET4}")
        if self.ipv6:
            net.ip(f"addr add {NET6}/64 dev br0")
            servers.ip(*(f"addr add {a}/64 dev {INTERFACE}" for a in SERVER6 + SECOND6),
                       f"route add default via {NET6}")
            for site in self.sites.values():
                site.address6()
            for to, via in (("a", "b"), ("b", "a")):
                route = f"route add {self.sites[to].lan6}/64 via {self.sites[to].wan6}"
                self.sites[via].router.ip(route)
                servers.ip(route)

    @property
    def servers(self):
        return self.hosts["servers"]

    def routes_changed(self):
        """Tells everybody where the sites' routed addresses are now."""
        if not self.ipv4 or any(site.outside is None for site in self.sites.values()):
            return
        a, b = self.sites["a"], self.sites["b"]
        a.router.ip(f"route replace {b.routed} via {b.outside}")
        b.router.ip(f"route replace {a.routed} via {a.outside}")
        self.servers.ip(*(f"route replace {s.routed} via {s.outside}" for s in (a, b)))

    def cut_signalling(self):
        """Sites then reach each other through the routers only."""
        self.sites["a"].host.ip("link del signalling")

    def server_addresses(self):
        return ((SERVER4 + SECOND4 if self.ipv4 else [])
                + (SERVER6 + SECOND6 if self.ipv6 else []))

    def remove(self):
        for host in self.hosts.values():
            host.remove()
