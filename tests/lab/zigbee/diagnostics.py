"""Real devices: descriptions read from the device diagnostics that ZHA writes (its test-suite's format)."""

from collections.abc import Mapping
import json
from pathlib import Path
from typing import Any

import zigpy.types as t
from zigpy.zdo.types import NodeDescriptor

from .description import Attributes, DeviceDescription, EndpointDescription, typed
from .zoo import node

MAX_SIZE = 4 * 1024 * 1024
"""Bytes of one file that are read; the largest real one has half a megabyte."""

_FILE_VERSION = 0x0002
"""OTA attribute that every interview reads; recordings leave it out where it was never read."""


def load(path: Path) -> DeviceDescription:
    """Description of the device in a diagnostics file.

    Raises ValueError, KeyError or TypeError if the file is no such thing. Attributes whose recorded value has no single
    ZCL type (structures, quirk-made attributes) are left out, as are clusters that only a quirk added.
    """
    if path.stat().st_size > MAX_SIZE:
        msg = f"{path.name} is too large"
        raise ValueError(msg)
    data = json.loads(path.read_text(encoding="utf-8"))
    signature = data.get("original_signature") or data["signature"]
    details: Mapping[str, Any] = data.get("cluster_details", {})
    mains = data.get("power_source") == "Mains"
    descriptor = signature.get("node_descriptor")
    endpoints = {
        int(number): _endpoint(endpoint, details.get(number, {})) for number, endpoint in signature["endpoints"].items()
    }
    identity = {0x0004: data["manufacturer"], 0x0005: data["model"]}
    for number, endpoint in endpoints.items():
        if 0x0000 in endpoint.inputs:
            endpoints[number] = _named(endpoint, identity)
            break
    return DeviceDescription(
        key=path.stem,
        kind=f"{data['manufacturer']} {data['model']}",
        ieee=t.EUI64.convert(data["ieee"]),
        node=NodeDescriptor(**descriptor) if descriptor else node(mains=mains),
        endpoints=endpoints,
    )


def _endpoint(signature: Mapping[str, Any], details: Mapping[str, Any]) -> EndpointDescription:
    return EndpointDescription(
        device_type=_number(signature.get("device_type") or 0),
        profile=_number(signature.get("profile_id") or 0x0104),
        inputs=_clusters(signature["input_clusters"], details.get("in_clusters", {})),
        outputs=_clusters(signature["output_clusters"], details.get("out_clusters", {})),
    )


def _clusters(ids: list[str | int], details: Mapping[str, Any]) -> dict[int, Attributes]:
    recorded = {_number(cluster): described.get("attributes", {}) for cluster, described in details.items()}
    return {cluster: _attributes(cluster, recorded.get(cluster, {})) for cluster in map(_number, ids)}


def _attributes(cluster: int, recorded: Mapping[str, Any]) -> Attributes:
    values = {_number(key): typed(cluster, _number(key), entry.get("value")) for key, entry in recorded.items()}
    if cluster == 0x0019:
        values.setdefault(_FILE_VERSION, typed(cluster, _FILE_VERSION, 1))
    return {attribute: value for attribute, value in values.items() if value is not None}


def _named(endpoint: EndpointDescription, identity: Mapping[int, str]) -> EndpointDescription:
    """Give an endpoint's Basic cluster the manufacturer and model by which quirks know the device."""
    names = {attribute: value for attribute, raw in identity.items() if (value := typed(0x0000, attribute, raw))}
    basic = {0x0000: {**endpoint.inputs[0x0000], **names}}
    return EndpointDescription(endpoint.device_type, {**endpoint.inputs, **basic}, endpoint.outputs, endpoint.profile)


def _number(value: str | int) -> int:
    return value if isinstance(value, int) else int(value, 0)
