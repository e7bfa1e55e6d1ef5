"""A virtual Zigbee device: one engine for every kind, driven by its description."""

import asyncio
from collections import deque
from typing import Any

import zigpy.types as t
from zigpy.zcl.foundation import Direction, ZCLHeader
from zigpy.zdo.types import Binding, Neighbor

from . import zdo
from .description import CLUSTER_IDS, DeviceDescription, attribute_id
from .zcl import Frame, Server

ZDO_PROFILE = 0x0000
REMEMBERED_FRAMES = 1000


class VirtualDevice:
    """State of one device; the coordinator moves its frames."""

    def __init__(self, description: DeviceDescription, nwk: int) -> None:
        """Fresh from the box, with the network address that it was given."""
        self.description = description
        self.ieee = description.ieee
        self.nwk = t.NWK(nwk)
        self.servers = {number: Server(number, e) for number, e in description.endpoints.items()}
        self.bindings: list[Binding] = []
        self.parent: Neighbor | None = None
        self.permits_joins = False
        self.leaving = False
        self.joined = False
        self.powered = True
        self.awake = asyncio.Event()
        self.awake.set()
        self.received: deque[Frame] = deque(maxlen=REMEMBERED_FRAMES)
        """What reached it, oldest first."""
        self.frames_in = 0
        self.unicasts_in = 0
        self.frames_out = 0
        self._sequence = 0

    def sequence(self) -> int:
        """Next transaction sequence number."""
        self._sequence = (self._sequence + 1) % 256
        return self._sequence

    def read(self, cluster: str | int, attribute: str | int, endpoint: int | None = None) -> Any:
        """Value of an attribute on the first endpoint that has it; raises KeyError if none does."""
        server, cluster_id, attribute = self._find(cluster, attribute, endpoint)
        return server.value(cluster_id, attribute)

    def report(self, cluster: str | int, attribute: str | int, value: Any, endpoint: int | None = None) -> Frame:
        """Frame that reports a new value to whoever is bound; an attribute that it lacks is added."""
        server, cluster_id, attribute = self._find(cluster, attribute, endpoint)
        data = server.report(cluster_id, attribute, value, self.sequence())
        return Frame(server.description.profile, cluster_id, server.endpoint, server.endpoint, data)

    def command(self, cluster: str | int, command: int, payload: bytes = b"", endpoint: int | None = None) -> Frame:
        """Frame with a command of one of its client clusters, as a remote sends it."""
        cluster_id = cluster if isinstance(cluster, int) else CLUSTER_IDS[cluster]
        number = endpoint or next(n for n, e in self.description.endpoints.items() if cluster_id in e.outputs)
        header = ZCLHeader.cluster(self.sequence(), command, direction=Direction.Client_to_Server)
        header.frame_control = header.frame_control.replace(disable_default_response=True)
        profile = self.description.endpoints[number].profile
        return Frame(profile, cluster_id, number, number, header.serialize() + payload)

    def announcement(self) -> Frame:
        """Device_annce with the address it has now."""
        return Frame(ZDO_PROFILE, 0x0013, 0, 0, zdo.announcement(self, self.sequence()))

    def receive(self, frame: Frame, *, group: int | None = None, broadcast: bool = False) -> list[Frame]:
        """Take a frame from the air, obey it, and return the answers; group- and broadcasts earn none in ZCL."""
        self.frames_in += 1
        self.unicasts_in += group is None and not broadcast
        self.received.append(frame)
        if frame.dst_ep == 0 and group is None:
            reply = zdo.answer(self, frame.cluster, frame.data, broadcast=broadcast)
            return [Frame(ZDO_PROFILE, reply[0], 0, 0, reply[1])] if reply else []
        answers: list[Frame] = []
        for server in self.servers.values():
            if group in server.groups if group is not None else frame.dst_ep in (server.endpoint, 0xFF):
                answers += server.receive(frame)
        return [] if broadcast or group is not None else answers

    def in_group(self, group: int) -> bool:
        """Whether any endpoint is a member."""
        return any(group in server.groups for server in self.servers.values())

    def changes(self) -> list[Frame]:
        """Reports of what changed since the last call and for which reporting was configured."""
        frames = []
        for server in self.servers.values():
            changed, server.changed = server.changed, []
            frames += [self.report(c, a, server.value(c, a), server.endpoint) for c, a in dict.fromkeys(changed)]
        return frames

    def targets(self, frame: Frame) -> list[Binding]:
        """Bindings that a frame of this device goes to."""
        return [b for b in self.bindings if b.SrcEndpoint == frame.src_ep and b.ClusterId == frame.cluster]

    def _find(self, cluster: str | int, attribute: str | int, endpoint: int | None) -> tuple[Server, int, int]:
        cluster_id = cluster if isinstance(cluster, int) else CLUSTER_IDS[cluster]
        number = attribute_id(cluster_id, attribute)
        servers = list(self.servers.values()) if endpoint is None else [self.servers[endpoint]]
        for server in servers:
            if cluster_id in server.description.inputs:
                return server, cluster_id, number
        msg = f"{self.description.key} has no cluster {cluster}"
        raise KeyError(msg)
