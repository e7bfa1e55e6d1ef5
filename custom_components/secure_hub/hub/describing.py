"""Describing: what is asked for, as people know it."""

from collections.abc import Iterable

from ..engine.assets.model import Address
from ..engine.network_owners import Owner
from ..engine.policy.destinations import Place, PlaceKind, parse
from ..engine.policy.scopes import PolicyError
from ..engine.requests.model import Want
from ..engine.requests.reach import service_name
from .view import HomeView


def describe(hub: HomeView, asset_id: str, want: Want) -> str:
    """Names of devices and of services instead of numbers, and whose the network is, where a table says it."""
    try:
        destination = parse(want.destination)
    except PolicyError:
        return want.destination
    places = [_name(hub, place) for place in destination.places]
    service = service_name(destination) or (str(destination.service) if destination.service else None)
    where = " ".join(places) or want.scope.value
    said = f"{where} ({service})" if service else where
    owner = network_of(hub, asset_id, want)
    return f"{said} [{owner}]" if owner else said


def network_of(hub: HomeView, asset_id: str, want: Want) -> Owner | None:
    """Whose the network is in which a device wants something; None if nobody knows, or it is several's."""
    try:
        destination = parse(want.destination)
    except PolicyError:
        return None
    return hub.network_owners.owners(list(_addresses(hub, asset_id, destination.places)))


def _name(hub: HomeView, place: Place) -> str:
    asset = hub.assets.get(place.value) if place.kind is PlaceKind.ASSET else None
    return asset.name if asset else str(place)


def _addresses(hub: HomeView, asset_id: str, places: Iterable[Place]) -> Iterable[Address]:
    for place in places:
        if place.kind is PlaceKind.NAME:
            yield from hub.naming.names.get(asset_id, {}).get(place.value, ())
        elif place.network is not None:
            yield from (place.network.network_address, place.network.broadcast_address)
