"""The control line between the lab and its hosts: one JSON object a line, of bounded length."""

import json
from typing import Any, BinaryIO

MAX_LINE = 1 << 20

type Message = dict[str, Any]


def encode(message: Message) -> bytes:
    """A message as one line; raises ValueError when it is longer than the line may be."""
    line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
    if len(line) > MAX_LINE:
        msg = f"a control message of {len(line)} bytes"
        raise ValueError(msg)
    return line


def decode(line: bytes) -> Message:
    """A line as a message; raises ValueError for anything but a JSON object."""
    message = json.loads(line)
    if not isinstance(message, dict):
        msg = "a control message is an object"
        raise ValueError(msg)  # noqa: TRY004 - one error for every bad line
    return message


def read(stream: BinaryIO) -> Message | None:
    """The next message, or None where the line ends (the other side closed it or was killed)."""
    line = stream.readline(MAX_LINE + 1)
    return decode(line) if line.endswith(b"\n") else None
