"""The record as one line of JSON: what it says is what its schema says, and garbage is refused."""

from functools import cache
import json
from pathlib import Path
from typing import Any

from hypothesis import given, strategies as st
from jsonschema import Draft202012Validator
import pytest

from custom_components.secure_hub.engine.telemetry.aggregate import Aggregator
from custom_components.secure_hub.engine.telemetry.record import MAX_LINE, Conversation, Count, Record

from .observed import NOON, observations

ROOT = Path(__file__).parents[3]


@cache
def schema() -> Draft202012Validator:
    """Return what judges a record."""
    found = json.loads((ROOT / "docs/telemetry.schema.json").read_text())
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


@given(st.lists(observations(), max_size=40))
def test_what_is_written_is_read_again_and_is_what_the_schema_says(seen: list[Any]) -> None:
    aggregator = Aggregator()
    for one in seen:
        aggregator.add(one, NOON + 300)
    for record in aggregator.flush():
        line = record.line()
        assert "\n" not in line
        assert line.isascii()
        schema().validate(json.loads(line))
        again = Record.from_line(line)
        assert again.as_json() == record.as_json()


def test_the_longest_record_is_shorter_than_the_longest_line() -> None:
    record = Record("x" * 255, NOON)
    text = "\U0001f512" * 255
    record.conversations = [
        Conversation(text, text, text, 65535, text, "answered", inward=True, local=True, first=59.99, last=59.99)
        for _ in range(64)
    ]
    for row in record.conversations:
        row.begun = row.parts = row.sent = row.received = row.packets_sent = row.packets_received = (1 << 63) - 1
    assert len(record.line()) < MAX_LINE
    assert Record.from_line(record.line()) == record


def test_every_count_is_in_the_schema() -> None:
    properties = schema().schema["properties"]
    for count in Count:
        group, _, member = count.partition(".")
        assert member in properties[group]["properties"]
    told = {f"{group}.{it}" for group, value in properties.items() for it in value.get("properties", ())}
    assert told == set(Count)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[]",
        "{}",
        "[" * 100_000,
        '{"v":2,"asset":"a","minute":60}',
        '{"v":1,"asset":"","minute":60}',
        '{"v":1,"asset":"a","minute":61}',
        '{"v":1,"asset":"a","minute":-60}',
        '{"v":1,"asset":"a","minute":60.0}',
        '{"v":1,"asset":"a","minute":true}',
        '{"v":1,"asset":"a","minute":60,"flows":3}',
        '{"v":1,"asset":"a","minute":60,"flows":{"other":3}}',
        '{"v":1,"asset":"a","minute":60,"flows":{"begun":-3}}',
        '{"v":1,"asset":"a","minute":60,"conversations":{}}',
        '{"v":1,"asset":"a","minute":60,"conversations":[3]}',
        '{"v":1,"asset":"a","minute":60,"conversations":[{"other":3}]}',
        '{"v":1,"asset":"a","minute":60,"conversations":[{"inward":3}]}',
        '{"v":1,"asset":"a","minute":60,"conversations":[{"peer":3}]}',
        '{"v":1,"asset":"a","minute":60,"conversations":[{"first":NaN}]}',
        '{"v":1,"asset":"a","minute":60,"conversations":[{"outcome":"won"}]}',
        '{"v":1,"asset":"a","minute":60,"commands":[{"command":"x"}]}',
        json.dumps({"v": 1, "asset": "a", "minute": 60, "conversations": [{}] * 65}),
        json.dumps({"v": 1, "asset": "a" * 256, "minute": 60}),
    ],
)
def test_what_is_no_record_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"record|Count|Expecting"):
        Record.from_line(line)


@given(st.text() | st.binary() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_garbage_is_refused(line: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        Record.from_line(line)
