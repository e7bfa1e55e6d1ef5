"""How many conversations a second go through all hallmarks on one core, and how much an asset is remembered with.

The conversations are drawn so that every table is full all the time: 200 assets, each with peers that nobody met
before, at ports of which half are drawn anew each time. A home's own repeat themselves, and are faster.
"""

import json
from random import Random
from time import perf_counter
import tracemalloc

from custom_components.secure_hub.engine.detection.detector import Detector
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome

ASSETS = 200
CONVERSATIONS = 200_000
RUNS = 3


def conversations(random: Random) -> list[Observation]:
    """Draw conversations, a thousand a second."""
    outcomes = list(Outcome)
    return [
        Observation(
            number / 1000,
            f"{number % ASSETS:032x}",
            ObservationKind.FLOW,
            f"2001:db8::{random.getrandbits(32):x}",
            "tcp",
            random.choice((22, 23, 80, 443, 1883, *(random.randrange(65_536) for _ in range(5)))),
            outcome=random.choice(outcomes),
            local=random.random() < 0.3,  # noqa: PLR2004 - of all
            duration=1.0,
            sent=100,
            received=100,
            packets_sent=3,
            packets_received=3,
        )
        for number in range(CONVERSATIONS)
    ]


def main() -> None:
    """Print both figures, and one line of JSON."""
    shown = conversations(Random(20261121))  # noqa: S311 - the same conversations every time
    rates = []
    for _ in range(RUNS):
        detector = Detector()
        begin = perf_counter()
        for one in shown:
            detector.observe(one)
        rates.append(len(shown) / (perf_counter() - begin))
    tracemalloc.start()
    detector = Detector()
    for one in shown:
        detector.observe(one)
    size = tracemalloc.get_traced_memory()[0] / ASSETS
    tracemalloc.stop()
    print(f"{min(rates):,.0f} to {max(rates):,.0f} conversations a second; {size:,.0f} bytes an asset")
    figures = {"observations_per_s": round(min(rates)), "bytes_per_asset": round(size)}
    print(json.dumps({"bench": "detection", "figures": figures, "peers": {}}))


if __name__ == "__main__":
    main()
