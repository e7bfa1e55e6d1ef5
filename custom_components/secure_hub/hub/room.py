"""Room: one concern of the hub beside keeping the home, such as requests, the radio or updates."""

from typing import Protocol


class Room(Protocol):
    """Built with the hub, started after its first look, stopped before it stops."""

    async def async_start(self) -> None:
        """Take up work; what is missing in this home is shown, not raised."""

    async def async_stop(self) -> None:
        """Let go of everything; may be called without a start, and twice."""
