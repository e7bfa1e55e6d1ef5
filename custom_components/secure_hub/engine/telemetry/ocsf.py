"""Records as events of the Open Cybersecurity Schema Framework (OCSF) 1.3.0.

Network Activity (class 4001) for conversations, Zigbee messages and what was dropped, DNS Activity (4003) for names:
https://schema.ocsf.io/1.3.0/classes/network_activity and https://schema.ocsf.io/1.3.0/classes/dns_activity.
The traffic of all events of a record adds up to the record's own counts.
"""

from collections.abc import Iterator
from typing import Any, Final

from .record import MINUTE, VERSION, Command, Conversation, Count, Name, Record

OCSF_VERSION: Final = "1.3.0"
CATEGORY: Final = 4
"""Network Activity."""
NETWORK: Final = 4001
DNS: Final = 4003
_TRAFFIC: Final = 6
_ACTIVITIES: Final = {"silent": 4, "refused": 5}
"""Fail: nobody answered; Refuse: nothing listens there. Everything else is reported as Traffic."""
_REFUSE: Final = 5
_INFORMATIONAL: Final = 1
_DENIED: Final = 2
_BLOCKED: Final = 2
_INBOUND, _OUTBOUND, _LATERAL = 1, 2, 3
_NUMBERS: Final = {"icmp": 1, "tcp": 6, "udp": 17}
_NO_ERROR, _NO_SUCH_NAME = 0, 3


def events(record: Record) -> Iterator[dict[str, Any]]:
    """Yield the events that a record is."""
    for conversation in record.conversations:
        yield _conversation(record, conversation)
    rest = _rest(record)
    if any(rest.values()):
        yield _of_the_rest(record, rest)
    for name in record.names:
        yield _name(record, name)
    for command in record.commands:
        yield _command(record, command)
    if any(record.counts.get(it) for it in (Count.DROPPED, Count.FRAMES_DROPPED)):
        yield _drops(record)


def _event(record: Record, uid: int, activity: int, row: Conversation | Name | Command | None) -> dict[str, Any]:
    """Begin an event with what each must have; times are milliseconds since the epoch."""
    first, last = (row.first, row.last) if row is not None else (0.0, float(MINUTE))
    start, end = (round((record.minute + it) * 1000) for it in (first, last))
    return {
        "metadata": {
            "version": OCSF_VERSION,
            "product": {"name": "Secure Hub", "vendor_name": "Secure Hub"},
            "log_name": "telemetry",
            "log_version": str(VERSION),
        },
        "category_uid": CATEGORY,
        "class_uid": uid,
        "activity_id": activity,
        "type_uid": uid * 100 + activity,
        "severity_id": _INFORMATIONAL,
        "time": start,
        "start_time": start,
        "end_time": end,
    }


def _traffic(sent: int, received: int, packets_sent: int, packets_received: int, *, inward: bool) -> dict[str, int]:
    """Tell volumes as source and destination see them: `in` is what the destination sent back."""
    mine = -1 if inward else 1
    out, back = (sent, received)[::mine]
    packets_out, packets_back = (packets_sent, packets_received)[::mine]
    return {
        "bytes": sent + received,
        "bytes_in": back,
        "bytes_out": out,
        "packets": packets_sent + packets_received,
        "packets_in": packets_back,
        "packets_out": packets_out,
    }


def _conversation(record: Record, row: Conversation) -> dict[str, Any]:
    event = _event(record, NETWORK, _ACTIVITIES.get(row.outcome, _TRAFFIC), row)
    asset: dict[str, Any] = {"uid": record.asset}
    peer: dict[str, Any] = {"ip": row.peer} if row.peer else {}
    if row.name:
        peer["hostname"] = row.name
    source, target = (peer, asset) if row.inward else (asset, peer)
    if row.port:
        target["port"] = row.port
    if row.service:
        target["svc_name"] = row.service
    event |= {"src_endpoint": source} if source else {}
    event |= {"dst_endpoint": target} if target else {}
    direction = _LATERAL if row.local else _INBOUND if row.inward else _OUTBOUND
    event["connection_info"] = {"direction_id": direction}
    if row.protocol:
        event["connection_info"]["protocol_name"] = row.protocol
    if row.protocol in _NUMBERS:
        event["connection_info"]["protocol_num"] = _NUMBERS[row.protocol]
    event["traffic"] = _traffic(row.sent, row.received, row.packets_sent, row.packets_received, inward=row.inward)
    if row.begun:
        event["count"] = row.begun
    return event


def _rest(record: Record) -> dict[str, int]:
    """Return what the counts hold beyond the rows."""
    counts, rows = record.counts, record.conversations
    return {
        "sent": counts.get(Count.SENT, 0) - sum(it.sent for it in rows),
        "received": counts.get(Count.RECEIVED, 0) - sum(it.received for it in rows),
        "packets_sent": counts.get(Count.PACKETS_SENT, 0) - sum(it.packets_sent for it in rows),
        "packets_received": counts.get(Count.PACKETS_RECEIVED, 0) - sum(it.packets_received for it in rows),
        "begun": counts.get(Count.BEGUN, 0) - sum(it.begun for it in rows),
    }


def _of_the_rest(record: Record, rest: dict[str, int]) -> dict[str, Any]:
    rest = {key: max(value, 0) for key, value in rest.items()}
    event = _event(record, NETWORK, _TRAFFIC, None)
    event["src_endpoint"] = {"uid": record.asset}
    event["traffic"] = _traffic(
        rest["sent"], rest["received"], rest["packets_sent"], rest["packets_received"], inward=False
    )
    if rest["begun"]:
        event["count"] = rest["begun"]
    return event


def _name(record: Record, row: Name) -> dict[str, Any]:
    return _event(record, DNS, _TRAFFIC, row) | {
        "src_endpoint": {"uid": record.asset},
        "query": {"hostname": row.name},
        "rcode_id": _NO_ERROR if row.found else _NO_SUCH_NAME,
        "count": row.count,
    }


def _command(record: Record, row: Command) -> dict[str, Any]:
    asset = {"uid": record.asset}
    sent, received = (0, row.size) if row.inward else (row.size, 0)
    frames = (0, row.count) if row.inward else (row.count, 0)
    return _event(record, NETWORK, _TRAFFIC, row) | {
        "dst_endpoint" if row.inward else "src_endpoint": asset,
        "connection_info": {"direction_id": _LATERAL, "protocol_name": "zigbee"},
        "traffic": _traffic(sent, received, *frames, inward=row.inward),
        "count": row.count,
        "unmapped": {
            "profile": row.profile,
            "cluster": row.cluster,
            "command": row.command,
            "general": row.general,
            "manufacturer": row.manufacturer,
        },
    }


def _drops(record: Record) -> dict[str, Any]:
    """Tell what was blocked, with the attributes of the profile Security Control."""
    counts = record.counts
    event = _event(record, NETWORK, _REFUSE, None)
    event["metadata"]["profiles"] = ["security_control"]
    packets, frames = counts.get(Count.DROPPED, 0), counts.get(Count.FRAMES_DROPPED, 0)
    return event | {
        "action_id": _DENIED,
        "disposition_id": _BLOCKED,
        "src_endpoint": {"uid": record.asset},
        "count": packets + frames,
        "unmapped": {"packets": packets, "bytes": counts.get(Count.DROPPED_BYTES, 0), "frames": frames},
    }
