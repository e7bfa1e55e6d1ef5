"""One observation as numbers, the same for every general anomaly detector that the hub's own is compared with.

Beside what the observation itself says, there is what came before it: how often the asset called, in vain, and somebody
new, each decayed over a minute, as Kitsune's incremental statistics do (Mirsky et al., NDSS 2018).
"""

from dataclasses import dataclass, field
from math import exp, log2
from typing import Final

from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome

_MINUTE: Final = 60.0
_KINDS: Final = {kind: number for number, kind in enumerate(ObservationKind)}
_MOST_PEERS: Final = 4096


@dataclass(slots=True)
class _Recent:
    time: float = 0.0
    counts: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    peers: set[str] = field(default_factory=set)
    ports: set[int] = field(default_factory=set)


class Features:
    """Numbers between 0 and 1."""

    def __init__(self) -> None:
        """Nothing came before."""
        self._assets: dict[str, _Recent] = {}

    def of(self, seen: Observation) -> list[float]:
        """Take an observation into account and return its 16 numbers."""
        it = self._assets.setdefault(seen.asset, _Recent(seen.time))
        fade = exp(-max(seen.time - it.time, 0.0) / _MINUTE)
        failed = seen.outcome in {Outcome.SILENT, Outcome.REFUSED} or not seen.found
        who, port = seen.peer or seen.name, seen.port
        new_peer, new_port = who not in it.peers, port not in it.ports
        for number, more in enumerate((1.0, float(failed), float(new_peer))):
            it.counts[number] = it.counts[number] * fade + more
        it.time = seen.time
        if len(it.peers) < _MOST_PEERS:
            it.peers.add(who)
        it.ports.add(port)
        radio = seen.radio
        return [
            _KINDS[seen.kind] / len(_KINDS),
            *(min(log2(1.0 + max(count, 0.0)) / 16, 1.0) for count in it.counts),
            *(min(log2(1.0 + it) / 40, 1.0) for it in (seen.sent, seen.received)),
            *(min(log2(1.0 + it) / 24, 1.0) for it in (seen.packets_sent, seen.packets_received)),
            min(seen.duration / 300, 1.0),
            port / 65_535,
            float(new_peer),
            float(new_port),
            float(failed or not seen.genuine),
            float(seen.local),
            min(len(seen.name) / 128, 1.0),
            ((radio.cluster + radio.command + 1) % 257 / 257) if radio else 0.0,
        ]
