"""What was seen one thing do: the one type that every source is made into."""

from dataclasses import dataclass
from enum import Enum, StrEnum


class ObservationKind(StrEnum):
    """What was seen."""

    FLOW = "flow"
    """A conversation with a peer, or a part of a long one."""
    DNS = "dns"
    """A name that was asked for."""
    ARP_REQUEST = "arp_request"
    """A question who has an address (RFC 826)."""
    ARP_CLAIM = "arp_claim"
    """A statement that an address is at a hardware address: a reply, or an announcement (RFC 5227)."""
    DHCP_REQUEST = "dhcp_request"
    """An address that was asked for (RFC 2131)."""
    DHCP_REPLY = "dhcp_reply"
    """An address that was offered or given, which only a server does."""
    ALERT = "alert"
    """What an intrusion detection system says."""
    RADIO_FRAME = "radio_frame"
    """A Zigbee message of the application, from the asset or (inward) to it."""
    RADIO_JOIN = "radio_join"
    """It came to the Zigbee network, or (`began` False) came back to it."""
    REFUSED = "refused"
    """So many packets of it (`packets_sent`) were dropped by the hub's own wall."""
    FALSE_SENDER = "false_sender"
    """So many packets (`packets_sent`) that it sent under an address (`name`) that is not its own."""
    LOGIN = "login"
    """It tried to log in to the hub; `outcome` says whether it was let in."""


class Outcome(Enum):
    """How the peer answered."""

    UNKNOWN = 0
    ANSWERED = 1
    REFUSED = 2
    """Said that nothing listens there: a reset, or port unreachable."""
    SILENT = 3


@dataclass(frozen=True, slots=True)
class Radio:
    """What a Zigbee frame says of itself (Zigbee Cluster Library, chapter 2), and how it was heard."""

    profile: int = 0
    cluster: int = 0
    command: int = -1
    """Command of the cluster, or of the library in general; -1 where there is none."""
    general: bool = False
    """The command is one of the library's own, as reading and reporting of attributes."""
    manufacturer: int = 0
    """The manufacturer's code of a command that is its own; 0 for the standard's."""
    lqi: int = 0
    """Link quality from 1 to 255; 0 where it is not said."""
    rssi: int = 0
    """dBm; 0 where it is not said."""
    direct: bool = False
    """Heard from the asset itself, not through a router: only then the signal is its own."""
    sleepy: bool = False
    """The asset runs on a battery and sleeps."""
    secured: bool = True
    """False for a join, or a rejoin, that was not encrypted by the network key."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing seen of one asset. What a field is not said for is left empty.

    `time` is seconds since the epoch (or since the recording began, where that is all it says).
    """

    time: float
    asset: str
    """Id of the asset that is judged by this; never an address, unless a recording knows nothing better."""
    kind: ObservationKind
    peer: str = ""
    """Who is on the other side: an address, of which nothing is remembered but what it was used for.

    ARP claim, false sender, DHCP reply: the hardware address of the hub or the router, if it takes its place."""
    protocol: str = ""
    """`tcp`, `udp`, `icmp`, or another by its name in lower case."""
    port: int = 0
    """Port of the side that was called; 0 for protocols without."""
    service: str = ""
    """What was spoken there, by the source's own recognition: `ssh`, `http`, ..."""
    outcome: Outcome = Outcome.UNKNOWN
    inward: bool = False
    """The peer began it. Radio: the message went to the asset."""
    local: bool = False
    """The peer is in the home."""
    began: bool = True
    """False for a later part of a conversation that was reported before, and for what comes back to a network."""
    duration: float = 0.0
    """Seconds."""
    sent: int = 0
    """Bytes from the asset."""
    received: int = 0
    """Bytes to the asset."""
    packets_sent: int = 0
    packets_received: int = 0
    name: str = ""
    """DNS: the name asked for. ARP, DHCP: the address asked for or claimed. Alert: what it says.

    Flow: the name by which the asset knows the peer, where that is known. Radio: what a command is called."""
    found: bool = True
    """DNS: False if there is no such name (NXDOMAIN, RFC 1035 section 4.1.1)."""
    hardware: str = ""
    """ARP claim: the hardware address that the address is said to be at."""
    genuine: bool = True
    """ARP claim: False if the frame itself came from another hardware address, or the address is known to be another's.
    DHCP reply: False if it is not for the asset to give. Join: False if nobody had opened the network. Radio: False if
    nobody asked for it."""
    level: int = 0
    """Alert: 1 (grave) to 3 (slight)."""
    radio: Radio | None = None
