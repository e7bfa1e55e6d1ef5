"""Argus's bidirectional flows as `ra` prints them: values after a heading, parted by commas or tabs."""

from collections.abc import Iterable, Iterator, Mapping
import csv
from typing import Final

from ..observations import Observation, Outcome
from .endpoints import MAX_NAME, Home, as_count, as_port, as_seconds, as_time
from .table import Table, heading
from .unread import Unread

_KNOWN: Final = frozenset({"StartTime", "Dur", "Proto", "SrcAddr", "DstAddr", "Dport", "State"})
_SILENT: Final = frozenset({"INT", "REQ", "TIM", "S0", "SH"})
_REFUSED: Final = frozenset({"REJ", "RSTRH", "URP", "URH", "UR"})
_ANSWERED: Final = frozenset({"CON", "ACC", "FIN", "RST", "CLO", "ECO", "ECR", "SF", "S1", "S2", "S3", "RSTO", "RSTR"})
_PROTOCOLS: Final = {"tcp": "tcp", "udp": "udp", "icmp": "icmp", "ipv6-icmp": "icmp", "udt": "udp", "rtp": "udp"}


def _outcome(protocol: str, state: str) -> Outcome:
    """Argus's state: the flags that each side of TCP showed, parted by `_`, or a word."""
    sides = state.split("_")
    if protocol == "tcp" and len(sides) == 2:  # noqa: PLR2004 - two sides
        if not sides[1]:
            return Outcome.SILENT
        return Outcome.REFUSED if "R" in sides[1] and not set(sides[1]) & set("SP") else Outcome.ANSWERED
    if state in _SILENT:
        return Outcome.SILENT
    if state in _REFUSED:
        return Outcome.REFUSED
    return Outcome.ANSWERED if state in _ANSWERED else Outcome.UNKNOWN


class BinetflowReader:
    """Lines made into observations; `unread` counts those that say nothing that can be read."""

    def __init__(self, home: Home) -> None:
        """Read for a home."""
        self._home = home
        self.unread = Unread()

    def read(self, lines: Iterable[str], *, only_benign: bool = False) -> Iterator[Observation]:
        """Yield what the lines say, in their order; `only_benign` leaves out what is labelled otherwise."""
        table: Table | None = None
        for line in lines:
            text = line.strip("\r\n")
            if not text.strip():
                continue
            if "StartTime" in text and (found := heading(text, _KNOWN)) is not None:
                table = found
                continue
            try:
                row = table.row(text) if table is not None else {}
                if only_benign and not _is_benign(row.get("Label", "")):
                    continue
                seen = self._flow(row)
            except ValueError, KeyError, OverflowError, csv.Error:
                self.unread.add()
                continue
            if seen is not None:
                yield seen

    def _flow(self, row: Mapping[str, str]) -> Observation | None:
        time = as_time(row["StartTime"].replace("/", "-", 2))
        protocol = _PROTOCOLS.get(row["Proto"])
        if protocol is None:
            return None
        out, total = as_count(row.get("SrcBytes")), as_count(row.get("TotBytes"))
        packets = as_count(row.get("TotPkts"))
        outcome = _outcome(protocol, row["State"])
        # Without a count of its own, the caller sent half of them, or all of them where nobody answered.
        sent = as_count(row.get("SrcPkts")) or (packets if outcome is Outcome.SILENT else packets // 2)
        seen = (row["SrcAddr"][:MAX_NAME], ""), (row["DstAddr"][:MAX_NAME], "")
        return self._home.flow(
            time,
            protocol,
            *seen,
            as_port(row.get("Dport")) if protocol != "icmp" else 0,
            outcome=outcome,
            duration=as_seconds(row.get("Dur")),
            volume=(out, max(total - out, 0)),
            packets=(sent, max(packets - sent, 0)),
        )


def _is_benign(label: str) -> bool:
    return not label or any(word in label.lower() for word in ("benign", "normal", "background"))
