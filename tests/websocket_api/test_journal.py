"""Commands about the journal: newest first, filtered, page by page, and verified."""

from pathlib import Path
import time
from typing import Any

import pytest

from custom_components.secure_hub.adapters.journal import JournalUnavailableError
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.lab.network.lab import Lab

from .conftest import Panel


async def test_pages_from_the_newest_to_the_oldest(panel: Panel, hub: SecureHub) -> None:
    for number in range(7):
        await hub.journal.append("grant_used", details={"number": number})
    records: list[dict[str, Any]] = []
    page = await panel.asks("journal", limit=3)
    records += page["records"]
    while page["before"] is not None:
        page = await panel.asks("journal", limit=3, before=page["before"])
        records += page["records"]
    assert [one["seq"] for one in records] == list(range(hub.journal.status.head.seq, 0, -1))
    assert records[0]["details"] == {"number": 6}
    assert records[-1]["action"] == "journal_started"


async def test_filters(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera, tv = (asset(hub, lab.device(name)) for name in ("camera", "tv"))
    begin = time.time()
    await panel.asks("quarantine", asset_ids=[camera.id, tv.id])
    of_camera = (await panel.asks("journal", asset_id=camera.id, since=begin))["records"]
    assert {one["asset_id"] for one in of_camera} == {camera.id}
    assert [one["action"] for one in of_camera] == ["enforced", "quarantine"]
    assert of_camera[1]["asset"] == camera.name
    assert of_camera[1]["actor_name"]
    cut = (await panel.asks("journal", actions=["quarantine"]))["records"]
    assert [one["asset_id"] for one in cut] == [tv.id, camera.id]
    assert (await panel.asks("journal", actions=["quarantine"], actor="nobody"))["records"] == []
    assert (await panel.asks("journal", until=begin, actions=["quarantine"]))["records"] == []
    recent = await panel.asks("journal", since=begin, limit=500)
    assert recent["before"] is None
    assert all(one["time"] >= begin for one in recent["records"])


async def test_kinds(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    kinds = (await panel.asks("journal/kinds"))["kinds"]
    assert "lists_changed" in kinds["enforcement"]
    for _ in range(60):
        await hub.journal.append("finding")
    camera = asset(hub, lab.device("camera")).id
    await panel.asks("quarantine", asset_ids=[camera])

    async def actions(**fields: Any) -> list[str]:
        return [one["action"] for one in (await panel.asks("journal", limit=5, **fields))["records"]]

    assert await actions(kinds=["decisions"]) == ["quarantine"]
    assert await actions(kinds=["devices"]) == ["first_look"], "however many others were written since"
    assert await actions(kinds=["decisions", "enforcement"], asset_id=camera) == ["enforced", "quarantine"]
    assert await actions(kinds=["devices"], actions=["quarantine"]) == ["quarantine", "first_look"]
    assert await panel.refused("journal", kinds=["gossip"]) == "invalid_format"


async def test_a_journal_that_was_changed_is_told(panel: Panel, hub: SecureHub, config_dir: Path) -> None:
    assert await panel.asks("journal/verify") == {
        "ok": True,
        "records": hub.journal.status.head.seq,
        "first_break": None,
    }
    file = config_dir / "secure_hub" / "journal.jsonl"
    file.write_text(file.read_text().replace("first_look", "first_l00k"))
    told = await panel.asks("journal/verify")
    assert not told["ok"]
    assert told["first_break"]["line"] >= 1


async def test_a_journal_that_cannot_be_read_is_told(
    panel: Panel, hub: SecureHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tail(*_: object) -> None:
        raise JournalUnavailableError(*"-")

    monkeypatch.setattr(hub.journal, "tail", tail)
    assert await panel.refused("journal") == "journal_unavailable"
