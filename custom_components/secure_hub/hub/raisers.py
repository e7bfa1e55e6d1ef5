"""Raiser: whoever raises requests of a kind whose answer is more than a permission."""

from typing import Protocol

from ..engine.requests.asking import AskingPolicy
from ..engine.requests.model import Answer, Request


class Raiser(Protocol):
    """Says what becomes of the requests of one kind."""

    def is_open(self, request: Request) -> bool:
        """Whether what was asked for is still to be decided."""

    def known_answer(self, request: Request, policy: AskingPolicy) -> tuple[Answer, str] | None:
        """The answer that needs no question, and why it does not; None if people are to be asked."""

    async def async_carry_out(self, request: Request, answer: Answer, *, actor: str | None) -> None:
        """Do what an answer means, beside the journal; raises HomeAssistantError, and the request goes on waiting."""
