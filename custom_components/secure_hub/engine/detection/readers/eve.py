"""Suricata's EVE: one JSON object a line; flows, DNS questions and alerts are read."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from ipaddress import ip_address
import json
from typing import Any, Final

from ..observations import Observation, ObservationKind, Outcome
from .endpoints import MAX_NAME, Home, Place, as_count, as_port, as_seconds
from .unread import Unread

_BARE: Final = 60
"""Bytes of Ethernet's smallest packet, which is what a reset is padded to."""
_ICMP: Final = frozenset({"icmp", "ipv6-icmp"})


def _time(text: object) -> float:
    return datetime.fromisoformat(str(text)).timestamp()


def _address(text: object) -> str:
    """Write an address as everybody does: Suricata writes all zeros of IPv6."""
    try:
        return str(ip_address(str(text)))
    except ValueError:
        return str(text)


def _outcome(event: Mapping[str, Any], flow: Mapping[str, Any]) -> Outcome:
    """Whether an answer came, and whether it was more than resets: one bare packet for each of the call's."""
    back = as_count(flow.get("pkts_toclient"))
    if not back:
        return Outcome.SILENT
    bare = as_count(flow.get("bytes_toclient")) <= _BARE * back and as_count(flow.get("pkts_toserver")) <= back
    if event.get("proto") == "TCP" and (flow.get("state") == "new" or (bare and flow.get("state") != "established")):
        return Outcome.REFUSED
    return Outcome.ANSWERED


class EveReader:
    """Lines of EVE made into observations; `unread` counts those that say nothing that can be read."""

    def __init__(self, home: Home) -> None:
        """Read for a home."""
        self.home = home
        self.unread = Unread()

    def read(self, lines: Iterable[str]) -> Iterator[Observation]:
        """Yield what the lines say, in their order, which need not be that of time."""
        return (seen for seen, _ in self.events(lines))

    def events(self, lines: Iterable[str]) -> Iterator[tuple[Observation, tuple[str, str]]]:
        """Yield the same, each with the addresses of both ends."""
        for line in lines:
            if not line.strip():
                continue
            try:
                event = json.loads(line)
                if not isinstance(event, dict):
                    raise TypeError(line)  # noqa: TRY301 - counted with what else is no event
                seen, ends = self._read(event), (_address(event.get("src_ip")), _address(event.get("dest_ip")))
            except ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError:
                self.unread.add()
                continue
            if seen is not None:
                yield seen, ends

    def _read(self, event: Mapping[str, Any]) -> Observation | None:
        match event["event_type"]:
            case "flow":
                return self._flow(event)
            case "dns":
                return self._dns(event)
            case "alert":
                return self._alert(event)
        return None

    def _ends(self, event: Mapping[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
        ether = event.get("ether") or {}
        return (
            (_address(event["src_ip"]), str(ether.get("src_mac") or "")[:MAX_NAME]),
            (_address(event["dest_ip"]), str(ether.get("dest_mac") or "")[:MAX_NAME]),
        )

    def _flow(self, event: Mapping[str, Any]) -> Observation | None:
        flow = event["flow"]
        caller, called = self._ends(event)
        protocol = str(event["proto"]).lower()[:MAX_NAME]
        start = _time(flow.get("start") or event["timestamp"])
        return self.home.flow(
            start,
            "icmp" if protocol in _ICMP else protocol,
            caller,
            called,
            as_port(event.get("dest_port")),
            outcome=_outcome(event, flow),
            service=str(event.get("app_proto") or "")[:MAX_NAME],
            duration=as_seconds(flow.get("age")),
            volume=(as_count(flow.get("bytes_toserver")), as_count(flow.get("bytes_toclient"))),
            packets=(as_count(flow.get("pkts_toserver")), as_count(flow.get("pkts_toclient"))),
        )

    def _dns(self, event: Mapping[str, Any]) -> Observation | None:
        dns = event["dns"]
        asked = dns.get("type") in {"query", "request"}
        name = dns.get("rrname") or next((it.get("rrname") for it in dns.get("queries") or ()), None)
        if not name or (not asked and dns.get("rcode") != "NXDOMAIN"):
            return None
        # An answer that there is no such name is told of who asked; Suricata 7 tells it from the asker's side.
        asker = event["src_ip"] if asked or event.get("dest_port") == 53 else event["dest_ip"]  # noqa: PLR2004 - DNS
        return Observation(
            _time(event["timestamp"]),
            self.home.asset(_address(asker)),
            ObservationKind.DNS,
            name=str(name)[:MAX_NAME],
            found=asked,
        )

    def _alert(self, event: Mapping[str, Any]) -> Observation | None:
        source, target = self._ends(event)
        places = (self.home.place(source[0]), self.home.place(target[0]))
        if Place.NOWHERE in places:
            return None
        mine, other = (target, source) if places == (Place.OUTSIDE, Place.HOME) else (source, target)
        alert = event["alert"]
        return Observation(
            _time(event["timestamp"]),
            self.home.asset(*mine),
            ObservationKind.ALERT,
            peer=other[0],
            inward=mine is target,
            name=str(alert["signature"])[:MAX_NAME],
            level=as_count(alert.get("severity")),
        )
