"""Whom the hub tells of when somebody sends under a false address: everybody once, and never without end."""

from custom_components.secure_hub.engine.spoofing import MAX_TOLD, QUIET_S, Spoof, SpoofBook

ONE = ("p1", "02:00:00:00:00:01", "10.0.0.9")


def test_a_sender_is_told_of_once_in_a_while_and_every_packet_is_counted() -> None:
    book = SpoofBook()
    assert book.last is None
    assert book.read({ONE: 2}, 0.0) == [Spoof(*ONE, 2)]
    assert book.read({ONE: 5}, 1.0) == []
    assert book.read({ONE: 5}, QUIET_S + 1) == []
    assert book.packets == 5
    assert book.read({ONE: 6}, QUIET_S + 2) == [Spoof(*ONE, 1)]
    assert book.read({ONE: 1}, 3 * QUIET_S) == [Spoof(*ONE, 1)], "the count began anew"
    assert book.packets == 7
    assert book.last == Spoof(*ONE, 1)


def test_who_sends_as_the_hub_sends_under_its_mac() -> None:
    book = SpoofBook()
    assert book.read({("p1", "02:00:00:00:00:ff"): 1}, 0.0) == [
        Spoof("p1", "02:00:00:00:00:ff", "02:00:00:00:00:ff", 1)
    ]


def test_a_thousand_made_up_addresses_are_one_sender_and_a_thousand_senders_are_few_tidings() -> None:
    book = SpoofBook()
    assert len(book.read({(*ONE[:2], f"10.0.{n // 250}.{n % 250}"): 1 for n in range(1000)}, 0.0)) == 1
    crowd = {("p2", f"02:00:00:00:{n // 256:02x}:{n % 256:02x}", "10.0.0.1"): 1 for n in range(1000)}
    assert len(book.read(crowd, 1.0)) == MAX_TOLD
    assert book.packets == 2000
    assert len(book.found) == MAX_TOLD
    book.read(crowd, 2.0)
    assert book.found == ()
