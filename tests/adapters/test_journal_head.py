"""Signed heads: what a journal was when it was last confirmed."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
import pytest

from custom_components.secure_hub.adapters.journal_head import SignedHead, Signer
from custom_components.secure_hub.engine.journal import (
    Break,
    BreakKind,
    Head,
    canonical,
)


@pytest.mark.parametrize("members", [{"format": 2}, {"seq": -1}, {"size": 1.5}, {"size": True}, {"extra": 1}], ids=str)
def test_a_well_signed_head_must_still_be_one(members: dict[str, Any]) -> None:
    key = Ed25519PrivateKey.generate()
    signer = Signer(key)
    body = json.loads(signer.sign(SignedHead(Head(7, "ab" * 32), 1234)))
    del body["signature"]
    body |= members
    signature = key.sign(b"secure_hub journal head\n" + canonical(body)).hex()
    assert signer.open(canonical(body | {"signature": signature})) is None


def test_a_head_is_good_for_nothing_but_what_was_signed() -> None:
    signer = Signer.generate()
    signed = SignedHead(Head(7, "ab" * 32), 1234, Break(BreakKind.CHAIN, seq=3))
    data = signer.sign(signed)
    assert signer.open(data) == signed
    assert Signer.load(signer.dump()) is not None
    assert Signer.generate().open(data) is None
    for position in range(len(data) - 1):
        flipped = bytearray(data)
        flipped[position] ^= 1
        assert signer.open(bytes(flipped)) in {None, signed}  # the case of a hex digit says nothing
