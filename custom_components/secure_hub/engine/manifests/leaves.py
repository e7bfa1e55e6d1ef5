"""Leaf values of the YANG models that MUD uses (RFC 6991 types in the JSON encoding of RFC 7951).

Each function takes a decoded value and where it was found, and raises MudError for a value outside the type.
"""

from collections.abc import Mapping
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
import json
import re
from urllib.parse import urlsplit

from .i_json import Json
from .model import ETHERTYPE_IPV4, ETHERTYPE_IPV6, MAX_PORT, DnsName, Family, MacAddress, MudError, Network, PortRange

MAX_TEXT = 2048
_MAX_NAME = 253
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_DNS_NAME = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}", re.ASCII)
_NUMERIC_NAME = re.compile(r"(?:[0-9]+\.)*[0-9]+", re.ASCII)
_PREFIX_LENGTH = re.compile(r"[0-9]{1,3}", re.ASCII)
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}", re.ASCII)
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[\x21-\x7e]+", re.ASCII | re.IGNORECASE)
_URI_REFERENCE = re.compile(r"[\x21-\x7e]+", re.ASCII)
_DATE_AND_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_HEX_ETHERTYPE = re.compile(r"0x[0-9a-f]{1,4}", re.ASCII | re.IGNORECASE)
_ETHERTYPES = {
    "ipv4": ETHERTYPE_IPV4,
    "arp": 0x0806,
    "wlan": 0x0842,
    "trill": 0x22F3,
    "srp": 0x22EA,
    "decnet": 0x6003,
    "rarp": 0x8035,
    "appletalk": 0x809B,
    "aarp": 0x80F3,
    "vlan": 0x8100,
    "ipx": 0x8137,
    "qnx": 0x8204,
    "ipv6": ETHERTYPE_IPV6,
    "efc": 0x8808,
    "esp": 0x8809,
    "cobranet": 0x8819,
    "mpls-unicast": 0x8847,
    "mpls-multicast": 0x8848,
    "pppoe-discovery": 0x8863,
    "pppoe-session": 0x8864,
    "intel-ans": 0x886D,
    "jumbo-frames": 0x8870,
    "homeplug": 0x887B,
    "eap": 0x888E,
    "profinet": 0x8892,
    "hyperscsi": 0x889A,
    "aoe": 0x88A2,
    "ethercat": 0x88A4,
    "provider-bridging": 0x88A8,
    "ethernet-powerlink": 0x88AB,
    "goose": 0x88B8,
    "gsse": 0x88B9,
    "sv": 0x88BA,
    "lldp": 0x88CC,
    "sercos": 0x88CD,
    "wsmp": 0x88DC,
    "homeplug-av-mme": 0x88E1,
    "mrp": 0x88E3,
    "macsec": 0x88E5,
    "pbb": 0x88E7,
    "cfm": 0x8902,
    "fcoe": 0x8906,
    "fcoe-ip": 0x8914,
    "roce": 0x8915,
    "tte": 0x891D,
    "hsr": 0x892F,
}
"""Names of the module ietf-ethertypes (RFC 8519, appendix A), with the numbers that IEEE gave."""


def quoted(text: str) -> str:
    """A name out of a file, safe to print: ASCII, no control characters, at most 80 characters."""
    return json.dumps(text if len(text) <= 80 else text[:77] + "...")  # noqa: PLR2004  # said in the docstring


def container(value: Json, where: str) -> dict[str, Json]:
    """A YANG container: a JSON object."""
    if not isinstance(value, dict):
        raise MudError(where=where, reason="must be an object")
    return value


def entries(value: Json, where: str, limit: int) -> list[dict[str, Json]]:
    """A YANG list of at most `limit` entries: a JSON array of objects."""
    if not isinstance(value, list):
        raise MudError(where=where, reason="must be an array")
    if len(value) > limit:
        raise MudError(where=where, reason=f"has {len(value)} entries, and {limit} is the limit")
    return [container(entry, f"{where}[{index}]") for index, entry in enumerate(value)]


def text(value: Json, where: str, limit: int = MAX_TEXT) -> str:
    """A string of 1 to `limit` characters."""
    if not isinstance(value, str):
        raise MudError(where=where, reason="must be a string")
    if not 1 <= len(value) <= limit:
        raise MudError(where=where, reason=f"must have 1 to {limit} characters")
    return value


def boolean(value: Json, where: str) -> bool:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise MudError(where=where, reason="must be true or false")
    return value


def integer(value: Json, where: str, low: int, high: int) -> int:
    """An integer within `low` and `high`; in JSON a number without a fraction, and no boolean."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise MudError(where=where, reason=f"must be an integer from {low} to {high}")
    return value


def identity(value: Json, where: str, module: str) -> str:
    """An identityref, with or without the name of its module."""
    return text(value, where).removeprefix(f"{module}:")


def empty(value: Json, where: str) -> None:
    """The type `empty`, `[null]` in JSON (RFC 7951, section 6.9)."""
    if value != [None]:
        raise MudError(where=where, reason="must be [null]")


def uri(value: Json, where: str) -> str:
    """An absolute URI."""
    found = text(value, where)
    if not _URI.fullmatch(found):
        raise MudError(where=where, reason="must be an absolute URI")
    return found


def uri_reference(value: Json, where: str) -> str:
    """A URI, or a reference relative to one (RFC 3986, section 4.1); what it refers to is for its user to resolve."""
    found = text(value, where)
    if not _URI_REFERENCE.fullmatch(found):
        raise MudError(where=where, reason="must be a URI")
    return found


def https_url(value: Json, where: str) -> str:
    """A URL with the scheme that RFC 8520, section 6 asks for, a host and no credentials."""
    found = uri(value, where)
    try:
        parts = urlsplit(found)
        usable = parts.scheme == "https" and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError as error:
        raise MudError(where=where, reason="must be an https URL") from error
    if not usable:
        raise MudError(where=where, reason="must be an https URL")
    return found


def date_and_time(value: Json, where: str) -> datetime:
    """A point in time with its offset (RFC 3339)."""
    found = text(value, where, 64)
    if _DATE_AND_TIME.fullmatch(found):
        try:
            return datetime.fromisoformat(found)
        except ValueError as error:
            raise MudError(where=where, reason="is no date that exists") from error
    raise MudError(where=where, reason="must be a date and time with an offset")


def network(value: Json, where: str, family: Family) -> Network:
    """An address prefix of one family; bits after the prefix are cleared, as its canonical form asks."""
    found = text(value, where, 64)
    address, slash, length = found.partition("/")
    kind = IPv4Network if family is Family.IPV4 else IPv6Network
    try:
        if slash and _PREFIX_LENGTH.fullmatch(length) and "%" not in address:
            return kind(found, strict=False)
    except ValueError:
        pass
    raise MudError(where=where, reason=f"must be an {family} prefix with its length")


def host(value: Json, where: str, family: Family) -> DnsName | Network:
    """An inet:host: a DNS name, or an address, which is a network of one address."""
    name = text(value, where, _MAX_NAME + 1).lower().removesuffix(".")
    try:
        address = ip_address(name)
    except ValueError:
        return DnsName(dns_name(name, where))
    single = ip_network(address)
    if isinstance(single, IPv4Network) is not (family is Family.IPV4):
        raise MudError(where=where, reason=f"is no {family} address")
    return single


def dns_name(value: Json, where: str) -> str:
    """An inet:domain-name, lower case without the final dot; no wildcard, and nothing that looks like a number."""
    name = text(value, where, _MAX_NAME + 1).lower().removesuffix(".")
    if len(name) > _MAX_NAME or not _DNS_NAME.fullmatch(name) or _NUMERIC_NAME.fullmatch(name):
        raise MudError(where=where, reason="must be a DNS name")
    return name


def mac_address(value: Json, where: str) -> MacAddress:
    """An EUI-48 with colons."""
    found = text(value, where, 17).lower()
    if not _MAC.fullmatch(found):
        raise MudError(where=where, reason="must be a MAC address with colons")
    return MacAddress(found)


def ethertype(value: Json, where: str) -> int:
    """An EtherType: a number, a hexadecimal string of the drafts (`0x888e`), or a name of RFC 8519, appendix A."""
    if isinstance(value, str):
        if value in _ETHERTYPES:
            return _ETHERTYPES[value]
        if _HEX_ETHERTYPE.fullmatch(value):
            return int(value, 16)
        raise MudError(where=where, reason="is no EtherType known here")
    return integer(value, where, 0, 0xFFFF)


def ports(value: Json, where: str, *, draft: bool) -> tuple[PortRange, ...]:
    """The grouping port-range-or-operator of RFC 8519: the sorted ranges that it stands for.

    A range is `lower-port` and `upper-port`. Files of the drafts put an `operator` beside it (it "is needed only if
    the lower-port is specified and the upper-port is not", says the type of the standard still), with no `port` that it
    could apply to; there the range is meant. With `draft`, a lone `lower-port` is qualified by the operator.
    """
    node = dict(container(value, where))
    operator = text(node.pop("operator", "eq"), f"{where}/operator", 8)
    found = {name: integer(port, f"{where}/{name}", 0, MAX_PORT) for name, port in node.items()}
    match found:
        case {"lower-port": lower, "upper-port": upper, **rest} if not rest and operator in {"eq", "range"}:
            if lower > upper:
                raise MudError(where=where, reason="its lower-port is above its upper-port")
            return ((lower, upper),)
        case {"lower-port": port, **rest} if not rest and draft:
            return _compared(operator, port, where)
        case {"port": port, **rest} if not rest:
            return _compared(operator, port, where)
    raise MudError(where=where, reason="must be a port with an operator, or a lower-port and an upper-port")


def _compared(operator: str, port: int, where: str) -> tuple[PortRange, ...]:
    ranges: Mapping[str, tuple[PortRange, ...]] = {
        "eq": ((port, port),),
        "neq": ((0, port - 1), (port + 1, MAX_PORT)),
        "lte": ((0, port),),
        "gte": ((port, MAX_PORT),),
        "lt": ((0, port - 1),),  # of older drafts, as is `gt`; what they mean nobody can mistake
        "gt": ((port + 1, MAX_PORT),),
    }
    if operator not in ranges:
        raise MudError(where=f"{where}/operator", reason="must be eq, neq, lte or gte")
    found = tuple((low, high) for low, high in ranges[operator] if low <= high)
    if not found:
        raise MudError(where=where, reason="holds no port")
    return found
