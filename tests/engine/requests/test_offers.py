"""Answers from phones: whose, about what, once, and for how long."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests.model import Answer, Want
from custom_components.secure_hub.engine.requests.offers import (
    MAX_OFFERS,
    Forgery,
    ForgeryError,
    Offer,
    Offers,
    action,
    digest,
    is_ours,
    redeem,
    sent,
    taken_back,
)

TOKEN, OTHER = "0123456789abcdef" * 2, "fedcba9876543210" * 2
OFFER = Offer(digest(TOKEN), "r1", "anna", 100.0, (Want(Scope.INTERNET, "camera.example"),))
OUT: Offers = {OFFER.digest: OFFER}
NAME = action(TOKEN, Answer.ONCE)


def test_what_was_sent_counts_for_whom_it_was_sent_to() -> None:
    assert redeem(OUT, NAME, "anna", 99.0) == (OFFER, Answer.ONCE)
    assert is_ours(NAME)
    assert TOKEN not in repr(OFFER), "only its hash is kept"


@pytest.mark.parametrize(
    ("name", "user", "now", "key"),
    [
        (action(OTHER, Answer.ONCE), "anna", 1.0, Forgery.UNKNOWN),
        (NAME, "anna", 100.0, Forgery.EXPIRED),
        (NAME, None, 1.0, Forgery.NOBODY),
        (NAME, "ben", 1.0, Forgery.STRANGER),
        (f"SECURE_HUB:{TOKEN}:everything", "anna", 1.0, Forgery.MALFORMED),
        (f"SECURE_HUB:{TOKEN[:-1]}:once", "anna", 1.0, Forgery.MALFORMED),
        (f"{NAME} ", "anna", 1.0, Forgery.MALFORMED),
        ("SECURE_HUB:", "anna", 1.0, Forgery.MALFORMED),
        (f"SECURE_HUB:{TOKEN.upper()}:once", "anna", 1.0, Forgery.MALFORMED),
    ],
)
def test_what_does_not_count(name: str, user: str | None, now: float, key: Forgery) -> None:
    with pytest.raises(ForgeryError) as refusal:
        redeem(OUT, name, user, now)
    assert refusal.value.key is key


def test_taken_back() -> None:
    more = sent(OUT, replace(OFFER, digest=digest(OTHER), user_id="ben"))
    assert set(taken_back(more, {"r1"})) == set()
    assert [one.user_id for one in taken_back(more, {"r1"}, "anna").values()] == ["ben"]
    assert taken_back(more, {"r2"}) == more
    with pytest.raises(ForgeryError) as refusal:
        redeem(taken_back(more, {"r1"}), NAME, "anna", 1.0)
    assert refusal.value.key is Forgery.UNKNOWN


def test_so_many_are_out_at_most() -> None:
    offers: Offers = OUT
    for number in range(MAX_OFFERS):
        offers = sent(offers, replace(OFFER, digest=str(number)))
    assert len(offers) == MAX_OFFERS
    assert OFFER.digest not in offers


@given(st.text(max_size=80), st.none() | st.sampled_from(["anna", "ben"]))
def test_nothing_made_up_counts(name: str, user: str | None) -> None:
    with pytest.raises(ForgeryError):
        redeem(OUT, name, user, 1.0)
