"""What the detection bench compares with: general anomaly detectors, a model for each asset, on the same features."""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from custom_components.secure_hub.engine.detection.observations import Observation
from tests.lab.normal_life import DAY

from .detection_features import Features


class Scorer(Protocol):
    """A general anomaly detector: learns a point, or scores it (higher is odder)."""

    def learn(self, point: list[float]) -> None:
        """Take it for normal."""

    def score(self, point: list[float]) -> float:
        """Say how odd it is."""


class HalfSpaceTrees:
    """river's half-space trees (Tan et al., IJCAI 2011), as its documentation sets them up."""

    def __init__(self) -> None:
        """Plant them."""
        from river.anomaly import HalfSpaceTrees as Trees  # noqa: PLC0415 - the bench alone has it

        self._trees = Trees(n_trees=25, height=10, window_size=250, seed=1)

    def learn(self, point: list[float]) -> None:
        """Take a point for normal."""
        self._trees.learn_one(dict(enumerate(point)))

    def score(self, point: list[float]) -> float:
        """Say how odd it is."""
        return float(self._trees.score_one(dict(enumerate(point))))


class KitNet:
    """pysad's KitNET (Mirsky et al., NDSS 2018)."""

    def __init__(self) -> None:
        """Start untrained; half of the first 400 points group the features, the rest train."""
        import numpy as np  # noqa: PLC0415 - the bench alone has it
        from pysad.models import KitNet as Net  # noqa: PLC0415

        self._array = np.array
        self._net = Net(max_size_ae=10, grace_feature_mapping=200, grace_anomaly_detector=200)

    def learn(self, point: list[float]) -> None:
        """Take a point for normal."""
        self._net.fit_partial(self._array(point))

    def score(self, point: list[float]) -> float:
        """Say how odd it is."""
        return float(self._net.score_partial(self._array(point)))


PEERS: Final[dict[str, Callable[[], Scorer]]] = {"half_space_trees": HalfSpaceTrees, "kitnet": KitNet}


class Peer:
    """A model for each asset, and the threshold that keeps within the budget."""

    def __init__(self, make: Callable[[], Scorer]) -> None:
        """Know no asset yet."""
        self._make = make
        self._models: dict[str, Scorer] = {}
        self._features = Features()
        self.threshold = float("inf")

    def learn(self, seen: Iterable[Observation]) -> None:
        """Take observations for normal."""
        for one in seen:
            self._model(one.asset).learn(self._features.of(one))

    def score(self, one: Observation) -> float:
        """Say how odd one is."""
        return self._model(one.asset).score(self._features.of(one))

    def _model(self, asset: str) -> Scorer:
        if asset not in self._models:
            self._models[asset] = self._make()
        return self._models[asset]

    def keep_within(self, seen: Iterable[Observation], allowed: int) -> float:
        """Choose the threshold that says `allowed` things of normal life, each once a day; what it then says."""
        worst: dict[tuple[str, int], float] = {}
        for one in seen:
            key = (one.asset, int(one.time // DAY))
            worst[key] = max(self.score(one), worst.get(key, 0.0))
        ranked = sorted(worst.values(), reverse=True)
        self.threshold = ranked[allowed] if allowed < len(ranked) else 0.0
        return sum(it > self.threshold for it in ranked)
