"""What a frame is, told from its header alone: which of them pass a gate that is shut.

Every function takes a packet of zigpy (`ZigbeePacket`, duck-typed). One that is malformed passes nowhere.
"""

from typing import Any, Final

ZDO_ENDPOINT: Final = 0
ZDO_PROFILE: Final = 0x0000
DEVICE_ANNCE: Final = 0x0013
MGMT_LEAVE_REQ: Final = 0x0034
MGMT_LEAVE_RSP: Final = 0x8034
MGMT_PERMIT_JOINING_REQ: Final = 0x0036
BASIC: Final = 0x0000
GROUPS: Final = 0x0004
SCENES: Final = 0x0005
POLL_CONTROL: Final = 0x0020
IAS_ZONE: Final = 0x0500

_MEMBERSHIPS: Final = frozenset({GROUPS, SCENES})
_ZDO_RESPONSE: Final = 0x8000
_CLUSTER_COMMAND: Final = 0b011
_MANUFACTURER_SPECIFIC: Final = 0b100
_FROM_SERVER: Final = 0b1000
_DEFAULT_RESPONSE: Final = 0x0B
_COMMAND: Final = 2
_COMMAND_AFTER_CODE: Final = 4
_UNREADABLE: Final = (_CLUSTER_COMMAND, -1)
"""Frame control and command of a frame that is too short to have them: a command that is none."""
_REPORT: Final = 0x0A
_IAS_ENROLL_REQUEST: Final = 0x01
_IEEE_IN_ANNCE: Final = slice(3, 11)
"""Device_annce: sequence number (1), NWK address (2), IEEE address (8), capability (1). Zigbee 2.4.3.1.11."""


def payload(packet: Any) -> bytes:
    """Bytes of the ZCL or ZDO frame."""
    return bytes(packet.data.serialize())


def keeps_out(packet: Any, ieee: str) -> bool:
    """Whether a frame of a device that is cut off is one that helps to keep it out.

    An announcement passes for the announcer's own IEEE address only: another's would draw that device's traffic.
    """
    if packet.dst_ep != ZDO_ENDPOINT or packet.src_ep != ZDO_ENDPOINT:
        return False
    if packet.cluster_id == MGMT_LEAVE_RSP:
        return True
    return packet.cluster_id == DEVICE_ANNCE and payload(packet)[_IEEE_IN_ANNCE][::-1].hex(":") == ieee


def is_leave_request(packet: Any) -> bool:
    """Whether it asks a device to leave the network."""
    return bool(packet.dst_ep == ZDO_ENDPOINT and packet.cluster_id == MGMT_LEAVE_REQ)


def is_acknowledgement(packet: Any) -> bool:
    """Whether a frame says no more than that a command arrived.

    ZDO responses have the high bit of the cluster set (Zigbee 2.4.4).
    """
    if packet.dst_ep == ZDO_ENDPOINT:
        return packet.src_ep == ZDO_ENDPOINT and bool(packet.cluster_id & _ZDO_RESPONSE)
    return is_default_response(packet)


def is_default_response(packet: Any) -> bool:
    """Whether it is a ZCL default response: a status, to one command that was sent (ZCL 2.5.12)."""
    control, command = _zcl(packet)
    return not control & _CLUSTER_COMMAND and command == _DEFAULT_RESPONSE


def is_membership_answer(packet: Any) -> bool:
    """Whether it answers what was asked of the device's groups, scenes or bindings, and says nothing else of it."""
    if is_acknowledgement(packet):
        return True
    control, _ = _zcl(packet)
    return bool(packet.cluster_id in _MEMBERSHIPS and control & _CLUSTER_COMMAND and control & _FROM_SERVER)


def introduces(packet: Any) -> bool:
    """Whether a frame of a device that is being interviewed belongs to that, and is no word of what it is there for.

    That is everything but attribute reports and commands of its own accord, of which only those pass by which devices
    say who they are (Basic), ask to be enrolled (IAS Zone) or say that they are awake (Poll Control).
    """
    if packet.dst_ep == ZDO_ENDPOINT:
        return True
    control, command = _zcl(packet)
    if packet.cluster_id in {BASIC, POLL_CONTROL}:
        return True
    if not control & _CLUSTER_COMMAND:
        return command != _REPORT
    return packet.cluster_id == GROUPS or (packet.cluster_id == IAS_ZONE and command == _IAS_ENROLL_REQUEST)


def _zcl(packet: Any) -> tuple[int, int]:
    """Frame control and command.

    A ZCL header is frame control, whose low two bits are 0 for a global command and whose third says that a
    manufacturer code (2) follows, sequence number and command (ZCL 2.4.1).
    """
    data = payload(packet)
    at = _COMMAND_AFTER_CODE if data[:1] and data[0] & _MANUFACTURER_SPECIFIC else _COMMAND
    return (data[0], data[at]) if len(data) > at else _UNREADABLE
