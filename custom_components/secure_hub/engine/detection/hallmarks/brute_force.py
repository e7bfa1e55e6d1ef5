"""Passwords guessed: short conversations with a place to log in, again and again."""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..memory import Recent, Tally
from ..observations import Observation, ObservationKind, Outcome
from .hallmark import elapsed

_LOGINS: Final = {21: "ftp", 22: "ssh", 23: "telnet", 2222: "ssh", 2323: "telnet", 3389: "rdp", 5900: "vnc"}
_WEB: Final = {80: "http", 8080: "http", 8123: "http", 443: "https", 8443: "https"}
_SERVICES: Final = frozenset(_LOGINS.values())
_LOGIN_WINDOW: Final = 600.0
_LOGIN_TRIES: Final = 10
"""Three passwords each are the thirty guesses that Zeek's policy/protocols/ssh/detect-bruteforcing takes;
fail2ban takes five within these ten minutes."""
_LOGIN_BYTES: Final = 8_000
"""A session that got in says more; a refused one ends after the key exchange."""
_WEB_WINDOW: Final = 60.0
_WEB_TRIES: Final = 150
"""Two and a half a second, where nothing is fetched: what polls a device asks once a second at most."""
_WEB_BYTES: Final = 5_000
_PEERS: Final = 8


class BruteForce:
    """Counts the short conversations with each place to log in."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def __init__(self) -> None:
        """Start with no count."""
        self._logins: Recent[tuple[str, int, bool], Tally] = Recent(_PEERS, _LOGIN_WINDOW, Tally)
        self._web: Recent[tuple[str, int, bool], Tally] = Recent(_PEERS, _WEB_WINDOW, Tally)

    def observe(self, seen: Observation) -> Finding | None:
        """Say when logging in was tried too often."""
        if seen.protocol != "tcp" or seen.outcome is not Outcome.ANSWERED or not seen.began:
            return None
        service = seen.service if seen.service in _SERVICES else _LOGINS.get(seen.port)
        table, tries, most = self._logins, _LOGIN_TRIES, _LOGIN_BYTES
        if service is None:
            service = "http" if seen.service == "http" else _WEB.get(seen.port)
            table, tries, most = self._web, _WEB_TRIES, _WEB_BYTES
        if service is None or seen.sent > most or seen.received > most:
            return None
        key = (seen.peer, seen.port, seen.inward)
        guesses = table.at(key, seen.time)
        guesses.count += 1
        if guesses.count < tries:
            return None
        table.forget(key)
        who = f"{seen.peer} called it" if seen.inward else f"It called {seen.peer}"
        within = elapsed(seen.time - guesses.began)
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.BRUTE_FORCE,
            Severity.HIGH,
            0.8,
            "T1110.001",
            f"{seen.peer} {service}",
            f"{who} {guesses.count} times by {service} within {within} and said little each time, "
            "as somebody does who guesses passwords.",
        )
