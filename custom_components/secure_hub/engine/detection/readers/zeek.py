"""Zeek's logs (conn, dns, arp, dhcp; notice is an opinion and is not read): TSV, JSON lines, or CSV with a heading."""

from collections.abc import Iterable, Iterator, Mapping
import csv
import json
from typing import Any, Final

from ..observations import Observation, ObservationKind, Outcome
from .endpoints import MAX_NAME, Home, Place, as_count, as_port, as_seconds, as_time

_SILENT: Final = frozenset({"S0", "SH"})
_REFUSED: Final = frozenset({"REJ", "RSTRH"})
_UNKNOWN: Final = frozenset({"OTH", "", "-", "SHR", "RSTOS0"})
_UNSET: Final = frozenset({"-", "(empty)", ""})
_MAX_FIELDS: Final = 256
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


def _convert(home: Home, row: Mapping[str, Any], log: str) -> Iterator[Observation]:
    if log == "dns" or "qtype_name" in row:
        return _dns(home, row)
    if log == "dhcp" or "msg_types" in row or "lease_time" in row:
        return _dhcp(home, row)
    if log == "arp" or "src_mac" in row:
        return _arp(home, row)
    return _conn(home, row)


class ZeekReader:
    """Lines of one log made into observations; `rejected` counts those that say nothing that can be read."""

    def __init__(self, home: Home, log: str = "") -> None:
        """Read for a home. `log` is the log's name (`conn`), for those that do not show it by their fields."""
        self._home = home
        self._log = log
        self.rejected = 0

    def read(self, lines: Iterable[str], *, only_benign: bool = False) -> Iterator[Observation]:
        """Yield what the lines say, in their order; `only_benign` leaves out what a label calls anything else."""
        fields: list[str] = []
        for raw in lines:
            text = raw.strip("\r\n ")
            if text.lstrip("\t").startswith("#"):
                words = text.lstrip("\t").split("\t")
                if words[0] == "#fields" and len(words) <= _MAX_FIELDS:
                    fields = words[1:]
                elif words[0] == "#path" and len(words) > 1:
                    self._log = words[1]
                continue
            if not text:
                continue
            if text.startswith("ts,"):
                fields = text.split(",")[:_MAX_FIELDS]
                continue
            try:
                row = _row(text, fields)
                if only_benign and str(row.get("label") or "benign").lower() != "benign":
                    continue
                yield from _convert(self._home, row, self._log)
            except ValueError, KeyError, TypeError, RecursionError, csv.Error:
                self.rejected += 1


def _row(text: str, fields: list[str]) -> Mapping[str, Any]:
    """One line's members.

    Raises:
        ValueError: It has none.
    """
    if text.startswith("{"):
        row: Any = json.loads(text)
        if not isinstance(row, dict):
            raise ValueError(text)
        return row
    values = text.split("\t") if "\t" in text else next(csv.reader((text,)))
    if len(values) < 2 or not fields:  # noqa: PLR2004 - one value is no row
        raise ValueError(text)
    given: dict[str, Any] = {
        name: "" if value in _UNSET else value for name, value in zip(fields, values, strict=False)
    }
    if "msg_types" in given:
        given["msg_types"] = given["msg_types"].split(",")
    return given
