"""Trials: risky decisions about everybody, which end by themselves unless somebody confirms them."""

from dataclasses import dataclass, replace

from .model import Mode, Newcomers, Policy
from .permissions import Permissions
from .profiles import PROFILES, Profile

CONFIRM_S = 60.0
"""Seconds within which a trial is to be confirmed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What was decided about everybody at once."""

    mode: Mode
    newcomers: Newcomers
    home: Profile
    lockdown: bool


def settings(policy: Policy, permissions: Permissions) -> Settings:
    """What was decided about everybody."""
    return Settings(policy.mode, policy.newcomers, permissions.home, permissions.lockdown)


def with_settings(policy: Policy, permissions: Permissions, wanted: Settings) -> tuple[Policy, Permissions]:
    """The same decisions about each asset with other ones about everybody."""
    return (
        replace(policy, mode=wanted.mode, newcomers=wanted.newcomers),
        replace(permissions, home=wanted.home, lockdown=wanted.lockdown),
    )


def is_risky(before: Settings, after: Settings) -> bool:
    """Whether many could lose at once what works for them now."""
    profile = PROFILES[after.home]
    return (
        (after.mode is Mode.ENFORCE and before.mode is Mode.MONITOR)
        or (after.newcomers is Newcomers.HOLD and before.newcomers is Newcomers.ALLOW)
        or (after.lockdown and not before.lockdown)
        or any(profile[scope].strictness > said.strictness for scope, said in PROFILES[before.home].items())
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """A risky change that ends at `ends` (seconds since the epoch) and leaves `lasting`, unless it is confirmed.

    What is only tried is remembered nowhere: whatever starts anew starts with what lasts.
    """

    lasting: Settings
    ends: float


def bounded(trial: Trial | None, now: float) -> Trial | None:
    """The trial by a clock that may have been set back: it never has more time left than it was given."""
    return trial if trial is None or trial.ends <= now + CONFIRM_S else replace(trial, ends=now + CONFIRM_S)


def tried(trial: Trial | None, before: Settings, after: Settings, now: float) -> Trial | None:
    """The trial that there is after a change of the settings: none if nothing risky waits to be confirmed.

    What of it takes nothing from what lasts, lasts at once; the rest is tried, together with what was tried before.
    """
    trial = bounded(trial, now)
    if after == before:
        return trial
    lasting = trial.lasting if trial else before
    for name in ("mode", "newcomers", "home", "lockdown"):
        value = getattr(after, name)
        candidate = replace(lasting, **{name: value})
        if value != getattr(before, name) and not is_risky(lasting, candidate):
            lasting = candidate
    if lasting == after:
        return None
    return Trial(lasting, now + CONFIRM_S if trial is None or is_risky(before, after) else trial.ends)
