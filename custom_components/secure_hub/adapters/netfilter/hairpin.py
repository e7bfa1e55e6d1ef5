"""What goes back out of the interface that it came in by, where somebody else's router is the way out.

There the interface of the far end does not tell its scope: the internet and the neighbours are behind the same one.
So addresses do. Only what leaves by a guarded interface ever comes here.
"""

from collections.abc import Iterator
from typing import Final

from .layout import ECHO_IDENTIFIER, KNOCK, RuleSpec, Shape
from .looks import RETURN, goto
from .nftables import Base, Meta, Verdict, ct_direction, decide, equals, meta, outside, payload, within
from .packets import DISCOVERY_FROM, IIF, IS, OIF, REPLY, destination, drop, icmp6, rule, source, udp

_FROM: Final = "from"
_AFTER_INTERFACE: Final = 12
_BACK_OUT: Final = IIF + meta(Meta.OIFNAME, _AFTER_INTERFACE) + within("one_armed")
_SENT_OUT: Final = OIF + meta(Meta.OIFNAME, _AFTER_INTERFACE) + within("one_armed")
_ICMP: Final = meta(Meta.L4PROTO) + equals(b"\x01")
_ECHO_REPLY: Final = _ICMP + payload(Base.TRANSPORT, 0, 2) + equals(b"\0\0")
_OURS: Final = payload(Base.TRANSPORT, 4, 2) + equals(ECHO_IDENTIFIER.to_bytes(2))
_CLOSED: Final = _ICMP + payload(Base.TRANSPORT, 0, 2) + equals(b"\3\3")
_KNOCK: Final = payload(Base.TRANSPORT, 28, 4) + equals(b"".join(port.to_bytes(2) for port in KNOCK))
_DHCP: Final = {
    (_FROM, 4): udp(68, 67),
    ("to", 4): udp(67, 68),
    (_FROM, 6): udp(546, 547),
    ("to", 6): udp(547, 546),
}
_REDIRECT4: Final = IS[4] + _ICMP + payload(Base.TRANSPORT, 0, 1) + equals(b"\x05")
_REDIRECT6: Final = IS[6] + icmp6() + equals(b"\x89")


def hairpin(way: str, version: int, shape: Shape) -> Iterator[RuleSpec]:
    """Rules at the head of a chain `from_near4`, `to_near6` ...: what is beyond the segment's networks is the internet.

    Nobody opens connections from there, as nobody does where this machine is the router. Neighbour discovery that was
    passed on counts for nobody (RFC 4861, 7.1: its hop limit), so it is not judged. Nor are the answers to what
    interposition asks in others' names: the device's end here, of the others' it sees whether they get on.
    """
    if not shape.one_armed:
        return
    chain, far = f"{way}_near{version}", _far(way, version)
    if version == 4:  # noqa: PLR2004 - the protocol's number
        end = decide(Verdict.DROP) if way == _FROM else RETURN
        yield rule(chain, "answer by echo", _ECHO_REPLY, _OURS, _BACK_OUT, far, within("behind4"), end)
        if way == _FROM:
            yield rule(chain, "answer from a closed port", _CLOSED, _KNOCK, _BACK_OUT, decide(Verdict.DROP))
    else:
        discovery = icmp6() + within(DISCOVERY_FROM.name)
        yield rule(chain, "neighbour discovery", discovery, _BACK_OUT, decide(Verdict.DROP))
    yield rule(chain, "DHCP", _DHCP[way, version], _BACK_OUT, RETURN)
    beyond = far + outside(f"behind{version}")
    if way == _FROM:
        yield rule(chain, "internet", _BACK_OUT, beyond, goto(f"from_internet{version}"))
    else:
        reply = ct_direction() + equals(REPLY)
        yield rule(chain, "reply from the internet", _BACK_OUT, beyond, reply, goto(f"to_internet{version}"))
        yield rule(chain, "internet", _BACK_OUT, beyond, goto("unsolicited"))


def no_redirects(chain: str, shape: Shape) -> Iterator[RuleSpec]:
    """Drop what would tell a drawn device, or who talks with it, the way past this machine (RFC 792; RFC 4861, 4.5)."""
    if shape.one_armed:
        for version, redirect in ((4, _REDIRECT4), (6, _REDIRECT6)):
            yield rule(chain, f"IPv{version} redirect", redirect, _SENT_OUT, drop(shape))


def _far(way: str, version: int) -> bytes:
    if way == _FROM:
        return OIF + destination(version, _AFTER_INTERFACE)
    return IIF + source(version, _AFTER_INTERFACE)
