"""What a Zigbee device is, as data: descriptors, endpoints, clusters and first attribute values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zigpy.profiles import zha
import zigpy.types as t
from zigpy.zcl import Cluster
import zigpy.zcl.clusters  # noqa: F401  # fills the cluster registry
from zigpy.zcl.foundation import DataType, DataTypeId, TypeValue
from zigpy.zdo.types import LogicalType, NodeDescriptor

type Attributes = Mapping[int, TypeValue]
"""Attribute id -> typed value."""

CLUSTER_IDS: Mapping[str, int] = {
    cluster.ep_attribute: int(cluster_id) for cluster_id, cluster in Cluster._registry.items()
}
"""Names as zigpy uses them on an endpoint (`on_off`, `ias_zone`) -> cluster id."""


@dataclass(frozen=True, slots=True)
class EndpointDescription:
    """A simple descriptor and the attributes behind its server (input) and client (output) clusters."""

    device_type: int
    inputs: Mapping[int, Attributes]
    outputs: Mapping[int, Attributes] = field(default_factory=dict)
    profile: int = zha.PROFILE_ID


@dataclass(frozen=True, slots=True)
class DeviceDescription:
    """A device before it has a network address; `kind` is what people call such a thing."""

    key: str
    kind: str
    ieee: t.EUI64
    node: NodeDescriptor
    endpoints: Mapping[int, EndpointDescription] = field(default_factory=dict)

    @property
    def sleepy(self) -> bool:
        """Whether its receiver is off when idle, so that frames wait at its parent until it polls."""
        return not self.node.is_receiver_on_when_idle

    @property
    def router(self) -> bool:
        """Whether it relays for others."""
        return self.node.logical_type is LogicalType.Router


def attribute_id(cluster_id: int, attribute: str | int) -> int:
    """Id of an attribute given by its zigpy name or by number; raises KeyError for an unknown name."""
    if isinstance(attribute, int):
        return attribute
    return int(Cluster._registry[cluster_id].attributes_by_name[attribute].id)


def typed(cluster_id: int, attribute: int, value: Any) -> TypeValue | None:
    """Value as the ZCL type that the cluster library names for the attribute, or a guess from the Python type.

    None if the value cannot be put on the air as a single value (structures, arrays, what is not a number or text).
    """
    cluster = Cluster._registry.get(cluster_id)
    definition = cluster.attributes.get(attribute) if cluster else None
    type_id = definition.zcl_type if definition is not None else _guess(value)
    if type_id is None:
        return None
    try:
        converted = DataType.from_type_id(type_id).python_type(value)
        converted.serialize()
    except TypeError, ValueError, AttributeError:
        return None
    return TypeValue(type_id, converted)


def _guess(value: Any) -> DataTypeId | None:
    """Smallest ZCL type that holds a plain Python value."""
    if isinstance(value, bool):
        return DataTypeId.bool_
    if isinstance(value, int):
        unsigned = ((8, DataTypeId.uint8), (16, DataTypeId.uint16), (32, DataTypeId.uint32), (64, DataTypeId.uint64))
        signed = ((8, DataTypeId.int8), (16, DataTypeId.int16), (32, DataTypeId.int32), (64, DataTypeId.int64))
        bits = value.bit_length() + (value < 0)
        return next((kind for size, kind in (signed if value < 0 else unsigned) if bits <= size), None)
    return DataTypeId.string if isinstance(value, str) else None
