"""The Zigbee Cluster Library as a device speaks it: attributes, reports and the effect of commands (ZCL rev. 8)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import zigpy.types as t
from zigpy.zcl import Cluster
from zigpy.zcl.foundation import (
    GENERAL_COMMANDS,
    Attribute,
    AttributeReportingConfig,
    Direction,
    GeneralCommand,
    ReportingDirection,
    Status,
    TypeValue,
    ZCLHeader,
)

from . import scenes
from .description import CLUSTER_IDS, EndpointDescription, attribute_id, typed

BASIC = CLUSTER_IDS["basic"]
GROUPS = CLUSTER_IDS["groups"]
ON_OFF = CLUSTER_IDS["on_off"]
LEVEL = CLUSTER_IDS["level"]
COLOUR = CLUSTER_IDS["light_color"]
LOCK = CLUSTER_IDS["door_lock"]
COVER = CLUSTER_IDS["window_covering"]
THERMOSTAT = CLUSTER_IDS["thermostat"]
IAS_ZONE = CLUSTER_IDS["ias_zone"]
IAS_WD = CLUSTER_IDS["ias_wd"]
IDENTIFY = CLUSTER_IDS["identify"]

ZONE_STATUS = 0x0002


@dataclass(frozen=True, slots=True)
class Frame:
    """An APS data unit: profile, cluster, endpoints and payload."""

    profile: int
    cluster: int
    src_ep: int
    dst_ep: int
    data: bytes


class Assignment(NamedTuple):
    """An attribute that a command sets, and how its value follows from the command and the server's state."""

    cluster: int
    attribute: int
    value: Callable[[Server, Any], int]


class Effect(NamedTuple):
    """What a cluster command does: attributes it sets and the response, `(command id, payload)`, it earns."""

    sets: tuple[Assignment, ...] = ()
    response: Callable[[Server, Any], tuple[int, bytes]] | None = None


def _sets(cluster: int, **values: int | Callable[[Server, Any], int]) -> tuple[Assignment, ...]:
    return tuple(
        Assignment(cluster, attribute_id(cluster, name), value if callable(value) else lambda _s, _a, v=value: v)
        for name, value in values.items()
    )


def _argument(name: str) -> Callable[[Server, Any], int]:
    return lambda _server, arguments: int(getattr(arguments, name))


def _stepped(server: Server, arguments: Any) -> int:
    """Level after a step; mode 0 is up, 1 is down."""
    sign = -1 if int(arguments.step_mode) else 1
    return min(254, max(1, server.value(LEVEL, 0) + sign * int(arguments.step_size)))


def _moved(_server: Server, arguments: Any) -> int:
    """Level at the end of an endless move; mode 0 is up, 1 is down."""
    return 1 if int(arguments.move_mode) else 254


def _warning(_server: Server, arguments: Any) -> int:
    """Seconds that the siren sounds; warning mode 0 is silence."""
    return int(arguments.warning_duration) if arguments.warning.mode else 0


def _setpoint(name: str, *modes: int) -> Assignment:
    attribute = attribute_id(THERMOSTAT, name)

    def value(server: Server, arguments: Any) -> int:
        change = int(arguments.amount) * 10 if int(arguments.mode) in modes else 0
        return server.value(THERMOSTAT, attribute) + change

    return Assignment(THERMOSTAT, attribute, value)


def _enter(server: Server, arguments: Any) -> tuple[int, bytes]:
    server.groups.add(int(arguments.group_id))
    return 0x00, Status.SUCCESS.serialize() + t.Group(arguments.group_id).serialize()


def _leave(server: Server, arguments: Any) -> tuple[int, bytes]:
    """A device that leaves a group forgets the group's scenes (3.6.2.3.5)."""
    group = int(arguments.group_id)
    status = Status.SUCCESS if group in server.groups else Status.NOT_FOUND
    server.groups.discard(group)
    server.scenes = {key: scene for key, scene in server.scenes.items() if key[0] != group}
    return 0x03, status.serialize() + t.Group(group).serialize()


def _membership(server: Server, arguments: Any) -> tuple[int, bytes]:
    asked = {int(group) for group in arguments.groups}
    groups = sorted(server.groups & asked if asked else server.groups)
    return 0x02, b"\xff" + t.LVList[t.Group, t.uint8_t](groups).serialize()


def _view(server: Server, arguments: Any) -> tuple[int, bytes]:
    status = Status.SUCCESS if int(arguments.group_id) in server.groups else Status.NOT_FOUND
    return 0x01, status.serialize() + t.Group(arguments.group_id).serialize() + b"\x00"


def _toggled(server: Server, _arguments: Any) -> int:
    return 1 - server.value(ON_OFF, 0)


_ON = _sets(ON_OFF, on_off=1)
_OFF = _sets(ON_OFF, on_off=0)
_LEVEL = _sets(LEVEL, current_level=_argument("level"))
_HUE_SATURATION = _sets(COLOUR, current_hue=_argument("hue"), current_saturation=_argument("saturation"), color_mode=0)

EFFECTS: Mapping[tuple[int, int], Effect] = {
    (BASIC, 0x00): Effect(),
    (IDENTIFY, 0x00): Effect(_sets(IDENTIFY, identify_time=_argument("identify_time"))),
    (IDENTIFY, 0x40): Effect(),
    (GROUPS, 0x00): Effect(response=_enter),
    (GROUPS, 0x01): Effect(response=_view),
    (GROUPS, 0x02): Effect(response=_membership),
    (GROUPS, 0x03): Effect(response=_leave),
    (ON_OFF, 0x00): Effect(_OFF),
    (ON_OFF, 0x01): Effect(_ON),
    (ON_OFF, 0x02): Effect(_sets(ON_OFF, on_off=_toggled)),
    (ON_OFF, 0x40): Effect(_OFF),
    (ON_OFF, 0x41): Effect(_ON),
    (ON_OFF, 0x42): Effect(_ON),
    (LEVEL, 0x00): Effect(_LEVEL),
    (LEVEL, 0x01): Effect(_sets(LEVEL, current_level=_moved)),
    (LEVEL, 0x02): Effect(_sets(LEVEL, current_level=_stepped)),
    (LEVEL, 0x03): Effect(),
    (LEVEL, 0x04): Effect(_LEVEL + _sets(ON_OFF, on_off=lambda _s, a: int(a.level > 0))),
    (LEVEL, 0x05): Effect(
        _sets(LEVEL, current_level=_moved) + _sets(ON_OFF, on_off=lambda _s, a: 1 - int(a.move_mode))
    ),
    (LEVEL, 0x06): Effect(_sets(LEVEL, current_level=_stepped) + _ON),
    (LEVEL, 0x07): Effect(),
    (COLOUR, 0x00): Effect(_sets(COLOUR, current_hue=_argument("hue"), color_mode=0)),
    (COLOUR, 0x03): Effect(_sets(COLOUR, current_saturation=_argument("saturation"), color_mode=0)),
    (COLOUR, 0x06): Effect(_HUE_SATURATION),
    (COLOUR, 0x07): Effect(
        _sets(COLOUR, current_x=_argument("color_x"), current_y=_argument("color_y"), color_mode=1),
    ),
    (COLOUR, 0x0A): Effect(_sets(COLOUR, color_temperature=_argument("color_temp_mireds"), color_mode=2)),
    (COLOUR, 0x44): Effect(_sets(COLOUR, color_loop_active=_argument("action"))),
    (COLOUR, 0x47): Effect(),
    (LOCK, 0x00): Effect(_sets(LOCK, lock_state=1), lambda _s, _a: (0x00, b"\x00")),
    (LOCK, 0x01): Effect(_sets(LOCK, lock_state=2), lambda _s, _a: (0x01, b"\x00")),
    (COVER, 0x00): Effect(_sets(COVER, current_position_lift_percentage=0)),
    (COVER, 0x01): Effect(_sets(COVER, current_position_lift_percentage=100)),
    (COVER, 0x02): Effect(),
    (COVER, 0x05): Effect(_sets(COVER, current_position_lift_percentage=_argument("percentage_lift_value"))),
    (COVER, 0x08): Effect(_sets(COVER, current_position_tilt_percentage=_argument("percentage_tilt_value"))),
    (THERMOSTAT, 0x00): Effect(
        (_setpoint("occupied_heating_setpoint", 0, 2), _setpoint("occupied_cooling_setpoint", 1, 2))
    ),
    (IAS_ZONE, 0x00): Effect(_sets(IAS_ZONE, zone_state=1, zone_id=_argument("zone_id"))),
    (IAS_WD, 0x00): Effect(_sets(IAS_WD, max_duration=_warning)),
    (IAS_WD, 0x01): Effect(),
}
"""(cluster, command) -> what it does. A siren keeps the seconds it was told to sound in `max_duration`."""


class Server:
    """The ZCL side of one endpoint of one device: attribute store, group membership, reporting."""

    def __init__(self, endpoint: int, description: EndpointDescription) -> None:
        """Start from the described values."""
        self.endpoint = endpoint
        self.description = description
        self.groups: set[int] = set()
        self.scenes: dict[tuple[int, int], bytes] = {}
        """(group, scene) -> transition time, name and extension field sets, as Add Scene has them."""
        self.attributes = {
            (cluster, attribute): value
            for cluster, attributes in {**description.outputs, **description.inputs}.items()
            for attribute, value in attributes.items()
        }
        self.reported: set[tuple[int, int]] = set()
        """(cluster, attribute) that somebody configured reporting for."""
        self.changed: list[tuple[int, int]] = []
        """What changed since the device last looked and is to be reported."""

    def value(self, cluster: int, attribute: int) -> Any:
        """Plain value of an attribute; raises KeyError if the device has none."""
        return self.attributes[cluster, attribute].value

    def assign(self, cluster: int, attribute: int, value: Any) -> None:
        """Set an attribute that the device has; a change is queued if reporting was configured for it."""
        held = self.attributes.get((cluster, attribute))
        if held is None or held.value == value:
            return
        self.attributes[cluster, attribute] = TypeValue(held.type, type(held.value)(value))
        if (cluster, attribute) in self.reported:
            self.changed.append((cluster, attribute))

    def report(self, cluster: int, attribute: int, value: Any, sequence: int) -> bytes:
        """Payload of an attribute report; remembers the value. Raises ValueError if it does not fit the type."""
        known = self.attributes.get((cluster, attribute))
        new = TypeValue(known.type, type(known.value)(value)) if known else typed(cluster, attribute, value)
        if new is None:
            msg = f"No ZCL type for attribute 0x{attribute:04x} of cluster 0x{cluster:04x}"
            raise ValueError(msg)
        self.attributes[cluster, attribute] = new
        if (cluster, attribute) == (IAS_ZONE, ZONE_STATUS):  # spoken as a notification, never as a report
            payload = new.value.serialize() + bytes(4)
            return ZCLHeader.cluster(sequence, 0x00, direction=Direction.Server_to_Client).serialize() + payload
        header = ZCLHeader.general(sequence, GeneralCommand.Report_Attributes, direction=Direction.Server_to_Client)
        return header.serialize() + Attribute(t.uint16_t(attribute), new).serialize()

    def receive(self, frame: Frame) -> list[Frame]:
        """Obey a frame and answer as ZCL 2.5 asks; what cannot be parsed is answered MALFORMED_COMMAND."""
        try:
            header, payload = ZCLHeader.deserialize(frame.data)
        except ValueError:
            return []
        general = header.frame_control.is_general
        if general and header.command_id not in _REQUESTS and header.command_id in GENERAL_COMMANDS:
            return []  # a report or a response: nothing to answer
        try:
            answer = (self._general if general else self._cluster)(frame, header, payload)
        except ValueError:
            answer = Status.MALFORMED_COMMAND
        if answer is None or (answer is Status.SUCCESS and header.frame_control.disable_default_response):
            return []
        if isinstance(answer, Status):
            general, answer = True, (GeneralCommand.Default_Response, bytes([header.command_id, answer]))
        back = (
            Direction.Client_to_Server if header.direction is Direction.Server_to_Client else Direction.Server_to_Client
        )
        make = ZCLHeader.general if general else ZCLHeader.cluster
        reply = make(header.tsn, answer[0], header.manufacturer, back)
        reply.frame_control = reply.frame_control.replace(disable_default_response=True)
        return [Frame(frame.profile, frame.cluster, frame.dst_ep, frame.src_ep, reply.serialize() + answer[1])]

    def _cluster(self, frame: Frame, header: ZCLHeader, payload: bytes) -> tuple[int, bytes] | Status:
        if header.direction is Direction.Server_to_Client:  # a notification to one of our client clusters
            return Status.SUCCESS if frame.cluster in self.description.outputs else Status.UNSUPPORTED_CLUSTER
        if frame.cluster not in self.description.inputs:
            return Status.UNSUPPORTED_CLUSTER
        if (frame.cluster, int(header.command_id)) == (GROUPS, 0x04):
            self.groups.clear()
            return Status.SUCCESS
        if frame.cluster == scenes.SCENES:
            return scenes.answer(self, int(header.command_id), payload)
        effect = EFFECTS.get((frame.cluster, int(header.command_id)))
        if effect is None:
            return Status.UNSUP_CLUSTER_COMMAND
        schema = Cluster._registry[frame.cluster].server_commands[header.command_id].schema
        arguments, _ = schema.deserialize(payload)
        for assignment in effect.sets:
            if (assignment.cluster, assignment.attribute) in self.attributes:
                self.assign(assignment.cluster, assignment.attribute, assignment.value(self, arguments))
        return effect.response(self, arguments) if effect.response else Status.SUCCESS

    def _general(self, frame: Frame, header: ZCLHeader, payload: bytes) -> tuple[int, bytes] | Status | None:
        command = header.command_id
        if command == GeneralCommand.Read_Attributes:
            return GeneralCommand.Read_Attributes_rsp, self._read(frame.cluster, payload)
        if command in _WRITES:
            body = self._write(frame.cluster, payload)
            return (GeneralCommand.Write_Attributes_rsp, body) if command in _ANSWERED_WRITES else None
        if command == GeneralCommand.Configure_Reporting:
            return GeneralCommand.Configure_Reporting_rsp, self._configure(frame.cluster, payload)
        if command == GeneralCommand.Discover_Attributes:
            return GeneralCommand.Discover_Attributes_rsp, self._discover(frame.cluster, payload)
        return Status.UNSUP_GENERAL_COMMAND

    def _read(self, cluster: int, payload: bytes) -> bytes:
        wanted, _ = t.List[t.uint16_t].deserialize(payload)
        answer = b""
        for attribute in wanted:
            held = self.attributes.get((cluster, attribute))
            status = Status.UNSUPPORTED_ATTRIBUTE if held is None else Status.SUCCESS
            answer += attribute.serialize() + status.serialize() + (held.serialize() if held else b"")
        return answer

    def _write(self, cluster: int, payload: bytes) -> bytes:
        records, _ = t.List[Attribute].deserialize(payload)
        failed = b""
        for record in records:
            if (cluster, record.attrid) in self.attributes:
                self.assign(cluster, record.attrid, record.value.value)
            else:
                failed += Status.UNSUPPORTED_ATTRIBUTE.serialize() + record.attrid.serialize()
        return failed or Status.SUCCESS.serialize()

    def _configure(self, cluster: int, payload: bytes) -> bytes:
        records, _ = t.List[AttributeReportingConfig].deserialize(payload)
        failed = b""
        for record in records:
            if (cluster, record.attrid) in self.attributes:
                self.reported.add((cluster, int(record.attrid)))
            else:
                direction = ReportingDirection(record.direction).serialize()
                failed += Status.UNSUPPORTED_ATTRIBUTE.serialize() + direction + t.uint16_t(record.attrid).serialize()
        return failed or Status.SUCCESS.serialize()

    def _discover(self, cluster: int, payload: bytes) -> bytes:
        start, rest = t.uint16_t.deserialize(payload)
        limit, _ = t.uint8_t.deserialize(rest)
        held = sorted((a, v.type) for (c, a), v in self.attributes.items() if c == cluster and a >= start)
        found = b"".join(t.uint16_t(a).serialize() + bytes([kind]) for a, kind in held[:limit])
        return t.Bool(len(held) <= limit).serialize() + found


_ANSWERED_WRITES = frozenset({GeneralCommand.Write_Attributes, GeneralCommand.Write_Attributes_Undivided})
_WRITES = _ANSWERED_WRITES | {GeneralCommand.Write_Attributes_No_Response}
_REQUESTS = _WRITES | {
    GeneralCommand.Read_Attributes,
    GeneralCommand.Configure_Reporting,
    GeneralCommand.Read_Reporting_Configuration,
    GeneralCommand.Discover_Attributes,
    GeneralCommand.Read_Attributes_Structured,
    GeneralCommand.Write_Attributes_Structured,
    GeneralCommand.Discover_Commands_Received,
    GeneralCommand.Discover_Commands_Generated,
    GeneralCommand.Discover_Attribute_Extended,
}
