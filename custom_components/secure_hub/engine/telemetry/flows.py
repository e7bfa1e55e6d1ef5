"""With whom each asset was seen to talk, and what was held off: the latest of it, from telemetry records."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from .record import MAX_COUNT, Conversation, Record

MAX_OF_ASSET: Final = 50
"""Flows of an asset that are remembered; the one that was not seen for longest makes room."""
MAX_REMEMBERED: Final = 20_000
"""Flows of all assets together; the asset that was quiet for longest makes room."""
MAX_OF_HOME: Final = 500
"""Flows of the home that one answer tells of: those that carried most."""


@dataclass(slots=True)
class Flow:
    """All conversations of an asset with one peer about one service, as far as they are remembered."""

    asset: str
    peer: str
    """Address that was seen last."""
    name: str
    """By which the asset knows the peer; empty where it asked no name server."""
    protocol: str
    port: int
    service: str
    """By the source's own recognition; empty where it has none."""
    inward: bool
    """The peer calls."""
    local: bool
    """The peer is in the home."""
    last: float = 0.0
    """Seconds since the epoch."""
    sent: int = 0
    """Bytes from the asset."""
    received: int = 0
    packets: int = 0
    """Both ways."""
    allowed: int = 0
    """Conversations that were let through."""
    held: int = 0
    """Attempts that the wall held off, as far as it says to where they went."""


type _Key = tuple[str, str, int, bool]
"""Name of the peer, or its address; protocol, port, and whether the peer calls."""


class FlowBook:
    """Flows by asset, as they were seen; bounded."""

    def __init__(self) -> None:
        """Begin with none."""
        self._flows: dict[str, dict[_Key, Flow]] = {}
        self._count = 0

    def take(self, record: Record) -> None:
        """Add what a minute saw."""
        for row in record.conversations:
            flow = self._of(record.asset, _flow(record.asset, row))
            flow.peer, flow.last = row.peer, max(flow.last, record.minute + row.last)
            flow.sent = min(flow.sent + row.sent, MAX_COUNT)
            flow.received = min(flow.received + row.received, MAX_COUNT)
            flow.packets = min(flow.packets + row.packets_sent + row.packets_received, MAX_COUNT)
            flow.allowed = min(flow.allowed + row.begun, MAX_COUNT)

    def hold(self, held: Flow) -> None:
        """Add an attempt that was held off, its `held` and its time."""
        flow = self._of(held.asset, held)
        if flow is not held:
            flow.peer, flow.last = held.peer, max(flow.last, held.last)
            flow.held = min(flow.held + held.held, MAX_COUNT)

    def _of(self, asset: str, new: Flow) -> Flow:
        """Return the flow that is the same as `new`, which it becomes itself if there is none."""
        flows = self._flows.pop(asset, None) or {}
        self._flows[asset] = flows
        key = (new.name or new.peer, new.protocol, new.port, new.inward)
        flow = flows.pop(key, None)
        if flow is None:
            flow = new
            if len(flows) >= MAX_OF_ASSET:
                del flows[next(iter(flows))]
                self._count -= 1
            self._count += 1
        flows[key] = flow
        while self._count > MAX_REMEMBERED:
            self.forget(next(iter(self._flows)))
        return flow

    def forget(self, asset: str) -> None:
        """Forget all of an asset."""
        self._count -= len(self._flows.pop(asset, ()))

    def of_asset(self, asset: str) -> list[Flow]:
        """Return those of an asset, the one that carried most first."""
        return _ordered(self._flows.get(asset, {}).values(), MAX_OF_ASSET)

    def of(self, assets: Iterable[str]) -> list[Flow]:
        """Return those of several assets, 500 at most, the one that carried most first."""
        return _ordered((it for asset in assets for it in self._flows.get(asset, {}).values()), MAX_OF_HOME)


def _flow(asset: str, row: Conversation) -> Flow:
    return Flow(asset, row.peer, row.name, row.protocol, row.port, row.service, inward=row.inward, local=row.local)


def _ordered(flows: Iterable[Flow], most: int) -> list[Flow]:
    return nlargest(most, flows, key=lambda it: (it.sent + it.received, it.held, it.last))
