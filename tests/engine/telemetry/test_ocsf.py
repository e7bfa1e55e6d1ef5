"""OCSF: each event has what its class requires, and together they say what the record says."""

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome, Radio
from custom_components.secure_hub.engine.telemetry.aggregate import Aggregator
from custom_components.secure_hub.engine.telemetry.ocsf import DNS, NETWORK, events
from custom_components.secure_hub.engine.telemetry.record import Count, Record

from .observed import NOON, observations

REQUIRED = {"activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"}
ACTIVITIES = {NETWORK: range(1, 8), DNS: (1, 2, 6)}


@given(st.lists(observations(assets=1), max_size=100))
def test_every_event_is_one_of_its_class_and_the_traffic_adds_up(seen: list[Observation]) -> None:
    aggregator = Aggregator()
    for one in seen:
        aggregator.add(one, NOON + 300)
    for record in aggregator.flush():
        found = list(events(record))
        for event in found:
            assert event.keys() >= REQUIRED
            assert event["metadata"]["version"] == "1.3.0"
            assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
            assert event["activity_id"] in ACTIVITIES[event["class_uid"]]
            assert record.minute * 1000 <= event["start_time"] <= event["end_time"] <= (record.minute + 60) * 1000
            assert "src_endpoint" in event or "dst_endpoint" in event
            assert all(event.get(it, True) for it in ("src_endpoint", "dst_endpoint")), "an endpoint is somebody"
            assert event.get("connection_info", {"direction_id": 2})["direction_id"] in {1, 2, 3}
        conversations = [it["traffic"] for it in found if "traffic" in it and "unmapped" not in it]
        volume = record.counts.get(Count.SENT, 0) + record.counts.get(Count.RECEIVED, 0)
        assert sum(it["bytes"] for it in conversations) == volume
        assert all(it["bytes"] == it["bytes_in"] + it["bytes_out"] for it in conversations)


def told(*seen: Observation, **drops: int) -> list[dict[str, object]]:
    """Return the events of what was seen in one minute."""
    aggregator = Aggregator()
    for one in seen:
        aggregator.add(one, NOON)
    aggregator.drop("camera", NOON, **drops)
    return [event for record in aggregator.flush() for event in events(record)]


def test_a_conversation() -> None:
    flow = Observation(
        NOON + 2.0,
        "camera",
        ObservationKind.FLOW,
        "192.0.2.7",
        "tcp",
        443,
        "tls",
        Outcome.ANSWERED,
        sent=10,
        received=300,
        name="cloud.example",
    )
    (event,) = told(flow)
    assert (event["class_uid"], event["activity_id"], event["count"]) == (4001, 6, 1)
    assert event["src_endpoint"] == {"uid": "camera"}
    assert event["dst_endpoint"] == {"ip": "192.0.2.7", "hostname": "cloud.example", "port": 443, "svc_name": "tls"}
    assert event["connection_info"] == {"direction_id": 2, "protocol_name": "tcp", "protocol_num": 6}
    assert event["traffic"] == {
        "bytes": 310,
        "bytes_in": 300,
        "bytes_out": 10,
        "packets": 0,
        "packets_in": 0,
        "packets_out": 0,
    }


def test_who_was_called_is_the_destination_and_who_refuses_is_told() -> None:
    flow = Observation(
        NOON, "camera", ObservationKind.FLOW, "192.0.2.7", "tcp", 22, outcome=Outcome.REFUSED, inward=True, received=60
    )
    (event,) = told(flow)
    assert event["activity_id"] == 5
    assert event["src_endpoint"] == {"ip": "192.0.2.7"}
    assert event["dst_endpoint"] == {"uid": "camera", "port": 22}
    assert isinstance(event["traffic"], dict)
    assert event["traffic"]["bytes_out"] == 60, "from source to destination"


def test_names_frames_and_drops() -> None:
    name = Observation(NOON, "camera", ObservationKind.DNS, name="no.example", found=False)
    frame = Observation(NOON, "camera", ObservationKind.RADIO_FRAME, inward=True, received=7, radio=Radio(260, 6, 1))
    asked, sent, dropped = told(name, frame, packets=4, frames=1)
    assert (asked["class_uid"], asked["query"], asked["rcode_id"]) == (4003, {"hostname": "no.example"}, 3)
    assert sent["connection_info"] == {"direction_id": 3, "protocol_name": "zigbee"}
    assert sent["dst_endpoint"] == {"uid": "camera"}
    assert (dropped["action_id"], dropped["disposition_id"], dropped["count"]) == (2, 2, 5)


def test_what_had_no_row_is_told_as_one() -> None:
    record = Record("camera", NOON, {Count.SENT: 90, Count.RECEIVED: 10, Count.BEGUN: 70})
    (event,) = events(record)
    assert (event["count"], event["traffic"]["bytes"], "dst_endpoint" in event) == (70, 100, False)
