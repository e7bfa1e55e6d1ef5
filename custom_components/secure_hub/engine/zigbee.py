"""Words of Zigbee that more than one part of the house uses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Binding:
    """One entry of a binding table (Zigbee 2.4.4.3.4): what a device sends by itself, from where to where.

    `source` is the IEEE address of the device whose table it is in; `target` the IEEE address of a device, with its
    endpoint, or the number of a group, without.
    """

    source: str
    source_endpoint: int
    cluster: int
    target: str | int
    target_endpoint: int | None = None
