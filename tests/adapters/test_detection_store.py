"""What monitoring remembers."""

import json
from typing import Any

import pytest

from custom_components.secure_hub.adapters.detection_store import Remembered, decode, encode
from custom_components.secure_hub.adapters.storage_codec import StoreValueError


def test_what_is_written_is_read() -> None:
    kept = Remembered()
    assert encode(decode(json.loads(json.dumps(encode(kept))))) == encode(kept)


@pytest.mark.parametrize("garbage", [None, 5, {}, {"baselines": 1, "incidents": 2, "responder": 3}])
def test_garbage_is_refused(garbage: Any) -> None:
    with pytest.raises(StoreValueError):
        decode(garbage)
