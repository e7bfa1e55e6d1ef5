"""The overarching policy as options: what a person chose, and back."""

from collections.abc import Mapping
from typing import Any, Final

from .asking import DAY, HOUR, PRESETS, AskingPolicy, Channel, Preset, Unanswered, Whom, preset_of

PRESET: Final = "preset"
LONGEST_H: Final = 24 * 14
"""Hours that a request may wait at most."""
MOST_PER_HOUR: Final = 100


def policy_of(options: Mapping[str, Any] | None) -> AskingPolicy:
    """Read the policy; what is missing or cannot be is as in the preset `balanced`."""
    given = dict(options or {})
    preset = given.get(PRESET, Preset.BALANCED)
    if preset in PRESETS:
        return PRESETS[Preset(preset)]
    base = PRESETS[Preset.BALANCED]
    return AskingPolicy(
        whom=_one_of(Whom, given.get("whom"), base.whom),
        person=given["person"] if isinstance(given.get("person"), str) else None,
        channel=_one_of(Channel, given.get("channel"), base.channel),
        per_device=_number(given.get("per_device"), base.per_device, 1, MOST_PER_HOUR),
        per_home=_number(given.get("per_home"), base.per_home, 1, MOST_PER_HOUR),
        quiet_from=_minute(given.get("quiet_from")) if given.get("quiet", True) else None,
        quiet_until=_minute(given.get("quiet_until")) or 0,
        known_lists=bool(given.get("known_lists", base.known_lists)),
        known_models=bool(given.get("known_models", base.known_models)),
        owners_decide=bool(given.get("owners_decide", base.owners_decide)),
        unanswered=_one_of(Unanswered, given.get("unanswered"), base.unanswered),
        patience=_number(given.get("patience_h"), int(DAY / HOUR), 1, LONGEST_H) * HOUR,
        two_people=bool(given.get("two_people", base.two_people)),
    )


def options_of(policy: AskingPolicy) -> dict[str, Any]:
    """Write the policy: a preset by its name, any other in full."""
    preset = preset_of(policy)
    if preset is not Preset.CUSTOM:
        return {PRESET: preset.value}
    return details_of(policy)


def details_of(policy: AskingPolicy) -> dict[str, Any]:
    """Write a policy in full, as the form for it shows it."""
    return {
        PRESET: Preset.CUSTOM.value,
        "whom": policy.whom.value,
        **({"person": policy.person} if policy.person else {}),
        "channel": policy.channel.value,
        "per_device": policy.per_device,
        "per_home": policy.per_home,
        "quiet": policy.quiet_from is not None,
        "quiet_from": _clock(22 * 60 if policy.quiet_from is None else policy.quiet_from),
        "quiet_until": _clock(policy.quiet_until),
        "known_lists": policy.known_lists,
        "known_models": policy.known_models,
        "owners_decide": policy.owners_decide,
        "unanswered": policy.unanswered.value,
        "patience_h": int(policy.patience / HOUR),
        "two_people": policy.two_people,
    }


def _one_of[E: (Whom, Channel, Unanswered)](kind: type[E], value: Any, otherwise: E) -> E:
    return kind(value) if isinstance(value, str) and value in kind else otherwise


def _number(value: Any, otherwise: int, least: int, most: int) -> int:
    """A whole number within bounds; forms give floats."""
    if type(value) not in (int, float) or not least <= value <= most:
        return otherwise
    return int(value)


def _minute(value: Any) -> int | None:
    """Minute of the day of `HH:MM` or `HH:MM:SS`; None for what is none."""
    parts = value.split(":") if isinstance(value, str) else []
    if len(parts) < 2 or not all(part.isdigit() and part.isascii() for part in parts[:2]):  # noqa: PLR2004 - hours, minutes
        return None
    hour, minute = int(parts[0]), int(parts[1])
    return hour * 60 + minute if hour < 24 and minute < 60 else None  # noqa: PLR2004 - a day's


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}:00"
