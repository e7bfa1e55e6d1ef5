"""The Scenes cluster as a virtual device speaks it (ZCL rev. 8, 3.7): add, view, remove, store, recall, membership."""

from typing import TYPE_CHECKING

from zigpy.zcl.foundation import Status

from .description import CLUSTER_IDS

if TYPE_CHECKING:
    from .zcl import Server

SCENES = CLUSTER_IDS["scenes"]
MAX_SCENES = 16
_ADD, _VIEW, _REMOVE, _REMOVE_ALL, _STORE, _RECALL, _MEMBERSHIP = range(7)
_SCENABLE = ((CLUSTER_IDS["on_off"], 0x0000), (CLUSTER_IDS["level"], 0x0000))
"""Cluster and attribute of one octet each that a scene holds here."""
_NAMED = 3
"""Octets of group and scene, behind which transition time, name and extension field sets are."""


def answer(server: Server, command: int, payload: bytes) -> tuple[int, bytes] | Status:
    """Obey a command and answer it. Raises ValueError for one that is too short."""
    if len(payload) < (2 if command in {_REMOVE_ALL, _MEMBERSHIP} else _NAMED):
        msg = "too short"
        raise ValueError(msg)
    group = int.from_bytes(payload[:2], "little")
    well = Status.SUCCESS if group == 0 or group in server.groups else Status.INVALID_FIELD
    if command == _MEMBERSHIP:
        numbers = bytes(sorted(number for one, number in server.scenes if one == group))
        free = bytes((MAX_SCENES - len(server.scenes),))
        return command, bytes((well,)) + free + payload[:2] + (bytes((len(numbers),)) + numbers if not well else b"")
    if command == _REMOVE_ALL:
        server.scenes = {key: value for key, value in server.scenes.items() if key[0] != group}
        return command, bytes((well,)) + payload[:2]
    return _of_one(server, command, payload, well)


def _of_one(server: Server, command: int, payload: bytes, well: Status) -> tuple[int, bytes] | Status:
    key, which = (int.from_bytes(payload[:2], "little"), payload[2]), payload[:_NAMED]
    if command == _RECALL:
        if key not in server.scenes:
            return Status.NOT_FOUND
        _recall(server, server.scenes[key])
        return Status.SUCCESS
    status, more = well, b""
    if well is Status.SUCCESS and command in {_ADD, _STORE}:
        if key not in server.scenes and len(server.scenes) >= MAX_SCENES:
            status = Status.INSUFFICIENT_SPACE
        else:
            server.scenes[key] = payload[_NAMED:] if command == _ADD else b"\x00\x00\x00" + _now(server)
    elif key not in server.scenes:
        status = Status.NOT_FOUND
    elif command == _VIEW:
        more = server.scenes[key]
    elif command == _REMOVE:
        del server.scenes[key]
    return command, bytes((status,)) + which + more


def _now(server: Server) -> bytes:
    """Extension field sets of what the device is like."""
    held = [(at, server.attributes[at]) for at in _SCENABLE if at in server.attributes]
    return b"".join(cluster.to_bytes(2, "little") + bytes((1, int(value.value))) for (cluster, _), value in held)


def _recall(server: Server, scene: bytes) -> None:
    at = _NAMED + scene[2]  # transition time, length of the name, name
    while at < len(scene):
        cluster, length = int.from_bytes(scene[at : at + 2], "little"), scene[at + 2]
        if (cluster, 0x0000) in _SCENABLE and length:
            server.assign(cluster, 0x0000, scene[at + 3])
        at += 3 + length
