"""Commands that only who sets up or takes down a network has a reason to send, from a device."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..observations import Observation, ObservationKind, Radio

_ZDO: Final = {0x0034: "leave the network", 0x0036: "open the network for new devices", 0x0038: "change the channel"}
"""Mgmt_Leave_req, Mgmt_Permit_Joining_req, Mgmt_NWK_Update_req (Zigbee specification R22, 2.4.3.3)."""
_TOUCHLINK: Final = {
    0x00: "look who is near (touchlink)",
    0x07: "forget everything (touchlink)",
    0x10: "start a new network (touchlink)",
    0x12: "join another network (touchlink)",
    0x14: "join another network (touchlink)",
}
"""Scan, reset to factory new, network start, network join router and end device (Zigbee Cluster Library, 13.3)."""
_TOUCHLINK_CLUSTER: Final = 0x1000
_RESET: Final = "forget its settings"
"""Cluster Basic, command Reset to Factory Defaults (Zigbee Cluster Library, 3.2)."""


def _order(radio: Radio) -> str | None:
    if radio.profile == 0:
        return _ZDO.get(radio.cluster)
    if radio.general:
        return None
    if radio.cluster == _TOUCHLINK_CLUSTER:
        return _TOUCHLINK.get(radio.command)
    return _RESET if radio.cluster == 0 and radio.command == 0 and not radio.manufacturer else None


class RadioAttack:
    """Remembers nothing: one of them is enough."""

    observes: ClassVar = frozenset({ObservationKind.RADIO_FRAME})

    def observe(self, seen: Observation) -> Finding | None:
        """Say when the asset gives such an order."""
        order = None if seen.inward or seen.radio is None else _order(seen.radio)
        if order is None:
            return None
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.RADIO_ATTACK,
            Severity.HIGH,
            0.7,
            "T0855",
            order,
            f"It told another Zigbee device to {order}, which only the hub and a person with a remote control "
            "in the hand have a reason to.",
        )
