"""Tables of owners in files: plain, packed, changed, torn, too large."""

import gzip
from ipaddress import ip_address
import os
from pathlib import Path

import pytest

from custom_components.secure_hub.adapters import network_owners
from custom_components.secure_hub.adapters.network_owners import OwnerFolder

LINE = "192.0.2.0\t192.0.2.255\t64500\tDE\tEXAMPLE\n"
WHERE = ip_address("192.0.2.7")


def names(folder: OwnerFolder) -> dict[str, str | None]:
    """Whose an address is by each file."""
    owners = {name: one.table.owner(WHERE) if one.table else None for name, one in folder.files.items()}
    return {name: owner and owner.name for name, owner in owners.items()}


def test_files(tmp_path: Path) -> None:
    folder = OwnerFolder(tmp_path / "networks")
    assert not folder.read(), "nobody has to have one"
    (tmp_path / "networks").mkdir()
    plain, packed = (tmp_path / "networks" / name for name in ("a.tsv", "b.tsv.gz"))
    plain.write_text(LINE)
    packed.write_bytes(gzip.compress(LINE.replace("EXAMPLE", "OTHER").encode()))
    (tmp_path / "networks" / "notes.txt").write_text("no table")
    assert folder.read()
    assert names(folder) == {"a.tsv": "EXAMPLE", "b.tsv.gz": "OTHER"}
    before = folder.files["a.tsv"]
    assert not folder.read()
    assert folder.files["a.tsv"] is before, "what did not change is not read again"
    plain.unlink()
    packed.write_bytes(gzip.compress(LINE.encode()))
    assert folder.read()
    assert names(folder) == {"b.tsv.gz": "EXAMPLE"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("torn.tsv.gz", gzip.compress(LINE.encode() * 50)[:-12]),
        ("broken.tsv.gz", gzip.compress(LINE.encode())[:12] + b"\xff" * 40),
        ("none.tsv.gz", LINE.encode()),
        ("none.tsv", b"\xff\xfe"),
        ("line.tsv", b"x" * 5000),
        ("large.tsv", b"\n".join(b"10.0.0.%d\t10.0.0.%d\t1\tDE\tA" % (n, n) for n in range(200))),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, name: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_owners, "MAX_BYTES", 4000)
    (tmp_path / name).write_bytes(data)
    folder = OwnerFolder(tmp_path)
    assert folder.read()
    assert folder.files[name].table is None
    assert folder.files[name].trouble


def test_only_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tsv")
    folder = OwnerFolder(tmp_path)
    assert folder.read()
    assert "no regular file" in str(folder.files["pipe.tsv"].trouble)
