"""How well each device of the radio network is heard, over time, and whose link collapsed."""

from dataclasses import dataclass
from typing import Final

MIN_FRAMES: Final = 50
"""Frames before anything is said of a device."""
USUAL_LQI: Final = 80.0
"""Link quality (0 to 255) below which a link was never good, so that nothing collapsed."""
COLLAPSE: Final = 0.4
"""Part of its usual quality below which a link has collapsed."""
_FAST: Final = 0.1
_SLOW: Final = 0.005
MAX_DEVICES: Final = 512


@dataclass(slots=True)
class Signal:
    """Exponential averages of one device's link quality: of its last ten frames or so, and of its last few hundred."""

    frames: int = 0
    recent: float = 0.0
    usual: float = 0.0

    def note(self, lqi: int) -> None:
        """Take in one frame's link quality."""
        self.frames += 1
        if self.frames == 1:
            self.recent = self.usual = float(lqi)
        else:
            slow = max(_SLOW, 1 / self.frames)  # a plain mean until there is enough of it
            self.recent += _FAST * (lqi - self.recent)
            self.usual += slow * (lqi - self.usual)

    @property
    def collapsed(self) -> bool:
        """Whether it is heard much worse than it used to be."""
        return self.frames >= MIN_FRAMES and self.usual >= USUAL_LQI and self.recent < COLLAPSE * self.usual


class Signals:
    """The signals of all devices; the longest silent one is forgotten when there are too many."""

    def __init__(self) -> None:
        """Nothing heard yet."""
        self._signals: dict[str, Signal] = {}

    def note(self, ieee: str, lqi: int) -> None:
        """Take in one frame."""
        signal = self._signals.get(ieee)
        if signal is None:
            if len(self._signals) >= MAX_DEVICES:
                del self._signals[next(iter(self._signals))]
            signal = self._signals[ieee] = Signal()
        signal.note(lqi)

    @property
    def collapsed(self) -> tuple[str, ...]:
        """IEEE addresses of devices whose link collapsed."""
        return tuple(sorted(ieee for ieee, signal in self._signals.items() if signal.collapsed))
