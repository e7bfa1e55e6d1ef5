"""Proof: who is said to be cut off, and who is said to be the reason that it is not."""

from ipaddress import ip_address

from custom_components.secure_hub.engine.firewall.proof import GRACE, TRIES, Finding, Proof, Side, Way

OUT, BACK = Way(Side.DEVICE, ip_address("192.0.2.1")), Way(Side.ROUTER, ip_address("192.0.2.10"))
BOTH = frozenset({OUT, BACK})


def tried() -> Proof:
    proof = Proof(30.0)
    proof.tries = TRIES
    return proof


def test_all_ways_and_lately() -> None:
    proof = Proof(30.0)
    assert proof.finding(100.0, BOTH) is Finding.WAITING
    proof.note(100.0, {OUT}, ())
    assert proof.finding(100.0, BOTH) is Finding.WAITING
    proof.note(110.0, {BACK}, ())
    assert proof.finding(130.0, BOTH) is Finding.PROVED
    assert proof.finding(130.1, BOTH) is Finding.WAITING
    proof.tries = TRIES
    assert proof.finding(130.1, BOTH) is Finding.SILENT


def test_who_answers_and_does_not_believe() -> None:
    proof = tried()
    proof.note(100.0, {OUT}, {OUT, BACK})
    assert proof.finding(101.0, BOTH) is Finding.ROUTER_REFUSES
    proof = tried()
    proof.note(100.0, {BACK}, {OUT, BACK})
    assert proof.finding(101.0, BOTH) is Finding.DEVICE_REFUSES
    assert proof.finding(131.0, BOTH) is Finding.SILENT
    proof.note(132.0, BOTH, ())
    assert proof.finding(132.0, BOTH) is Finding.PROVED
    assert proof.tries == 0


def test_what_has_no_address_is_never_proved() -> None:
    assert Proof(30.0).finding(0.0, ()) is Finding.WAITING
    assert tried().finding(0.0, ()) is Finding.SILENT


def test_what_is_of_no_interest_is_forgotten() -> None:
    proof = tried()
    proof.note(0.0, BOTH, BOTH)
    proof.forget({OUT})
    assert proof.finding(1.0, BOTH) is Finding.SILENT
    assert proof.finding(1.0, {OUT}) is Finding.PROVED


def test_a_new_way_has_a_moment() -> None:
    """A device takes a new address: it does not count as open for that, unless nothing comes of it."""
    for proved_later in (True, False):
        proof = Proof(30.0)
        proof.note(100.0, {OUT}, ())
        assert proof.finding(100.0, {OUT}) is Finding.PROVED
        assert proof.finding(101.0, BOTH) is Finding.PROVED
        if proved_later:
            proof.note(102.0, {BACK}, ())
        expected = Finding.PROVED if proved_later else Finding.WAITING
        assert proof.finding(101.1 + GRACE, BOTH) is expected
    assert proof.finding(101.2 + GRACE, BOTH) is Finding.WAITING
    proof = Proof(30.0)
    proof.note(100.0, {OUT}, ())
    assert proof.finding(100.0, {OUT}) is Finding.PROVED
    assert proof.finding(100.0, {BACK}) is Finding.WAITING, "nothing is left of what was proved"
