"""What the radio library knows of how a device is heard."""

from types import SimpleNamespace
from typing import Any

import pytest
from zigpy.types import EUI64
from zigpy.zdo.types import Neighbor

from custom_components.secure_hub.adapters.zha.radios import Radios

HUB, DEVICE = (EUI64.convert(f"00:12:4b:00:00:00:00:0{number}") for number in (1, 2))


def radios(**device: Any) -> Radios:
    """What is known of one device, and the coordinator's relationship to it."""
    relationship = device.pop("relationship", None)
    neighbours = [] if relationship is None else [SimpleNamespace(ieee=DEVICE, relationship=relationship)]
    application = SimpleNamespace(
        devices={DEVICE: SimpleNamespace(**device)},
        state=SimpleNamespace(node_info=SimpleNamespace(ieee=HUB)),
        topology=SimpleNamespace(neighbors={HUB: neighbours}),
    )
    return Radios(SimpleNamespace(application=application))  # type: ignore[arg-type]  # ZHA is our outer edge


@pytest.mark.parametrize(
    ("relationship", "relays", "is_direct"),
    [
        (Neighbor.Relationship.Child, None, True),
        (Neighbor.Relationship.Child, [0x1234], False),
        (Neighbor.Relationship.Sibling, [], True),
        (Neighbor.Relationship.Sibling, None, False),
        (Neighbor.Relationship.Sibling, [0x1234], False),
        (None, [], False),
        (None, None, False),
    ],
)
def test_whose_own_radio_is_heard(relationship: int | None, relays: list[int] | None, is_direct: bool) -> None:  # noqa: FBT001 - pytest passes by name
    assert radios(relationship=relationship, relays=relays).is_direct(str(DEVICE)) is is_direct


def test_who_sleeps() -> None:
    awake, asleep = (SimpleNamespace(is_receiver_on_when_idle=it) for it in (True, False))
    told = [radios(node_desc=it).is_sleepy(str(DEVICE)) for it in (awake, asleep, None)]
    assert told == [False, True, False]
    assert not radios(node_desc=asleep).is_sleepy("00:00:00:00:00:00:00:01")


def test_without_a_radio_nothing_is_known() -> None:
    nothing = Radios(SimpleNamespace(application=None))  # type: ignore[arg-type]  # as above
    assert not nothing.is_direct(str(DEVICE))
    assert not nothing.is_sleepy(None)
