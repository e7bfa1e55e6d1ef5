"""One asset: learnt, judged, saved and restored."""

from dataclasses import replace
import json

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.detection.baselines.envelope import LEARNING, Envelope
from custom_components.secure_hub.engine.detection.baselines.rhythm import CALLS
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome, Radio

DAY = 86_400.0
CLOUD = Observation(
    0.0,
    "camera",
    ObservationKind.FLOW,
    "198.51.100.7",
    "tcp",
    443,
    outcome=Outcome.ANSWERED,
    sent=200_000,
    received=20_000,
)
REPORT = Observation(0.0, "lock", ObservationKind.RADIO_FRAME, sent=12, radio=Radio(260, 0x0101, 0x0A, general=True))


def lived(usual: Observation = CLOUD, days: float = 8.0, every: float = 600.0) -> Envelope:
    envelope = Envelope()
    for number in range(int(days * DAY / every)):
        assert envelope.observe(replace(usual, time=number * every)) == []
    return envelope


def kinds(found: list[Finding]) -> set[FindingKind]:
    return {it.kind for it in found}


def test_a_week_is_learnt_and_explicitly_so() -> None:
    envelope = lived(days=6.9)
    assert envelope.is_learning(LEARNING - 1)
    assert not envelope.is_learning(LEARNING)
    assert envelope.since == 0.0


def test_one_that_hardly_does_anything_is_learnt_for_longer() -> None:
    envelope = lived(days=8.0, every=DAY)
    assert envelope.is_learning(9 * DAY)
    assert not envelope.is_learning(29 * DAY)
    assert Envelope().is_learning(0.0)


def test_a_new_service_is_said_once() -> None:
    envelope, odd = lived(), replace(CLOUD, time=9 * DAY, port=6667, peer="203.0.113.1")
    (said,) = envelope.observe(odd)
    assert (said.kind, said.severity) == (FindingKind.NEW_SERVICE, Severity.MEDIUM)
    assert said.evidence == ("It called 203.0.113.1 on the internet at tcp port 6667, which it never did before.")
    assert envelope.observe(replace(odd, time=9 * DAY + 60)) == []


def test_it_was_let_in() -> None:
    envelope = lived()
    inward = replace(CLOUD, time=9 * DAY, port=22, inward=True, local=True, peer="10.0.0.9")
    assert envelope.observe(replace(inward, outcome=Outcome.REFUSED)) == []
    (said,) = envelope.observe(inward)
    assert said.evidence == "It let 10.0.0.9 in the home in at tcp port 22, which it never did before."


def test_the_homes_own_plumbing_is_no_news() -> None:
    envelope = lived()
    assert envelope.observe(replace(CLOUD, time=9 * DAY, protocol="udp", port=67, local=True, peer="10.0.0.1")) == []


def test_an_inventive_device_is_left_alone() -> None:
    envelope = lived()
    said = [envelope.observe(replace(CLOUD, time=9 * DAY + it, port=8000 + it, sent=0)) for it in range(20)]
    assert [bool(it) for it in said] == [True] * 3 + [False] * 17


def test_much_more_than_ever_and_in_one_conversation() -> None:
    found = lived().observe(replace(CLOUD, time=9 * DAY, sent=80_000_000))
    assert kinds(found) == {FindingKind.UNUSUAL_VOLUME, FindingKind.UNUSUAL_SESSION}
    assert "80.0 MB" in found[0].evidence


def test_many_strangers_and_much_activity() -> None:
    envelope = lived()
    found = [
        one
        for it in range(400)
        for one in envelope.observe(replace(CLOUD, time=9 * DAY + it / 2, peer=f"198.18.{it}.1", sent=100))
    ]
    assert kinds(found) == {FindingKind.STRANGERS, FindingKind.UNUSUAL_ACTIVITY}


def test_somebody_new_is_called_by_the_clock() -> None:
    envelope = lived()
    found = [
        one
        for it in range(12)
        for one in envelope.observe(replace(CLOUD, time=9 * DAY + it * 60, peer="203.0.113.5", name="c2.example.net"))
    ]
    assert kinds(found) == {FindingKind.NEW_RHYTHM}
    assert found[0].evidence == (
        "It called c2.example.net at tcp port 443 10 times, every 60 seconds, and never did before."
    )
    assert found[0].subject == "example.net tcp port 443"


def test_names_are_strangers_too() -> None:
    envelope = lived()
    asked = [
        Observation(9 * DAY + it, "camera", ObservationKind.DNS, name=f"www.example{it}.com", found=True)
        for it in range(60)
    ]
    assert kinds([one for it in asked for one in envelope.observe(it)]) == {FindingKind.STRANGERS}


def test_a_new_command_of_a_maker() -> None:
    envelope = lived(REPORT)
    assert envelope.observe(replace(REPORT, time=9 * DAY)) == []
    assert envelope.observe(replace(REPORT, time=9 * DAY, inward=True, radio=Radio(260, 6, 1))) == []
    (said,) = envelope.observe(replace(REPORT, time=9 * DAY, radio=Radio(260, 0xFC57, 0x02, manufacturer=0x1234)))
    assert (said.kind, said.severity) == (FindingKind.NEW_COMMAND, Severity.MEDIUM)
    assert said.evidence.startswith("It sent command 0x02 of cluster 0xfc57, a command of its maker alone,")


def test_a_newcomer_is_judged_by_its_model() -> None:
    prior, newcomer = lived().as_prior(), Envelope()
    assert newcomer.observe(replace(CLOUD, time=10 * DAY), prior) == []
    (said,) = newcomer.observe(replace(CLOUD, time=10 * DAY, port=6667), prior)
    assert (said.severity, said.confidence) == (Severity.LOW, 0.3)
    assert "others of its model do not do" in said.evidence
    (much,) = newcomer.observe(replace(CLOUD, time=10 * DAY, sent=500_000_000), prior)
    assert much.kind is FindingKind.UNUSUAL_VOLUME
    radio = Envelope()
    (command,) = radio.observe(replace(REPORT, radio=Radio(260, 6, 1)), lived(REPORT).as_prior())
    assert command.evidence == "It sent command 0x01 of cluster 0x0006 which others of its model do not do before."


def test_what_is_suspicious_is_not_learnt() -> None:
    envelope = Envelope()
    for number in range(100):
        envelope.observe(replace(CLOUD, time=number * 600.0))
    attack = replace(CLOUD, time=100 * 600.0, peer="203.0.113.66", port=6667)
    envelope.observe(attack)
    envelope.suspect(attack.time)
    envelope.observe(replace(attack, time=attack.time + 60))
    envelope.settle()
    assert kinds(envelope.observe(replace(attack, time=attack.time + DAY))) == {FindingKind.NEW_SERVICE}


def test_slow_drift_is_followed() -> None:
    envelope, news = lived(), 0
    for day in range(9, 60):
        for number in range(48):
            usual = replace(CLOUD, time=day * DAY + number * 1800, sent=200_000 * 2 ** ((day - 9) // 10))
            news += len(envelope.observe(usual))
            if day > 30:
                news += len(envelope.observe(replace(usual, port=8883)))
    assert news == 1, "the new port, once"


def test_clock_jumps_are_survived() -> None:
    envelope = lived(days=1)
    for time in (1e11, 0.0, 4e9, 3.0):
        envelope.observe(replace(CLOUD, time=time))


@given(
    st.lists(
        st.tuples(
            st.floats(0, 1e7),
            st.integers(0, 30),
            st.sampled_from([22, 443, 6667]),
            st.integers(0, 10**9),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_saved_and_restored_exactly(life: list[tuple[float, int, int, int, bool]]) -> None:
    one = Envelope()
    half = len(life) // 2
    shown = [
        replace(CLOUD, time=time, peer=f"198.18.{peer}.1", port=port, sent=sent, inward=inward)
        for time, peer, port, sent, inward in life
    ]
    for it in shown[:half]:
        one.observe(it)
    other = Envelope.load(json.loads(json.dumps(one.save())))
    assert other.save() == one.save()
    for it in shown[half:]:
        assert one.observe(it) == other.observe(it)
    assert other.save() == one.save()


def test_a_rhythm_goes_on_after_a_restart() -> None:
    envelope = lived()
    for number in range(CALLS):
        if number == CALLS // 2:
            envelope = Envelope.load(json.loads(json.dumps(envelope.save())))
        said = envelope.observe(replace(CLOUD, time=9 * DAY + number * 60.0, peer="203.0.113.66"))
    assert kinds(said) == {FindingKind.NEW_RHYTHM}
