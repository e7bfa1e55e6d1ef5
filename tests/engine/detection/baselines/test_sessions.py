"""How much is sent in one conversation."""

from custom_components.secure_hub.engine.detection.baselines.sessions import Sessions


def end(sessions: Sessions, service: int, sent: float, *, holding: bool = False) -> float | None:
    return sessions.end(service, int(sent), learning=False, holding=holding)


def test_much_more_than_usual() -> None:
    sessions = Sessions()
    assert not any(end(sessions, 1, 1e6) for _ in range(20))
    assert end(sessions, 1, 19e6) is None, "too little to speak of"
    usual = end(sessions, 1, 50e6, holding=True)
    assert usual is not None
    assert 0.9e6 < usual < 1.2e6
    assert end(sessions, 2, 50e6) is None, "nothing is known of that service"


def test_bounded_saved_and_restored_exactly() -> None:
    sessions = Sessions()
    for service in range(100):
        end(sessions, service, service * 1000.0)
    saved = sessions.save()
    assert len(saved) == 12
    assert Sessions.load(saved).save() == saved
