"""The hosts of the virtual home as a test sees them: what they can reach, what they serve, what they do.

All calls are synchronous and thread-safe; an async test calls them in an executor. Times are in seconds.
"""

import json
import time
from typing import Any

from .catalogue import COMMAND, ECHO, PUSH, DeviceSpec
from .control import Agent, LabError

BRIEF = 0.4
SESSION_SECONDS = 300.0
BACKGROUND_COUNT = 1000
BACKGROUND_SECONDS = 60.0


class Session:
    """An open conversation: a TCP connection whose echoes are watched, or a UDP push that only arrives."""

    def __init__(self, agent: Agent, number: int) -> None:
        """Wrap session `number` of a host."""
        self._agent = agent
        self._number = number

    @property
    def last_seen(self) -> float:
        """When the last answer came, on the machine's monotonic clock (`time.monotonic()`); 0.0 if none did."""
        return float(self._agent.call("session_info", number=self._number)["last"])

    @property
    def count(self) -> int:
        """How many answers came."""
        return int(self._agent.call("session_info", number=self._number)["count"])

    @property
    def ended(self) -> str | None:
        """Why it ended, or None while it is open (a connection that is cut off in silence stays open)."""
        info = self._agent.call("session_info", number=self._number)
        return None if info["open"] else str(info["reason"])

    def alive_within(self, seconds: float) -> bool:
        """Whether an answer newer than this call comes within that time."""
        now = time.monotonic()
        return bool(
            self._agent.call("session_wait", within=seconds + 5, number=self._number, after=now, timeout=seconds)
        )

    def close(self) -> None:
        """End it."""
        self._agent.call("session_close", number=self._number)


class Host:
    """A host of the home."""

    def __init__(self, name: str, agent: Agent, ipv4: str | None = None, ipv6: str | None = None) -> None:
        """Wrap a running agent; addresses are those by which the others reach it."""
        self.name = name
        self._agent = agent
        self._ipv4 = ipv4
        self._ipv6 = ipv6

    @property
    def agent(self) -> Agent:
        """The process that is this host."""
        return self._agent

    @property
    def pid(self) -> int:
        """That process' id."""
        return self._agent.pid

    @property
    def ipv4(self) -> str:
        """Its IPv4 address; raises LabError while it has none."""
        return self._known(self._ipv4, "IPv4")

    @property
    def ipv6(self) -> str:
        """Its global IPv6 address; raises LabError while it has none."""
        return self._known(self._ipv6, "IPv6")

    def _known(self, address: str | None, kind: str) -> str:
        if address is None:
            msg = f"{self.name} has no {kind} address"
            raise LabError(msg)
        return address

    def can_reach(
        self,
        target: Host | str,
        *,
        tcp: int | None = None,
        udp: int | None = None,
        v6: bool = False,
        timeout: float = BRIEF,
    ) -> bool:
        """Whether a TCP connection opens or a UDP echo answers; by default the TCP echo that every host runs."""
        host = target if isinstance(target, str) else target.ipv6 if v6 else target.ipv4
        return self.udp_echo(host, udp, timeout) if udp else self.tcp(host, tcp or ECHO, timeout)

    def tcp(self, host: str, port: int = ECHO, timeout: float = BRIEF) -> bool:
        """Whether a TCP connection to an address or a name opens."""
        return bool(self._agent.call("tcp", host=host, port=port, timeout=timeout))

    def udp_echo(self, host: str, port: int = ECHO, timeout: float = BRIEF) -> bool:
        """Whether a UDP echo service answers."""
        return bool(self._agent.call("udp", host=host, port=port, timeout=timeout))

    def ping(self, host: str, timeout: float = BRIEF) -> bool:
        """Whether an ICMP or ICMPv6 echo is answered (link-local addresses with their zone: `fe80::1%eth0`)."""
        return bool(self._agent.call("ping", host=host, timeout=timeout))

    def resolve(self, name: str, *, v6: bool = False, timeout: float = 1.0) -> list[str]:
        """The addresses of a name by this host's DNS server; raises LabError without an answer."""
        return list(self._agent.call("resolve", name=name, kind=28 if v6 else 1, timeout=timeout))

    def http_get(self, url: str, timeout: float = 2.0) -> dict[str, Any]:
        """`status` and `body`; HTTPS is verified against the lab's CA. Raises LabError without an answer."""
        return dict(self._agent.call("http", url=url, timeout=timeout))

    def probe(self, probes: dict[str, tuple[str, str, int]], timeout: float = BRIEF) -> dict[str, bool]:
        """Several (`tcp` or `udp`, host, port) at once, by name."""
        return dict(self._agent.call("many", probes=probes, timeout=timeout)) if probes else {}

    def serve(self, tcp: list[int] | None = None, udp: list[int] | None = None) -> None:
        """Open more ports, with an echo service behind each."""
        self._agent.call("serve", tcp=dict.fromkeys(tcp or (), "echo"), udp=dict.fromkeys(udp or (), "echo"))

    def withdraw(self, tcp: list[int] | None = None, udp: list[int] | None = None) -> None:
        """Close ports."""
        for kind, ports in (("tcp", tcp or ()), ("udp", udp or ())):
            for port in ports:
                self._agent.call("withdraw", kind=kind, port=port)

    def neighbours(self) -> dict[str, str]:
        """What its ARP and ND tables say: address -> MAC."""
        rows = json.loads(self._agent.call("feed", argv=["ip", "-json", "neigh"], text=""))
        return {row["dst"]: row["lladdr"] for row in rows if "lladdr" in row}

    def sysctl(self, settings: dict[str, str]) -> None:
        """Write settings below net (`ipv4/ip_forward`: `1`) of this host's namespace."""
        self._agent.call("sysctl", settings=settings)

    def nft(self, rules: str) -> None:
        """Load rules into this host's kernel, in one transaction; raises LabError with nft's complaint."""
        self._agent.call("feed", argv=["nft", "-f", "-"], text=rules)

    def seen(self) -> dict[str, dict[str, int]]:
        """What arrived at this host's services: service -> {peer, name or login: how often}."""
        return dict(self._agent.call("seen"))

    def open_session(
        self,
        target: Host | str,
        port: int | None = None,
        *,
        udp: bool = False,
        v6: bool = False,
        interval: float = 0.05,
    ) -> Session:
        """Open a conversation with a TCP echo service, or have a UDP push service (4445) send; raises LabError."""
        host = target if isinstance(target, str) else target.ipv6 if v6 else target.ipv4
        number = self._agent.call(
            "session_open",
            kind="udp" if udp else "tcp",
            host=host,
            port=port or (PUSH if udp else COMMAND),
            interval=interval,
            seconds=SESSION_SECONDS,
        )
        return Session(self._agent, number)

    def send_raw(self, frame: bytes) -> None:
        """Send an Ethernet frame as it is."""
        self._agent.call("send_raw", frame=frame.hex())

    def run(
        self,
        behaviour: str,
        *,
        count: int = BACKGROUND_COUNT,
        seconds: float = BACKGROUND_SECONDS,
        pace: float = 0.05,
        **arguments: Any,
    ) -> None:
        """Start a behaviour of `agent/behaviours.py` in the background: at most `count` steps and `seconds`."""
        self._agent.call("run", name=behaviour, count=count, seconds=seconds, pace=pace, **arguments)

    def stop(self, behaviour: str | None = None) -> None:
        """Stop one behaviour, or all."""
        self._agent.call("stop", name=behaviour)

    def activity(self) -> dict[str, dict[str, Any]]:
        """Behaviour -> `steps`, `answered`, `running`, `error`."""
        return dict(self._agent.call("activity"))


class Device(Host):
    """An IoT device: one MAC, a DHCP lease, SLAAC, open ports, habits."""

    def __init__(self, spec: DeviceSpec, agent: Agent) -> None:
        """Wrap the agent of a device that is plugged in."""
        super().__init__(spec.name, agent)
        self.spec = spec
        self.mac = spec.mac
        self._link_local: str | None = None

    @property
    def ipv6_link_local(self) -> str:
        """Its link-local address, without a zone."""
        return self._known(self._link_local, "link-local")

    @property
    def has_ipv4(self) -> bool:
        """Whether it holds a lease."""
        return self._ipv4 is not None

    @property
    def has_ipv6(self) -> bool:
        """Whether it got a global IPv6 address."""
        return self._ipv6 is not None

    def join(self, within: float = 3.0, *, mud_url: str = "") -> None:
        """Ask for a lease and wait for a router advertisement; without either it just has no such address.

        With `mud_url` it names that manifest while it asks (RFC 8520, section 10).
        """
        identity = {
            "mac": self.mac,
            "hostname": self.spec.hostname,
            "vendor_class": self.spec.vendor_class,
            "parameters": bytes(self.spec.parameters).hex(),
            "mud_url": mud_url,
        }
        deadline = time.monotonic() + within
        try:
            self._agent.call("join", within=within + 5, identity=identity, timeout=within)
        except LabError as error:
            if error.kind != "TimeoutError":
                raise
        self.refresh(max(0.0, deadline - time.monotonic()))

    def refresh(self, within: float = 0.0) -> None:
        """Learn its addresses anew, waiting up to `within` for a global IPv6 one."""
        found = self._agent.call("addresses", within=within + 5, timeout=within)
        self.mac = found["mac"]
        self._ipv4 = found.get("ipv4")
        self._ipv6 = found.get("ipv6")
        self._link_local = found.get("link_local")

    def dhcp_renew(self) -> None:
        """Renew the lease; raises LabError when nobody answers."""
        self._agent.call("renew")

    def change_mac(self, mac: str, within: float = 3.0) -> None:
        """Come back as somebody else: another MAC, new addresses."""
        self._agent.call("change_mac", mac=mac)
        self.mac = mac
        self.join(within)

    def live(self, seconds: float = 600.0) -> None:
        """Begin normal life: its habits, for that long."""
        self.run("life", count=100_000, seconds=seconds, pace=0.0, habits=[list(habit) for habit in self.spec.habits])
