"""Captures of Zigbee made into observations: messages of the application, joins and returns."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from ..observations import Observation, ObservationKind, Radio
from .capture_file import CaptureError, Read, packets
from .ieee802154 import LINKS, Frame, open_frame
from .unread import Unread

_COORDINATOR: Final = "0x0000"
_EVERYBODY: Final = "0xfff8"
"""From here on, addresses are those of everybody (R22, table 3-59)."""
_ANNOUNCEMENT: Final = 0x0013
_ANNOUNCED: Final = 12
_OTA: Final = 0x0019
_OFFERS: Final = frozenset({0x00, 0x01, 0x02})
"""Image notify, query next image and its answer (Zigbee Cluster Library, 11.13): who fetches firmware asked first."""
_AWAKE: Final = 8
"""Capability: the receiver is on when idle."""
_MAX_DEVICES: Final = 65_536
_GROUP: Final = 3
_SEALED: Final = Radio(general=True, direct=True)


class ZigbeeReader:
    """A capture made into observations; `unread` counts what cannot be read. Nothing of a home's IP is needed."""

    def __init__(self, keys: Iterable[bytes] = ()) -> None:
        """Read with these network keys; without one, sealed messages are counted and their contents not seen."""
        self._keys = tuple(keys)
        self._names: dict[str, str] = {}
        self._sleepy: set[str] = set()
        self._offered: set[str] = set()
        self.unread = Unread()

    def read(self, read: Read) -> Iterator[Observation]:
        """Yield what the packets say."""
        try:
            for time, link, packet in packets(read):
                if link not in LINKS:
                    self.unread.add(f"a packet of link type {link}, which is not IEEE 802.15.4")
                elif (frame := open_frame(link, packet, self._keys)) is not None:
                    yield from self._frame(time, frame)
        except CaptureError as error:
            self.unread.add(str(error))

    def _frame(self, time: float, frame: Frame) -> Iterator[Observation]:
        if frame.hardware and len(self._names) < _MAX_DEVICES:
            self._names[frame.source] = frame.hardware
        if frame.kind in {"associate", "rejoin"}:
            asset = self._name(frame.source)
            self._note(asset, frame.payload[0] if frame.payload else _AWAKE)
            joined = Radio(secured=frame.secured)
            yield Observation(
                time, asset, ObservationKind.RADIO_JOIN, began=frame.kind == "associate", sent=frame.size, radio=joined
            )
            return
        if frame.source != frame.hop and frame.kind == "sealed":
            return  # the same message on its next hop
        radio = replace(_SEALED, rssi=frame.rssi) if frame.kind == "sealed" else _application(frame)
        if radio is None or (frame.source != frame.hop and not frame.inter_pan):
            return
        yield from self._message(time, frame, radio)

    def _message(self, time: float, frame: Frame, radio: Radio) -> Iterator[Observation]:
        inward = frame.source == _COORDINATOR
        if inward and (not frame.target or frame.target >= _EVERYBODY):
            return
        asset, peer = self._name(frame.source), self._name(frame.target)
        if inward:
            asset, peer = peer, asset
        if radio.profile == 0 and radio.cluster == _ANNOUNCEMENT and len(frame.payload) >= _ANNOUNCED:
            body = frame.payload[-11:]
            asset = body[2:10][::-1].hex(":")
            if len(self._names) < _MAX_DEVICES:
                self._names[f"0x{int.from_bytes(body[:2], 'little'):04x}"] = asset
            self._note(asset, body[10])
        if radio.cluster == _OTA and radio.command in _OFFERS and len(self._offered) < _MAX_DEVICES:
            self._offered.add(asset)
        yield Observation(
            time,
            asset,
            ObservationKind.RADIO_FRAME,
            peer,
            inward=inward,
            sent=0 if inward else frame.size,
            received=frame.size if inward else 0,
            genuine=radio.cluster != _OTA or asset in self._offered,
            radio=replace(radio, sleepy=asset in self._sleepy),
        )

    def _name(self, address: str) -> str:
        return self._names.get(address, address)

    def _note(self, asset: str, capabilities: int) -> None:
        if capabilities & _AWAKE:
            self._sleepy.discard(asset)
        elif len(self._sleepy) < _MAX_DEVICES:
            self._sleepy.add(asset)


def _application(frame: Frame) -> Radio | None:
    """Read the application layer (R22, 2.2.5) and the head of the cluster library's message; None for acks."""
    data = frame.payload
    control = data[0] if data else 0xFF
    if control & 3 not in {0, 3} or control & 0x20:
        return None
    at = 1
    if not frame.inter_pan:
        at += 2 if control >> 2 & 3 == _GROUP else 1
    elif control >> 2 & 3 == _GROUP:
        at += 2
    cluster, profile = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
    at += 4 if frame.inter_pan else 6
    body = data[at + (1 if control & 0x80 else 0) :]
    if not body:
        return None
    if profile == 0:
        return Radio(0, cluster, rssi=frame.rssi, secured=frame.secured, direct=frame.source == frame.hop)
    own = body[0] & 4
    if len(body) < (5 if own else 3):
        return None
    return Radio(
        profile,
        cluster,
        body[4] if own else body[2],
        not body[0] & 3,
        int.from_bytes(body[1:3], "little") if own else 0,
        rssi=frame.rssi,
        direct=frame.source == frame.hop,
        secured=frame.secured,
    )
