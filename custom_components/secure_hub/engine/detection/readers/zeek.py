"""Zeek's logs: TSV, JSON lines, or CSV with a heading.

Of conn, dns, arp and dhcp; the others say the same again, or, as notice does, what somebody thinks of it.
"""

from collections.abc import Iterable, Iterator, Mapping
import csv
import json
import re
from typing import Any, Final

from ..observations import Observation, ObservationKind, Outcome
from .endpoints import MAX_NAME, Home, Place, as_count, as_port, as_seconds, as_time
from .table import Table, heading
from .unread import Unread

_SILENT: Final = frozenset({"S0", "SH"})
_REFUSED: Final = frozenset({"REJ", "RSTRH"})
_UNKNOWN: Final = frozenset({"OTH", "", "-", "SHR", "RSTOS0"})
_UNSET: Final = frozenset({"-", "(empty)", ""})
_KNOWN: Final = frozenset(
    {"ts", "uid", "uids", "id.orig_h", "id.resp_h", "id.resp_p", "proto", "conn_state", "query", "src_mac", "mac"}
)
"""Names by which a heading is known."""
_SAID: Final = re.compile(r"#(?P<name>fields|path)(?P<mark>[^\w #])(?P<rest>.+)")
"""What a log of Zeek's says of itself, parted by what its owner chose."""
_GROUPS: Final = frozenset({"ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"})


def _outcome(row: Mapping[str, Any]) -> Outcome:
    """Conn.log's conn_state; of UDP and ICMP, S0 only says that nothing came back."""
    state = row.get("conn_state") or ""
    if state in _SILENT:
        return Outcome.SILENT
    if state in _REFUSED:
        return Outcome.REFUSED
    if state in _UNKNOWN:
        return Outcome.SILENT if row.get("proto") == "icmp" and not as_count(row.get("resp_pkts")) else Outcome.UNKNOWN
    return Outcome.ANSWERED


def _conn(home: Home, row: Mapping[str, Any]) -> Iterator[Observation]:
    protocol = str(row["proto"])[:MAX_NAME]
    seen = home.flow(
        as_time(row["ts"]),
        protocol,
        (str(row["id.orig_h"]), str(row.get("orig_l2_addr") or "")[:MAX_NAME]),
        (str(row["id.resp_h"]), str(row.get("resp_l2_addr") or "")[:MAX_NAME]),
        as_port(row.get("id.resp_p")) if protocol != "icmp" else 0,
        outcome=_outcome(row),
        service=str(row.get("service") or "")[:MAX_NAME],
        duration=as_seconds(row.get("duration")),
        volume=(as_count(row.get("orig_bytes")), as_count(row.get("resp_bytes"))),
        packets=(as_count(row.get("orig_pkts")), as_count(row.get("resp_pkts"))),
    )
    if seen is not None:
        yield seen


def _dns(home: Home, row: Mapping[str, Any]) -> Iterator[Observation]:
    asker, name = str(row["id.orig_h"]), str(row.get("query") or "")
    if name and home.place(asker) is not Place.NOWHERE:
        yield Observation(
            as_time(row["ts"]),
            home.asset(asker),
            ObservationKind.DNS,
            peer=str(row["id.resp_h"])[:MAX_NAME],
            name=name[:MAX_NAME],
            found=row.get("rcode_name") != "NXDOMAIN",
        )


def _arp(_home: Home, row: Mapping[str, Any]) -> Iterator[Observation]:
    time, source = as_time(row["ts"]), str(row.get("src_mac") or "")[:MAX_NAME]
    sender, target = str(row.get("orig_h") or "")[:MAX_NAME], str(row.get("resp_h") or "")[:MAX_NAME]
    hardware = str(row.get("orig_hw") or "")[:MAX_NAME]
    if not source:
        return
    if row.get("operation") == "request" and sender != target:
        yield Observation(time, source, ObservationKind.ARP_REQUEST, name=target)
    genuine = not hardware or hardware == source
    if hardware not in _GROUPS and (not genuine or sender == target or row.get("operation") != "request"):
        yield Observation(
            time, source, ObservationKind.ARP_CLAIM, name=sender, hardware=hardware or source, genuine=genuine
        )


def _dhcp(_home: Home, row: Mapping[str, Any]) -> Iterator[Observation]:
    time = as_time(row["ts"])
    messages = row.get("msg_types") or ()
    if client := str(row.get("mac") or row.get("client_addr") or "")[:MAX_NAME]:
        wanted = str(row.get("requested_addr") or row.get("requested_ip") or "")[:MAX_NAME]
        yield Observation(time, client, ObservationKind.DHCP_REQUEST, name=wanted)
    server = str(row.get("server_addr") or "")[:MAX_NAME]
    if server and ("OFFER" in messages or "ACK" in messages):
        yield Observation(time, server, ObservationKind.DHCP_REPLY, peer=client)


_CONVERT: Final = {"conn": _conn, "dns": _dns, "arp": _arp, "dhcp": _dhcp}


def _log_of(row: Mapping[str, Any], log: str) -> str:
    """Which log a row is of: by what only that one has, else by the name that the file or the row says."""
    if "qtype_name" in row:
        return "dns"
    if "msg_types" in row or "lease_time" in row:
        return "dhcp"
    if "src_mac" in row:
        return "arp"
    if "conn_state" in row or "orig_bytes" in row or "orig_pkts" in row:
        return "conn"
    return str(row.get("_path") or log)


class ZeekReader:
    """Lines of one log made into observations; `unread` counts those that say nothing that can be read."""

    def __init__(self, home: Home, log: str = "") -> None:
        """Read for a home. `log` is the log's name (`conn`), for those that do not show it by their fields."""
        self._home = home
        self._log = log
        self.unread = Unread()

    def read(self, lines: Iterable[str], *, only_benign: bool = False) -> Iterator[Observation]:
        """Yield what the lines say, in their order; `only_benign` leaves out what a label calls anything else."""
        table: Table | None = None
        for raw in lines:
            text = raw.strip("\r\n ")
            if text.lstrip("\t").startswith("#"):
                found = _SAID.match(text.lstrip("\t"))
                if found is not None and found["name"] == "fields":
                    table = Table(found["rest"], found["mark"])
                elif found is not None:
                    self._log = found["rest"].partition(found["mark"])[0]
                continue
            if not text:
                continue
            if text[0] != "{" and "ts" in text and (other := heading(text, _KNOWN)) is not None:
                table = other
                continue
            try:
                row = _row(text, table)
                if only_benign and str(row.get("label") or "benign").lower() != "benign":
                    continue
                convert = _CONVERT.get(_log_of(row, self._log))
                if convert is None:
                    self.unread.add("an entry of a log of Zeek that is not read")
                else:
                    yield from convert(self._home, row)
            except ValueError, KeyError, TypeError, RecursionError, csv.Error:
                self.unread.add()


def _row(text: str, table: Table | None) -> Mapping[str, Any]:
    """One line's members.

    Raises:
        ValueError: It has none.
        csv.Error: The same.
    """
    if text.startswith("{"):
        row: Any = json.loads(text)
        if not isinstance(row, dict):
            raise ValueError(text)
        return row
    if table is None:
        raise ValueError(text)
    given: dict[str, Any] = {name: "" if value in _UNSET else value for name, value in table.row(text).items()}
    if "msg_types" in given:
        given["msg_types"] = given["msg_types"].split(",")
    return given
