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


class Outcome(Enum):
    """How the peer answered."""

    UNKNOWN = 0
    ANSWERED = 1
    REFUSED = 2
    """Said that nothing listens there: a reset, or port unreachable."""
    SILENT = 3


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
    """Who is on the other side: an address, of which nothing is remembered but what it was used for."""
    protocol: str = ""
    """`tcp`, `udp`, `icmp`, or another by its name in lower case."""
    port: int = 0
    """Port of the side that was called; 0 for protocols without."""
    service: str = ""
    """What was spoken there, by the source's own recognition: `ssh`, `http`, ..."""
    outcome: Outcome = Outcome.UNKNOWN
    inward: bool = False
    """The peer began it."""
    local: bool = False
    """The peer is in the home."""
    began: bool = True
    """False for a later part of a conversation that was reported before."""
    duration: float = 0.0
    """Seconds."""
    sent: int = 0
    """Bytes from the asset."""
    received: int = 0
    """Bytes to the asset."""
    packets_sent: int = 0
    packets_received: int = 0
    name: str = ""
    """DNS: the name asked for. ARP, DHCP: the address asked for or claimed. Alert: what it says."""
    found: bool = True
    """DNS: False if there is no such name (NXDOMAIN, RFC 1035 section 4.1.1)."""
    hardware: str = ""
    """ARP claim: the hardware address that the address is said to be at."""
    genuine: bool = True
    """ARP claim: False if the frame itself came from another hardware address."""
    level: int = 0
    """Alert: 1 (grave) to 3 (slight)."""
