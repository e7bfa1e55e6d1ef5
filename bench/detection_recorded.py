"""The labelled recordings, judged by the engine and by its peers: when each is found, and what is said of normal life.

Of an infected device, all learn what is labelled benign and judge the whole. Peers get the threshold that keeps within
the budget on that benign part, which is what they just learnt: more than the engine is given. Of a harmless device, all
learn the first half and judge the second; peers get the threshold that keeps within the budget on that half, so what
they say there is what it allows. The captures last a day, in which the budget of one a week allows none.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from custom_components.secure_hub.engine.detection.baselines.baselines import Baselines
from custom_components.secure_hub.engine.detection.detector import Detector
from custom_components.secure_hub.engine.detection.findings import Severity
from custom_components.secure_hub.engine.detection.observations import Observation
from custom_components.secure_hub.engine.detection.readers.endpoints import Home
from custom_components.secure_hub.engine.detection.readers.zeek import ZeekReader

from .detection_peers import PEERS, Peer

RECORDINGS: Final = {
    "hue": "CTU-Honeypot-Capture-4-1-labeled.csv",
    "lock": "CTU-Honeypot-Capture-7-1-labeled.csv",
    "torii": "CTU-Malware-Capture-20-1-labeled.csv",
    "mirai": "CTU-Malware-Capture-34-1-labeled.csv",
}
NEVER: Final = float("inf")


class Recording(NamedTuple):
    """What is learnt, what is judged, and when the first malicious call is made: never for a harmless device."""

    learnt: list[Observation]
    judged: list[Observation]
    begins: float


def read(path: Path) -> Recording:
    """Read a labelled recording."""
    lines = path.read_text(encoding="utf-8").splitlines()
    benign, every = (
        sorted(ZeekReader(Home(), "conn").read(lines, only_benign=it), key=lambda it: it.time) for it in (True, False)
    )
    known = {(it.time, it.peer, it.port) for it in benign}
    begins = next((it.time for it in every if (it.time, it.peer, it.port) not in known), NEVER)
    half = len(benign) // 2
    return Recording(benign, every, begins) if begins < NEVER else Recording(benign[:half], benign[half:], NEVER)


def by_us(taught: Iterable[Observation], recording: Recording) -> list[tuple[float, bool]]:
    """When the engine says something, in seconds since the epoch, and whether it is of medium severity at least."""
    baselines = Baselines()
    baselines.trusting = True
    teacher = Detector(baselines)
    for one in taught:
        teacher.observe(one)
    baselines.settle()
    detector = Detector(baselines)
    return [(it.time, it.severity is not Severity.LOW) for one in recording.judged for it in detector.observe(one)]


def by_peer(name: str, recording: Recording) -> list[float]:
    """When a peer says something, with none allowed of what is benign."""
    peer = Peer(PEERS[name])
    peer.learn(recording.learnt)
    harmless = recording.judged if recording.begins == NEVER else recording.learnt
    peer.keep_within(harmless, 0)
    return [one.time for one in recording.judged if peer.score(one) > peer.threshold]


def recorded(folder: Path) -> dict[str, Any]:
    """Seconds from the first malicious call until each says something, and how much each says of normal life.

    The engine's figures are of all that it says, as the peers', and of what sets off the anomaly sensor (`grave`); and
    again with nothing learnt (`hallmarks`).
    """
    told: dict[str, Any] = {}
    judges = ("hub", "hub, grave", "hallmarks", "hallmarks, grave", *PEERS)
    print(f"{'recording':12}", *(f"{name:>18}" for name in judges))
    for name, file in RECORDINGS.items():
        recording = read(folder / "botnet-flows" / file)
        ours = [by_us(taught, recording) for taught in (recording.learnt, ())]
        said = [[it[0] for it in mine if it[1] or not grave] for mine in ours for grave in (False, True)]
        said += [by_peer(peer, recording) for peer in PEERS]
        told[name] = {who: told_of(times, recording.begins) for who, times in zip(judges, said, strict=True)}
        print(f"{name:12}", *(f"{in_words(it, recording.begins):>18}" for it in told[name].values()))
    return told


def told_of(times: list[float], begins: float) -> dict[str, float | None]:
    """Return what was said before it begins, which is false, and how long after it the first is said."""
    first = next((it for it in times if it >= begins), None)
    return {"found_s": None if first is None else round(first - begins, 1), "false": sum(it < begins for it in times)}


def in_words(told: dict[str, float | None], begins: float) -> str:
    """Spell one cell of the table."""
    if begins == NEVER:
        return f"{told['false']} false"
    found = "missed" if told["found_s"] is None else f"{told['found_s']} s"
    return f"{found}, {told['false']} false"
