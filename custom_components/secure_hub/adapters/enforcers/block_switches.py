"""Switches of other integrations that keep a client off the network: which they are, what they mean, what they cut.

As their sources in Home Assistant 2026.10 have it: all three are on while the client is *allowed*.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ...engine.policy.scopes import NETWORK_SCOPES, Scope

DOMAINS: Final = frozenset({"switch", "input_boolean"})
"""Kinds of entities that can be a switch here."""
_INTERNET: Final = frozenset({Scope.INTERNET})


class Meaning(StrEnum):
    """What it means that a switch is on."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class BlockSwitch:
    """A switch that blocks one client, what `on` means, and the scopes that are denied while it blocks.

    Raises ValueError for an entity that is no switch.
    """

    entity_id: str
    on_means: Meaning
    scopes: frozenset[Scope] = NETWORK_SCOPES

    def __post_init__(self) -> None:
        """Refuse what cannot be turned on and off."""
        if self.domain not in DOMAINS or not self.scopes <= NETWORK_SCOPES:
            raise ValueError(self.entity_id)

    @property
    def domain(self) -> str:
        """Domain of the entity, and of the actions that turn it."""
        return self.entity_id.partition(".")[0]

    @property
    def cuts_off(self) -> bool:
        """Whether it denies all that a quarantine denies."""
        return self.scopes == NETWORK_SCOPES

    def action(self, *, block: bool) -> str:
        """Action that blocks or allows."""
        return "turn_on" if block is (self.on_means is Meaning.BLOCKED) else "turn_off"

    def blocks(self, state: str | None) -> bool | None:
        """Whether a state says that the client is blocked; None if it says nothing, as `unavailable`."""
        if state not in {"on", "off"}:
            return None
        return (state == "on") is (self.on_means is Meaning.BLOCKED)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Integration and translation key of a switch, and what it cuts while it is off."""

    platform: str
    translation_key: str
    scopes: frozenset[Scope]


_KINDS: Final = (
    # Keeps the client off every access point, switch and gateway of UniFi.
    _Kind("unifi", "block_client", NETWORK_SCOPES),
    # Denies the way to the internet only (X_AVM-DE_HostFilter: DisallowWANAccessByIP).
    _Kind("fritz", "internet_access", _INTERNET),
    # Access control of the router; nothing says that it stops neighbours on the same switch.
    _Kind("netgear", "allowed_on_network", _INTERNET),
)
CLIENT_PLATFORMS: Final = frozenset(kind.platform for kind in _KINDS)
"""Integrations of routers, whose entities on a device's page tell of the device and are not the device's own."""


@callback
def find_block_switch(hass: HomeAssistant, macs: Collection[str]) -> BlockSwitch | None:
    """Return the switch that blocks the client with these MACs, the one that cuts most; None if there is none.

    Looked up through the device registry; disabled switches do not count.
    """
    entities = er.async_get(hass)
    connections = {(dr.CONNECTION_NETWORK_MAC, mac) for mac in macs}
    found = [
        BlockSwitch(entity.entity_id, Meaning.ALLOWED, kind.scopes)
        for device in dr.async_get(hass).async_get_devices(connections=connections)
        for entity in er.async_entries_for_device(entities, device.id)
        for kind in _KINDS
        if entity.domain == "switch"
        and (entity.platform, entity.translation_key) == (kind.platform, kind.translation_key)
    ]
    return max(found, key=lambda switch: (len(switch.scopes), switch.entity_id), default=None)
