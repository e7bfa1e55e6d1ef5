"""Matchers: what names an asset."""

import pytest

from custom_components.secure_hub.engine.assets.model import (
    Asset,
    AssetClass,
    AssetRecord,
    Classification,
    Identifier,
    IdentifierKind,
    Sighting,
)
from custom_components.secure_hub.engine.policy.rules import EVERYONE, Matcher, MatcherKind, subject
from custom_components.secure_hub.engine.policy.scopes import PolicyError, Scope

MAC = Identifier(IdentifierKind.MAC, "02:00:00:00:00:01")
CAMERA = Asset(
    AssetRecord("a", frozenset({MAC}), "camera", 0.0, manufacturer="Acme Ltd"),
    (
        Sighting(
            "registry",
            frozenset({MAC}),
            domain="onvif",
            manufacturer="ACME  ltd ",
            model=" Eye",
            area_id="attic",
            labels=frozenset({"guests", "outside"}),
        ),
        Sighting("registry", frozenset({MAC}), domain="unifi", manufacturer="Other", model=""),
        Sighting("neighbours", frozenset({MAC}), interface="br0"),
    ),
    Classification(AssetClass.CAMERA),
)


def test_a_subject_is_named_by_all_its_devices() -> None:
    camera = subject(CAMERA, governed=True)
    assert camera.matchers == {
        Matcher(MatcherKind.ASSET, "a"),
        Matcher(MatcherKind.LABEL, "guests"),
        Matcher(MatcherKind.LABEL, "outside"),
        Matcher(MatcherKind.AREA, "attic"),
        Matcher(MatcherKind.CLASS, "camera"),
        Matcher(MatcherKind.MANUFACTURER, "Acme LTD"),
        Matcher(MatcherKind.MANUFACTURER, "other"),
        Matcher(MatcherKind.MODEL, "acme ltd", "EYE"),
        Matcher(MatcherKind.INTEGRATION, "onvif"),
        Matcher(MatcherKind.INTEGRATION, "unifi"),
        EVERYONE,
    }
    assert camera.scopes == set(Scope)
    assert hash(camera) == hash(subject(CAMERA, governed=True))


def test_everyone_is_who_is_governed() -> None:
    camera = subject(CAMERA, governed=False, protected="is_admin_machine")
    assert EVERYONE not in camera.matchers
    assert (camera.governed, camera.protected) == (False, "is_admin_machine")


@pytest.mark.parametrize(
    ("kind", "value", "model"),
    [
        (MatcherKind.EVERYONE, "x", ""),
        (MatcherKind.AREA, "", ""),
        (MatcherKind.MANUFACTURER, "  ", ""),
        (MatcherKind.MODEL, "acme", ""),
        (MatcherKind.MODEL, "", "eye"),
        (MatcherKind.MANUFACTURER, "acme", "eye"),
        (MatcherKind.ASSET, "a", "eye"),
    ],
)
def test_a_matcher_that_names_nobody_is_refused(kind: MatcherKind, value: str, model: str) -> None:
    with pytest.raises(PolicyError):
        Matcher(kind, value, model)


def test_matchers_compare_by_what_they_name() -> None:
    assert Matcher(MatcherKind.MODEL, "Acme", "Eye 2") == Matcher(MatcherKind.MODEL, "acme ", "EYE  2")
    assert Matcher(MatcherKind.LABEL, "Kitchen") != Matcher(MatcherKind.LABEL, "kitchen")
    assert len({Matcher(MatcherKind.AREA, "a"), Matcher(MatcherKind.LABEL, "a"), Matcher(MatcherKind.AREA, "a")}) == 2
