"""What is seen of one device's software at one moment: update entities, registry and radio."""

from dataclasses import dataclass
from enum import StrEnum

from ..assets.model import AssetClass
from .versions import compare, is_valid


class Radio(StrEnum):
    """What Zigbee says of a device's updates over the air: the kinds of "no source knows it"."""

    NOT_UPDATABLE = "not_updatable"
    """It has no OTA cluster (ZCL 11): it can never be updated over the air."""
    NEVER_ASKED = "never_asked"
    """It has one and has not asked for an image yet, so nobody knows what fits."""
    ASKED = "asked"
    """It has asked; what was found is what its update entity says."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one update entity says."""

    entity_id: str
    source: str
    """Integration that made the entity."""
    installed: str | None = None
    latest: str | None = None
    said: bool | None = None
    """Whether the entity itself says that there is an update; None while it says nothing."""
    available: bool = True
    in_progress: bool = False
    percentage: float | None = None
    skipped: str | None = None
    can_install: bool = False
    can_choose: bool = False
    """It can install a version that is named: also an older one, to roll back."""
    is_firmware: bool = True
    release_url: str | None = None

    @property
    def waiting(self) -> str | None:
        """The version that waits to be installed, None if there is none or nobody can say.

        What the order of versions says counts; where they have none, what the entity says.
        """
        if not self.available or not is_valid(self.latest) or self.latest is None or self.latest == self.skipped:
            return None
        if not is_valid(self.installed) or self.installed is None:
            return self.latest if self.said else None
        order = compare(self.latest, self.installed)
        newer = self.said if order is None else order > 0
        return self.latest if newer else None

    @property
    def answers(self) -> bool:
        """Whether it says of the installed version that there is no newer one, or which."""
        return self.available and is_valid(self.installed) and is_valid(self.latest)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is seen of one asset's software."""

    asset_id: str
    name: str
    asset_class: AssetClass = AssetClass.UNKNOWN
    manufacturer: str | None = None
    model: str | None = None
    sw_versions: tuple[str, ...] = ()
    """As the registry's devices say, canonical device first."""
    hw_version: str | None = None
    offers: tuple[Offer, ...] = ()
    radio: Radio | None = None
    zigbee: bool = False
    battery: bool = False
    critical: bool = False
    """A lock, an alarm, a smoke detector: what must not fail unasked."""

    @property
    def installed(self) -> str | None:
        """The installed version: what update entities of firmware say before what the registry says."""
        offers = sorted(self.offers, key=lambda offer: (not offer.is_firmware, offer.entity_id))
        said = [offer.installed for offer in offers if offer.available or offer.installed]
        return next((text for text in (*said, *self.sw_versions) if is_valid(text)), None)

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version that somebody gives for its software: an advisory may be about any of them."""
        said = (*(offer.installed for offer in self.offers), *self.sw_versions)
        return tuple(dict.fromkeys(text for text in said if text is not None and is_valid(text)))

    @property
    def needs_consent(self) -> bool:
        """Whether nobody but a person may have it updated: it runs on a battery, or people depend on it."""
        return self.battery or self.critical
