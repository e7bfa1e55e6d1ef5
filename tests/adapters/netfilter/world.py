"""A small world to load: one quarantined and one open device, a bridge and an interface that is none."""

from typing import Final

from custom_components.secure_hub.adapters.netfilter.layout import Shape

CAMERA: Final = "02:00:00:00:00:01"
TV: Final = "02:00:00:00:00:02"
SHAPE: Final = Shape(enforce=True, bridge=True, netdevs=("wl0",), zones=2, one_armed=True)
ELEMENTS: Final[dict[str, dict[tuple[str, ...], int]]] = {
    "mac": {(CAMERA,): 3, (TV,): 1},
    "class4": {("10.0.0.1",): 3, ("10.0.0.2",): 1},
    "class6": {("fd00::1",): 3},
    "newcomer": {("br-iot",): 2, ("wl0",): 1, ("p1",): 2},
    "segment": {("br-iot",): 0, ("wl0",): 0},
    "port": {("p1",): 0},
    "bridged": {("br-iot", "br-iot"): 0},
    "lan": {("eth-lan",): 0},
    "inside": {("br-iot",): 0, ("wl0",): 0, ("eth-lan",): 0},
    "one_armed": {("wl0", "wl0"): 0},
    "behind4": {("wl0", "10.0.0.0-10.0.0.255"): 0},
    "behind6": {
        ("wl0", "fd00::-fd00::ffff:ffff:ffff:ffff"): 0,
        ("wl0", "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"): 0,
    },
    "hub": {("02:00:00:00:00:ff",): 0},
    "owned4": {("10.0.0.1",): 0},
    "bound": {(CAMERA,): 0},
    "bind4": {(CAMERA, "10.0.0.1"): 0},
    "bind6": {(CAMERA, "fd00::1"): 0},
    "list4": {
        ("192.0.2.0-192.0.2.127",): 1,
        ("192.0.2.128-192.0.2.255",): 2,
        ("203.0.113.9",): 1,
        ("240.0.0.0-255.255.255.255",): 2,
    },
    "list6": {("2001:db8::-2001:db8::ff",): 1, ("ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",): 2},
    "limited": {(CAMERA,): 50_000},
    "quota": {(CAMERA,): 1_000_000},
}
