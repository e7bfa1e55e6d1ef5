"""Advisories from files: bounded, checked, and read without holding the event loop."""

import asyncio
from base64 import encodebytes
from datetime import UTC, datetime
import hashlib
import json
from pathlib import Path
import time
from typing import Any

import pytest

from custom_components.secure_hub.adapters import advisories as module
from custom_components.secure_hub.adapters.advisories import (
    FETCHED,
    FOLDER,
    MAX_FILE,
    drop_feeds,
    fetch_feed,
    fingerprint,
    keep_feed,
    parse,
    read_all,
)
from custom_components.secure_hub.adapters.advisory_proofs import Proof
from custom_components.secure_hub.adapters.manifest_files import Fetched, ManifestFileError
from custom_components.secure_hub.engine.firmware.advisories import DocumentError, Problem
from tests.engine.firmware.documents import csaf, kev
from tests.engine.openpgp.writer import Pair, certificate, packet


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The hub's folder, with one for advisories."""
    (tmp_path / FOLDER).mkdir()
    return tmp_path


KEYS = Path(__file__).parents[1] / "engine" / "openpgp" / "keys"
SIGNATURE = (KEYS / "acme.sig.asc").read_bytes()
NOW = datetime(2026, 11, 22, tzinfo=UTC).timestamp()
PAIR = Pair()
SIGNER = f"Test <t@t.example> ({PAIR.fingerprint.hex().upper()})"


def signed(data: bytes, pair: Pair = PAIR) -> bytes:
    """Sign a document, detached and armored."""
    body = encodebytes(packet(2, pair.sign(0, data)))
    return b"-----BEGIN PGP SIGNATURE-----\n\n" + body + b"-----END PGP SIGNATURE-----\n"


def trust(root: Path, content: bytes, name: str = "acme.gpg") -> None:
    """Lay a key there that a person trusts."""
    (root / FOLDER / "keys").mkdir(exist_ok=True)
    (root / FOLDER / "keys" / name).write_bytes(content)


def put(root: Path, name: str, content: Any) -> bytes:
    """Lay a document there."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    (root / FOLDER / name).write_bytes(data)
    return data


def test_documents_and_the_table_are_read(root: Path) -> None:
    data = put(root, "a.json", csaf())
    (root / FOLDER / "a.json.sha256").write_text(f"{hashlib.sha256(data).hexdigest().upper()}  a.json\n")
    put(root, "kev.json", kev(("CVE-1", "a", "b")))
    (root / "support.yaml").write_text("- {manufacturer: Acme, model: '*', support_ends: 2027-01-31}\n")
    shelf = read_all(root, NOW)
    assert [(one.name, one.proof.hashed) for one in shelf.read] == [
        ("advisories/a.json", True),
        ("advisories/kev.json", False),
    ]
    assert len(shelf.support) == 1
    assert shelf.troubles == ()
    assert shelf.fingerprint == fingerprint(root)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", Problem.MALFORMED),
        (b"\xff\xfe", Problem.MALFORMED),
        (b"[" * 100_000, Problem.MALFORMED),
        (b"[" * 300_000, Problem.MALFORMED),
        (b"[]", Problem.UNKNOWN_FORMAT),
        (b'{"document": 1}', Problem.MALFORMED),
        (b'{"document": {"csaf_version": "1.2"}}', Problem.UNKNOWN_FORMAT),
    ],
)
def test_what_cannot_be_read_is_told_and_keeps_nothing_else_back(root: Path, content: bytes, problem: Problem) -> None:
    put(root, "bad.json", content)
    put(root, "good.json", csaf())
    shelf = read_all(root, NOW)
    assert [(one.name, one.problem) for one in shelf.troubles] == [("advisories/bad.json", problem)]
    assert len(shelf.read) == 1


def test_a_wrong_hash_refuses(root: Path) -> None:
    put(root, "a.json", csaf())
    (root / FOLDER / "a.json.sha512").write_text("0" * 128)
    assert [one.problem for one in read_all(root, NOW).troubles] == [Problem.HASH_WRONG]


def test_who_signed_is_told(root: Path) -> None:
    trust(root, certificate(PAIR))
    for name, pair in (("known.json", PAIR), ("stranger.json", Pair())):
        (root / FOLDER / f"{name}.asc").write_bytes(signed(put(root, name, csaf()), pair))
    put(root, "unsigned.json", csaf())
    shelf = read_all(root, NOW)
    assert [(one.proof.signer, bool(one.proof.stranger)) for one in shelf.read] == [
        (SIGNER, False),
        (None, True),
        (None, False),
    ]
    assert shelf.troubles == ()


def test_a_wrong_signature_refuses(root: Path) -> None:
    trust(root, certificate(PAIR))
    put(root, "a.json", csaf())
    (root / FOLDER / "a.json.asc").write_bytes(signed(b"something else"))
    shelf = read_all(root, NOW)
    assert shelf.read == ()
    assert [one.problem for one in shelf.troubles] == [Problem.SIGNATURE_WRONG]


def test_a_key_or_a_signature_that_comes_later_is_seen(root: Path) -> None:
    """Nothing is read again while nothing changed, and a change beside a document is one."""
    data = put(root, "a.json", csaf())
    seen = [fingerprint(root)]
    (root / FOLDER / "a.json.asc").write_bytes(signed(data))
    seen.append(fingerprint(root))
    trust(root, certificate(PAIR))
    seen.append(fingerprint(root))
    assert len(set(seen)) == 3


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"no key", Problem.KEY_REFUSED),
        ((KEYS / "gone.asc").read_bytes(), Problem.KEY_REFUSED),
        (bytes(600_000), Problem.TOO_LARGE),
    ],
)
def test_a_key_that_is_refused_is_told_and_keeps_nothing_back(root: Path, content: bytes, problem: Problem) -> None:
    trust(root, content, "bad.asc")
    put(root, "good.json", csaf())
    shelf = read_all(root, NOW)
    assert [(one.name, one.problem) for one in shelf.troubles] == [("advisories/keys/bad.asc", problem)]
    assert len(shelf.read) == 1


def test_what_is_fetched_is_checked_before_it_takes_the_place_of_the_last(root: Path) -> None:
    trust(root, certificate(PAIR))
    url, data, newer = "https://a.example/x.json", json.dumps(csaf()).encode(), json.dumps(csaf(), indent=1).encode()
    keep_feed(root, url, data, {".asc": signed(data), ".sha256": hashlib.sha256(data).hexdigest().encode()}, NOW)
    for given, problem in (
        ({".asc": signed(data)}, Problem.SIGNATURE_WRONG),
        ({".sha256": hashlib.sha256(data).hexdigest().encode()}, Problem.HASH_WRONG),
    ):
        with pytest.raises(DocumentError) as caught:
            keep_feed(root, url, newer, given, NOW)
        assert caught.value.problem is problem
    (read,) = read_all(root, NOW).read
    assert (read.proof.hashed, read.proof.signer) == (True, SIGNER)
    keep_feed(root, url, newer, {}, NOW)
    (read,) = read_all(root, NOW).read
    assert read.proof == Proof()
    drop_feeds(root, [])
    assert list((root / FOLDER / FETCHED).iterdir()) == []


def test_fifty_megabytes_are_not_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / FOLDER / "huge.json"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)

    def refuse(_path: Path) -> bytes:
        raise AssertionError

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (trouble,) = read_all(root, NOW).troubles
    assert trouble.problem is Problem.TOO_LARGE


def test_there_is_a_limit_for_all_together(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_TOTAL", 2000)
    for number in range(3):
        put(root, f"{number}.json", csaf())
    assert {one.problem for one in read_all(root, NOW).troubles} == {Problem.TOO_LARGE}


@pytest.mark.parametrize("content", ["a: [", "x" * (1024 * 1024 + 1), "- 5", "[[[["])
def test_a_wrong_table_is_told(root: Path, content: str) -> None:
    (root / "support.yaml").write_text(content)
    (trouble,) = read_all(root, NOW).troubles
    assert trouble.name == "support.yaml"


async def test_a_large_document_does_not_hold_the_loop() -> None:
    """Python's own parser lets others run; the one in C would hold the interpreter for a second."""
    rows = [(f"CVE-2026-{number}", "Acme", "Smart Plug " * 20) for number in range(12_000)]
    data = json.dumps(kev(*rows)).encode()
    assert 4_000_000 < len(data) < MAX_FILE
    held, done = [], asyncio.Event()

    async def beat() -> None:
        while not done.is_set():
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            held.append(time.perf_counter() - before)

    task = asyncio.create_task(beat())
    document = await asyncio.to_thread(parse, data, "kev.json")
    done.set()
    await task
    assert len(document.statements) == len(rows)
    assert sorted(held)[len(held) // 2] < 0.05, "of a busy machine; idle it is some milliseconds"


def test_what_was_fetched_is_kept_and_dropped(root: Path) -> None:
    data = json.dumps(csaf()).encode()
    keep_feed(root, "https://a.example/x.json", data, {}, NOW)
    assert len(read_all(root, NOW).read) == 1
    with pytest.raises(DocumentError):
        keep_feed(root, "https://a.example/x.json", b"<html>", {}, NOW)
    drop_feeds(root, ["https://a.example/x.json"])
    assert len(list((root / FOLDER / FETCHED).iterdir())) == 1
    drop_feeds(root, [])
    assert read_all(root, NOW).read == ()


@pytest.mark.parametrize(
    ("answers", "given"),
    [
        ({"": b"x"}, []),
        ({"": b"x", ".sha256": b"0" * 64, ".sha512": b"0" * 128, ".asc": SIGNATURE}, [".asc", ".sha256", ".sha512"]),
        ({"": b"x", ".sha256": b"<html>not found", ".asc": b"<html>", ".sha512": b""}, []),
        ({}, None),
    ],
)
async def test_a_feed_and_what_is_given_beside_it(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, bytes], given: list[str] | None
) -> None:
    """The fetching itself is `manifest_files.fetch`, which has tests of its own with real servers."""
    url = "https://a.example/x.json"

    async def fetch(asked: str, **_options: Any) -> Fetched:
        if (suffix := asked.removeprefix(url)) in answers:
            return Fetched(answers[suffix], asked, secure=True)
        raise ManifestFileError(key="manifest_not_fetched", detail="404")

    monkeypatch.setattr(module, "fetch", fetch)
    if given is None:
        with pytest.raises(DocumentError) as caught:
            await fetch_feed(url)
        assert caught.value.problem is Problem.UNREADABLE
    else:
        data, beside = await fetch_feed(url)
        assert (data, sorted(beside)) == (b"x", given)


async def test_only_https_is_fetched() -> None:
    with pytest.raises(DocumentError):
        await fetch_feed("http://a.example/x.json")
