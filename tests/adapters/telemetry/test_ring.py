"""The ring: bounded, whole after a crash, and read page by page while it turns."""

import json
import os
from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.telemetry import ring as module
from custom_components.secure_hub.adapters.telemetry.ring import DAY, MEGABYTE, Ring, Wanted, remove_ring

NOON = 1_763_812_800


def line(number: int, asset: str = "camera", size: int = 0) -> str:
    """Return a line of a minute."""
    return json.dumps({"v": 1, "asset": asset, "minute": NOON + 60 * number, "pad": "x" * size})


def everything(ring: Ring, wanted: Wanted | None = None, limit: int = 3) -> list[int]:
    """Return the minutes that are there, page by page, as numbers."""
    cursor, found = None, list[int]()
    while True:
        page = ring.page(cursor, wanted or Wanted(), limit)
        assert len(page.lines) <= limit
        found += [(json.loads(it)["minute"] - NOON) // 60 for it in page.lines]
        if page.is_last:
            return found
        assert page.cursor != cursor
        cursor = page.cursor


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    """A ring of four megabytes and seven days, open."""
    found = Ring(tmp_path / "hub" / "telemetry", megabytes=4, days=7)
    (tmp_path / "hub").mkdir()
    assert found.open() == 0
    return found


def test_what_is_written_is_read_page_by_page(ring: Ring, tmp_path: Path) -> None:
    assert everything(ring) == []
    for number in range(10):
        ring.append([line(number, asset) for asset in ("camera", "tv")], NOON + number * 60)
    ring.append([], NOON)
    assert everything(ring) == [number for number in range(10) for _ in range(2)]
    assert everything(ring, Wanted("tv")) == list(range(10))
    assert everything(ring, Wanted("tv", NOON + 120, NOON + 300)) == [2, 3, 4]
    (file,) = (tmp_path / "hub/telemetry").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert ring.status.bytes == file.stat().st_size


def test_a_reader_goes_on_where_it_was(ring: Ring) -> None:
    ring.append([line(0)], NOON)
    page = ring.page(None, Wanted(), 10)
    assert page.is_last
    assert ring.page(page.cursor, Wanted(), 10).lines == ()
    ring.append([line(1)], NOON + 2 * DAY)
    assert [json.loads(it)["minute"] for it in ring.page(page.cursor, Wanted(), 10).lines] == [NOON + 60]


@pytest.mark.parametrize("cursor", ["", "x", "1", "1.x", "-1.0", "1.0\n", "9" * 40])
def test_what_is_no_cursor_is_refused(ring: Ring, cursor: str) -> None:
    with pytest.raises(ValueError, match="no cursor"):
        ring.page(cursor, Wanted(), 10)


def test_old_cursors_go_on_at_the_oldest(ring: Ring) -> None:
    for number in range(400):
        ring.append([line(number, size=20_000)], NOON + number * 60)
    page = ring.page("1.17", Wanted(), 1)
    assert json.loads(page.lines[0])["minute"] > NOON
    assert ring.page("9999999999.5", Wanted(), 1).lines == page.lines


def test_it_is_no_larger_than_it_may_be(ring: Ring, tmp_path: Path) -> None:
    for number in range(400):
        ring.append([line(number, size=20_000)], NOON + number * 60)
    held = sum(it.stat().st_size for it in (tmp_path / "hub/telemetry").iterdir())
    assert held == ring.status.bytes <= 4 * MEGABYTE
    assert held > 3.5 * MEGABYTE
    found = everything(ring, limit=50)
    assert found == list(range(found[0], 400)), "the oldest went first"


def test_what_is_old_goes_and_a_clock_that_jumps_takes_little(ring: Ring) -> None:
    for day in range(12):
        ring.append([line(day * 1440)], NOON + day * DAY)
    assert everything(ring) == [day * 1440 for day in range(3, 12)]
    ring.append([line(13 * 1440)], NOON + 4000 * DAY)
    assert len(everything(ring)) == 9
    ring.append([line(14 * 1440)], NOON + 14 * DAY)
    assert len(everything(ring)) >= 9


def test_a_torn_line_is_cut_off(ring: Ring, tmp_path: Path) -> None:
    ring.append([line(0), line(1)], NOON)
    (file,) = (tmp_path / "hub/telemetry").iterdir()
    with file.open("ab") as end:
        end.write(line(2).encode()[:20])
    again = Ring(tmp_path / "hub/telemetry", megabytes=4, days=7)
    assert again.open() == 20
    again.append([line(3)], NOON + 180)
    assert everything(again) == [0, 1, 3]
    assert again.open() == 0


@given(garbage=st.binary(max_size=200))
def test_garbage_in_a_file_is_passed_over(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    directory = tmp_path_factory.mktemp("ring")
    (directory / "0000000001-1763812800.jsonl").write_bytes(line(0).encode() + b"\n" + garbage)
    (directory / "of-somebody-else").write_text("x")
    ring = Ring(directory, megabytes=4, days=7)
    ring.open()
    ring.append([line(1)], NOON + 60)
    assert everything(ring) == [0, 1]


def test_a_full_disk_leaves_whole_lines(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    ring.append([line(0)], NOON)

    def full(descriptor: int, data: bytes) -> None:
        os.write(descriptor, data[:7])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.durable, "write_all", full)
    with pytest.raises(OSError, match="No space"):
        ring.append([line(1)], NOON)
    monkeypatch.undo()
    ring.append([line(2)], NOON)
    assert everything(ring) == [0, 2]


def test_the_newest_are_given_for_memory(ring: Ring) -> None:
    for number in range(40):
        ring.append([line(number, size=30_000)], NOON + number * 60)
    found = [json.loads(it)["minute"] for it in ring.newest(100_000)]
    assert found[-1] == NOON + 39 * 60
    assert 3 <= len(found) <= 6


def test_files_that_go_while_they_are_read_are_passed_over(ring: Ring, tmp_path: Path) -> None:
    ring.append([line(0)], NOON)
    ring.append([line(1)], NOON + 2 * DAY)
    next(iter(sorted((tmp_path / "hub/telemetry").iterdir()))).unlink()
    assert everything(ring) == [1]


def test_a_page_reads_so_much(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SCAN", 100)
    ring.append([line(number) for number in range(50)], NOON)
    page = ring.page(None, Wanted("tv"), 10)
    assert page.lines == ()
    assert not page.is_last
    assert everything(ring) == list(range(50))


def test_what_is_not_wanted_any_more_is_deleted(ring: Ring, tmp_path: Path) -> None:
    directory = tmp_path / "hub/telemetry"
    ring.append([line(0)], NOON)
    (directory / "of-somebody-else").write_text("x")
    remove_ring(directory)
    assert [it.name for it in directory.iterdir()] == ["of-somebody-else"]
    (directory / "of-somebody-else").unlink()
    remove_ring(directory)
    assert not directory.exists()
    remove_ring(directory)
