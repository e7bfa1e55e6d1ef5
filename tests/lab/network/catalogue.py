"""The home's devices and the internet's sites: descriptions, no code."""

from dataclasses import dataclass

ECHO = 7
COMMAND = 4444
PUSH = 4445

type Habit = tuple[str, float, str]


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """A device as the network sees it.

    `parameters` is the DHCP parameter request list in order, with the vendor class the fingerprint of its maker's
    network stack. `tcp` and `udp` are its open ports and the service behind each. A habit is (what, every seconds,
    with whom). `private` devices use temporary IPv6 addresses (RFC 8981).
    """

    name: str
    mac: str
    hostname: str
    vendor_class: str
    parameters: tuple[int, ...]
    tcp: tuple[tuple[int, str], ...] = ()
    udp: tuple[tuple[int, str], ...] = ()
    habits: tuple[Habit, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A place on the internet; a name that begins with `*.` stands for everything below it."""

    names: tuple[str, ...]
    ipv4: str
    ipv6: str


NTP: Habit = ("ntp", 8.0, "pool.ntp.example")
RENEW: Habit = ("renew", 20.0, "")

DEVICES: tuple[DeviceSpec, ...] = (
    DeviceSpec(
        "camera",
        "02:ca:4e:a0:00:01",
        "IPC-D2F1",
        "udhcp 1.24.2",
        (1, 3, 6, 12, 15, 28, 42),
        tcp=((80, "http"), (554, "echo")),
        habits=(("cloud", 3.0, "https://cloud.camera.example/alive"), NTP, RENEW),
    ),
    DeviceSpec(
        "tv",
        "02:7e:1e:00:00:02",
        "living-room-tv",
        "android-dhcp-12",
        (1, 3, 6, 15, 26, 28, 51, 58, 59, 43),
        tcp=((8009, "echo"),),
        habits=(
            ("cloud", 4.0, "https://ads.tv.example/view"),
            ("mdns", 5.0, "_googlecast._tcp.local"),
            ("ssdp", 6.0, "urn:dial-multiscreen-org:service:dial:1"),
            RENEW,
        ),
    ),
    DeviceSpec(
        "speaker",
        "02:5b:ea:00:00:03",
        "kitchen-speaker",
        "dhcpcd-6.8.2:Linux-4.9.113:armv7l:Amlogic",
        (1, 121, 33, 3, 6, 12, 15, 26, 28, 42, 51, 54, 58, 59, 119),
        tcp=((1400, "http"),),
        habits=(
            ("cloud", 3.0, "https://music.speaker.example/session"),
            ("mdns", 4.0, "_spotify-connect._tcp.local"),
            NTP,
            RENEW,
        ),
    ),
    DeviceSpec(
        "plug",
        "02:91:06:00:00:04",
        "ESP-91C0DE",
        "",
        (1, 3, 28, 6),
        tcp=((80, "http"),),
        udp=((9999, "echo"),),
        habits=(("cloud", 2.0, "http://iot.plug.example/heartbeat"), ("lookup", 5.0, "iot.plug.example"), RENEW),
    ),
    DeviceSpec(
        "printer",
        "02:94:17:00:00:05",
        "NPI5C0FFE",
        "Hewlett-Packard JetDirect",
        (6, 3, 1, 15, 66, 67, 13, 44, 12, 81, 252),
        tcp=((631, "http"), (9100, "echo")),
        habits=(("mdns", 6.0, "_ipp._tcp.local"), RENEW),
    ),
    DeviceSpec(
        "bridge",
        "02:b4:1d:00:00:06",
        "philips-hue",
        "udhcp 1.25.1",
        (1, 3, 6, 12, 15, 28, 40, 41, 42),
        tcp=((80, "http"), (443, "echo")),
        udp=((2100, "echo"),),
        habits=(
            ("cloud", 5.0, "https://ws.bridge.example/ping"),
            ("ssdp", 5.0, "upnp:rootdevice"),
            ("mdns", 5.0, "_hue._tcp.local"),
            NTP,
            RENEW,
        ),
    ),
    DeviceSpec(
        "thermostat",
        "02:7b:e4:00:00:07",
        "thermostat-hall",
        "dhcpcd-5.5.6",
        (1, 33, 3, 6, 15, 28, 51, 58, 59),
        tcp=((80, "http"),),
        habits=(
            ("cloud", 4.0, "https://api.thermostat.example/state"),
            ("poll", 3.0, "philips-hue.home.test:80"),
            NTP,
            RENEW,
        ),
    ),
    DeviceSpec(
        "phone",
        "02:f0:4e:00:00:08",
        "Annas-Phone",
        "android-dhcp-15",
        (1, 3, 6, 15, 26, 28, 51, 58, 59, 43, 114, 108),
        habits=(("cloud", 3.0, "https://www.example/"), ("mdns", 4.0, "_home-assistant._tcp.local"), RENEW),
        private=True,
    ),
)

DOORBELL = DeviceSpec(
    "doorbell",
    "02:d0:0b:e1:00:09",
    "IPC-DB1",
    "udhcp 1.24.2",
    (1, 3, 6, 12, 15, 28, 42),
    tcp=((80, "http"), (554, "echo")),
    habits=(("cloud", 3.0, "https://cloud.camera.example/alive"), NTP, RENEW),
)
"""A second camera, for homes in which something is decided about all of them."""

SITES: tuple[Site, ...] = (
    Site(("www.example", "dns.example"), "203.0.113.1", "2001:db8:113::1"),
    Site(("cloud.camera.example",), "203.0.113.10", "2001:db8:113::10"),
    Site(("ads.tv.example",), "203.0.113.11", "2001:db8:113::11"),
    Site(("music.speaker.example",), "203.0.113.12", "2001:db8:113::12"),
    Site(("iot.plug.example",), "203.0.113.13", "2001:db8:113::13"),
    Site(("ws.bridge.example",), "203.0.113.14", "2001:db8:113::14"),
    Site(("api.thermostat.example",), "203.0.113.15", "2001:db8:113::15"),
    Site(("pool.ntp.example",), "203.0.113.23", "2001:db8:113::23"),
    Site(("c2.evil.example",), "203.0.113.66", "2001:db8:113::66"),
    Site(("drop.evil.example", "*.tunnel.evil.example"), "203.0.113.67", "2001:db8:113::67"),
)

INTERNET_TCP = {23: "telnet", 53: "echo", 80: "http", 443: "https", COMMAND: "echo"}
INTERNET_UDP = {53: "dns", 123: "ntp", PUSH: "push"}
