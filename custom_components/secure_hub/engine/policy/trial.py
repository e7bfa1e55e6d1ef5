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


def tried(trial: Trial | None, before: Settings, after: Settings, now: float) -> Trial | None:
    """The trial that there is after a change of the settings: none if nothing risky waits to be confirmed.

    A change that is not risky lasts at once. A risky one during a trial is tried together with it.
    """
    if after == before:
        return trial
    lasting = trial.lasting if trial else before
    if is_risky(before, after):
        return Trial(lasting, now + CONFIRM_S)
    lasting = Settings(
        lasting.mode if after.mode is before.mode else after.mode,
        lasting.newcomers if after.newcomers is before.newcomers else after.newcomers,
        lasting.home if after.home is before.home else after.home,
        lasting.lockdown if after.lockdown is before.lockdown else after.lockdown,
    )
    return Trial(lasting, trial.ends) if trial and lasting != after else None
