"""Scenes that a Zigbee device keeps: what it is to be like when one is recalled (ZCL 3.7).

A scene belongs to an endpoint and a group, or to no group, which is group 0. What it holds are extension field sets:
for each cluster its scenable attributes, in an order of the cluster's own, which is carried and not looked into.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
import struct
from typing import Final

SCENES: Final = 0x0005
"""The cluster."""
_HEAD: Final = struct.Struct("<BHB")
"""Status, group, scene."""
_BODY: Final = struct.Struct("<HB")
"""Transition time and the length of the name."""
_FIELD: Final = struct.Struct("<HB")
"""Cluster and length of an extension field set."""
_SUCCESS: Final = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene of an endpoint."""

    endpoint: int
    group: int
    number: int
    transition: int
    """Seconds."""
    name: bytes
    fields: tuple[tuple[int, bytes], ...]
    """Clusters, and what they are to be."""

    def with_clusters(self, clusters: Collection[int]) -> Scene:
        """The scene for a device that has no more than these clusters."""
        return replace(self, fields=tuple(field for field in self.fields if field[0] in clusters))

    def payload(self) -> bytes:
        """Payload of Add Scene (ZCL 3.7.2.4.2)."""
        fields = b"".join(_FIELD.pack(cluster, len(data)) + data for cluster, data in self.fields)
        named = _BODY.pack(self.transition, len(self.name)) + self.name
        return self.group.to_bytes(2, "little") + bytes((self.number,)) + named + fields


def read_view(endpoint: int, answer: bytes) -> Scene | None:
    """Read View Scene Response (ZCL 3.7.2.5.2); None if the endpoint has no such scene. Raises ValueError."""
    try:
        status, group, number = _HEAD.unpack_from(answer)
        if status != _SUCCESS:
            return None
        transition, length = _BODY.unpack_from(answer, _HEAD.size)
        at = _HEAD.size + _BODY.size
        name, at = _cut(answer, at, length)
        fields = []
        while at < len(answer):
            cluster, length = _FIELD.unpack_from(answer, at)
            data, at = _cut(answer, at + _FIELD.size, length)
            fields.append((cluster, data))
    except struct.error as error:
        msg = "a scene that is too short"
        raise ValueError(msg) from error
    return Scene(endpoint, group, number, transition, name, tuple(fields))


def read_membership(answer: bytes) -> tuple[int, ...]:
    """Read Get Scene Membership Response (ZCL 3.7.2.5.7): numbers of the scenes of a group. Raises ValueError."""
    # status, capacity, group (2), and if that is a success the count and the numbers
    if not answer or answer[0] != _SUCCESS:
        return ()
    head = 5
    if len(answer) < head or len(answer) < head + answer[head - 1]:
        msg = "a list of scenes that is too short"
        raise ValueError(msg)
    return tuple(answer[head : head + answer[head - 1]])


def _cut(data: bytes, at: int, length: int) -> tuple[bytes, int]:
    if len(data) < at + length:
        msg = "a scene that is too short"
        raise ValueError(msg)
    return data[at : at + length], at + length
