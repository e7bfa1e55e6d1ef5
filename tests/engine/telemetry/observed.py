"""Observations of every kind, for property tests."""

from typing import Final

from hypothesis import strategies as st

from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome, Radio

NOON: Final = 1_763_812_800
"""A minute's beginning, in seconds since the epoch."""

texts: Final = st.sampled_from(["", "192.0.2.7", "198.51.100.9", "fe80::1", "x" * 300, "ü\U0001f512", "\ud800"])
counts: Final = st.integers(0, 1 << 40)
bytes_: Final = st.integers(0, 255)
radios: Final = st.none() | st.builds(
    Radio,
    profile=st.integers(0, 65535),
    cluster=st.integers(0, 65535),
    command=st.integers(-1, 255),
    general=st.booleans(),
    manufacturer=st.integers(0, 65535),
    lqi=bytes_,
    rssi=st.integers(-128, 0),
)


def observations(assets: int = 3, seconds: float = 300.0) -> st.SearchStrategy[Observation]:
    """Anything that may be seen of a few assets in a few minutes."""
    return st.builds(
        Observation,
        time=st.floats(NOON - 1000, NOON + seconds),
        asset=st.sampled_from([f"asset{number}" for number in range(assets)]),
        kind=st.sampled_from(ObservationKind),
        peer=texts,
        protocol=st.sampled_from(["", "tcp", "udp", "icmp"]),
        port=st.integers(0, 65535) | st.sampled_from([0, 443]),
        service=texts,
        outcome=st.sampled_from(Outcome),
        inward=st.booleans(),
        local=st.booleans(),
        began=st.booleans(),
        duration=st.floats(0, 1e6),
        sent=counts,
        received=counts,
        packets_sent=counts,
        packets_received=counts,
        name=texts,
        found=st.booleans(),
        genuine=st.booleans(),
        radio=radios,
    )
