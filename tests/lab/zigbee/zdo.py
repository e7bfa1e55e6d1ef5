"""The Zigbee Device Object of a virtual device: descriptors, bindings, management (Zigbee 3.0 spec, 2.4)."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import zigpy.types as t
from zigpy.zdo.types import (
    CLUSTERS,
    Binding,
    CurrentPowerMode,
    Neighbor,
    Neighbors,
    PowerDescriptor,
    PowerSourceLevel,
    PowerSources,
    Routes,
    SizePrefixedSimpleDescriptor,
    Status,
    ZDOCmd,
)

if TYPE_CHECKING:
    from .device import VirtualDevice

BINDINGS_PER_PAGE = 3
"""As many table entries as fit into one frame."""
MAX_BINDINGS = 16

type Answer = tuple[Any, ...] | None
"""Arguments of the response in the order of zigpy's schema; None is silence."""


def _mine(device: VirtualDevice, arguments: tuple[Any, ...]) -> bool:
    return bool(arguments[0] == device.nwk)


def _addresses(device: VirtualDevice, asked: bool) -> Answer:  # noqa: FBT001  # the guard of two handlers below
    return (Status.SUCCESS, device.ieee, device.nwk) if asked else None


def _node(device: VirtualDevice, _arguments: tuple[Any, ...]) -> Answer:
    return Status.SUCCESS, device.nwk, device.description.node


def _power(device: VirtualDevice, _arguments: tuple[Any, ...]) -> Answer:
    source = PowerSources.MainsPower if device.description.node.is_mains_powered else PowerSources.DisposableBattery
    mode = CurrentPowerMode.RxOnPeriodically if device.description.sleepy else CurrentPowerMode.RxOnSyncedWithNodeDesc
    return Status.SUCCESS, device.nwk, PowerDescriptor(mode, source, source, PowerSourceLevel.Percent100)


def _endpoints(device: VirtualDevice, _arguments: tuple[Any, ...]) -> Answer:
    return Status.SUCCESS, device.nwk, list(device.description.endpoints)


def _simple(device: VirtualDevice, arguments: tuple[Any, ...]) -> Answer:
    endpoint = device.description.endpoints.get(arguments[1])
    if endpoint is None:
        return Status.NOT_ACTIVE, device.nwk
    descriptor = SizePrefixedSimpleDescriptor(
        endpoint=arguments[1],
        profile=endpoint.profile,
        device_type=endpoint.device_type,
        device_version=1,
        input_clusters=list(endpoint.inputs),
        output_clusters=list(endpoint.outputs),
    )
    return Status.SUCCESS, device.nwk, descriptor


def _match(device: VirtualDevice, arguments: tuple[Any, ...]) -> Answer:
    _, profile, inputs, outputs = arguments
    found = [
        number
        for number, endpoint in device.description.endpoints.items()
        if endpoint.profile == profile and (set(inputs) & set(endpoint.inputs) or set(outputs) & set(endpoint.outputs))
    ]
    return (Status.SUCCESS, device.nwk, found) if found else None


def _bind(device: VirtualDevice, arguments: tuple[Any, ...]) -> Answer:
    binding = Binding(*arguments)
    if binding in device.bindings:
        return (Status.SUCCESS,)
    if len(device.bindings) >= MAX_BINDINGS:
        return (Status.TABLE_FULL,)
    device.bindings.append(binding)
    return (Status.SUCCESS,)


def _unbind(device: VirtualDevice, arguments: tuple[Any, ...]) -> Answer:
    binding = Binding(*arguments)
    if binding not in device.bindings:
        return (Status.NO_ENTRY,)
    device.bindings.remove(binding)
    return (Status.SUCCESS,)


def _bindings(device: VirtualDevice, arguments: tuple[Any, ...]) -> Answer:
    start = int(arguments[0])
    return Status.SUCCESS, len(device.bindings), start, device.bindings[start : start + BINDINGS_PER_PAGE]


def _neighbours(device: VirtualDevice, arguments: tuple[Any, ...]) -> Answer:
    table = [device.parent] if device.parent and not arguments[0] else []
    return Status.SUCCESS, Neighbors(int(device.parent is not None), arguments[0], t.LVList[Neighbor, t.uint8_t](table))


def _routes(_device: VirtualDevice, arguments: tuple[Any, ...]) -> Answer:
    return Status.SUCCESS, Routes(0, arguments[0], [])


def _leave(device: VirtualDevice, arguments: tuple[Any, ...]) -> Answer:
    if arguments[0] not in (device.ieee, t.EUI64([0] * 8)):
        return (Status.DEVICE_NOT_FOUND,)
    device.leaving = True
    return (Status.SUCCESS,)


def _permit(device: VirtualDevice, arguments: tuple[Any, ...]) -> Answer:
    device.permits_joins = bool(device.description.router and arguments[0])
    return (Status.SUCCESS,)


HANDLERS: Mapping[ZDOCmd, Callable[[VirtualDevice, tuple[Any, ...]], Answer]] = {
    ZDOCmd.NWK_addr_req: lambda device, arguments: _addresses(device, arguments[0] == device.ieee),
    ZDOCmd.IEEE_addr_req: lambda device, arguments: _addresses(device, _mine(device, arguments)),
    ZDOCmd.Node_Desc_req: _node,
    ZDOCmd.Power_Desc_req: _power,
    ZDOCmd.Active_EP_req: _endpoints,
    ZDOCmd.Simple_Desc_req: _simple,
    ZDOCmd.Match_Desc_req: _match,
    ZDOCmd.Bind_req: _bind,
    ZDOCmd.Unbind_req: _unbind,
    ZDOCmd.Mgmt_Bind_req: _bindings,
    ZDOCmd.Mgmt_Lqi_req: _neighbours,
    ZDOCmd.Mgmt_Rtg_req: _routes,
    ZDOCmd.Mgmt_Leave_req: _leave,
    ZDOCmd.Mgmt_Permit_Joining_req: _permit,
}

_ANSWERED_BROADCASTS = frozenset({ZDOCmd.NWK_addr_req, ZDOCmd.IEEE_addr_req, ZDOCmd.Match_Desc_req})


def answer(device: VirtualDevice, cluster: int, data: bytes, *, broadcast: bool) -> tuple[int, bytes] | None:
    """Response cluster and payload for a request, None where the specification asks for silence.

    What cannot be parsed, and responses, are dropped; a request that the device does not know earns NOT_SUPPORTED.
    """
    if cluster & 0x8000 or not data:
        return None
    command = ZDOCmd(cluster)
    handler = HANDLERS.get(command)
    response = ZDOCmd(cluster | 0x8000)
    if handler is None:
        return None if broadcast or command not in CLUSTERS else (response, data[:1] + Status.NOT_SUPPORTED.serialize())
    try:
        arguments, _ = t.deserialize(data[1:], CLUSTERS[command][1])
    except ValueError:
        return None
    values = handler(device, tuple(arguments))
    if values is None or (broadcast and command not in _ANSWERED_BROADCASTS):
        return None
    return response, data[:1] + t.serialize(values, CLUSTERS[response][1][: len(values)])


def announcement(device: VirtualDevice, sequence: int) -> bytes:
    """Payload of Device_annce (2.4.3.1.11): who I am and where I can be reached from now on."""
    capability = device.description.node.mac_capability_flags
    return bytes([sequence]) + device.nwk.serialize() + device.ieee.serialize() + bytes([capability])
