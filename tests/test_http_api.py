"""The HTTP view: telemetry as lines for an administrator, page by page, and for nobody else."""

from http import HTTPStatus
import json
import time
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.auth.const import GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
import yarl

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.telemetry.record import Conversation, Count, Record
from custom_components.secure_hub.hub import SecureHub
from tests.engine.telemetry.test_record import schema

from .test_admin_only import token_of, user_in

URL = f"/api/{DOMAIN}/telemetry"


def record(number: int, asset: str = "camera") -> Record:
    """Return a record of a minute."""
    row = Conversation("192.0.2.7", protocol="tcp", port=443, begun=1, sent=number)
    return Record(asset, 60 * number, {Count.BEGUN: 1, Count.SENT: number}, conversations=[row])


@pytest.fixture
async def filled(hass: HomeAssistant, hub: SecureHub) -> SecureHub:
    """A hub that kept seven minutes of a camera, and garbage."""
    lines = [record(number).line() for number in range(1, 8)]
    await hass.async_add_executor_job(hub.telemetry._ring.append, [*lines, "garbage"], int(time.time()))
    return hub


async def pages(client: TestClient[Any, Any], **query: str) -> list[list[dict[str, Any]]]:
    """Follow the header from the first page to the last."""
    found: list[list[dict[str, Any]]] = []
    url = yarl.URL(URL).with_query(query)
    while True:
        answer = await client.get(str(url))
        assert answer.status == HTTPStatus.OK
        assert answer.content_type == "application/x-ndjson"
        found.append([json.loads(line) for line in (await answer.text()).splitlines()])
        url = yarl.URL(str(answer.links["next"]["url"])).relative()
        if answer.headers["X-More"] == "no":
            assert (await (await client.get(str(url))).text()) == ""
            return found


@pytest.mark.usefixtures("filled")
async def test_an_administrator_reads_all_of_it(hass_client: ClientSessionGenerator) -> None:
    client = await hass_client()
    found = await pages(client, limit="3")
    assert [len(page) for page in found] == [3, 3, 1]
    told = [one for page in found for one in page]
    for one in told:
        schema().validate(one)
    assert [it["minute"] for it in told] == [60 * number for number in range(1, 8)]
    (page,) = await pages(client, since="120", until="300", asset="camera")
    assert [it["minute"] for it in page] == [120, 180, 240]
    assert await pages(client, asset="tv") == [[]]


@pytest.mark.usefixtures("filled")
async def test_as_ocsf(hass_client: ClientSessionGenerator) -> None:
    (page,) = await pages(await hass_client(), format="ocsf")
    assert [(it["class_uid"], it["traffic"]["bytes"]) for it in page] == [(4001, number) for number in range(1, 8)]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "since=-1", "after=x", "after=1.x", "format=xml", "other=1"]
)
async def test_what_cannot_be_asked(filled: SecureHub, hass_client: ClientSessionGenerator, query: str) -> None:
    client = await hass_client()
    assert (await client.get(f"{URL}?{query}")).status == HTTPStatus.BAD_REQUEST
    assert filled.telemetry.error == ""


@pytest.mark.parametrize("group", [GROUP_ID_USER, GROUP_ID_READ_ONLY])
async def test_others_read_nothing(
    hass: HomeAssistant,
    filled: SecureHub,  # noqa: ARG001
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    group: str,
) -> None:
    client = await hass_client(await token_of(hass, await user_in(hass, group)))
    for one in (client, await hass_client_no_auth()):
        answer = await one.get(URL)
        assert answer.status == HTTPStatus.UNAUTHORIZED
        assert "minute" not in await answer.text()


async def test_what_cannot_be_read_is_told(
    filled: SecureHub, hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    client = await hass_client()
    (segment,) = filled.telemetry._ring._segments
    segment.path.unlink()
    segment.path.mkdir()
    assert (await client.get(URL)).status == HTTPStatus.INTERNAL_SERVER_ERROR
    segment.path.rmdir()
    await hass.config_entries.async_unload(filled.entry.entry_id)
    assert (await client.get(URL)).status == HTTPStatus.SERVICE_UNAVAILABLE
