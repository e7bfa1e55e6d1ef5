"""What a detector says: which asset, what, how sure, and why, in a sentence."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FindingKind(StrEnum):
    """What was found."""

    HORIZONTAL_SCAN = "horizontal_scan"
    VERTICAL_SCAN = "vertical_scan"
    BRUTE_FORCE = "brute_force"
    FLOOD = "flood"
    BEACON = "beacon"
    DEAD_CONTACT = "dead_contact"
    BOT_CHANNEL = "bot_channel"
    PEER_TO_PEER = "peer_to_peer"
    DNS_TUNNEL = "dns_tunnel"
    GENERATED_NAMES = "generated_names"
    EXFILTRATION = "exfiltration"
    LATERAL_MOVEMENT = "lateral_movement"
    ARP_SCAN = "arp_scan"
    ARP_SPOOF = "arp_spoof"
    FALSE_SENDER = "false_sender"
    DHCP_SERVER = "dhcp_server"
    DHCP_SCAN = "dhcp_scan"
    IDS_ALERT = "ids_alert"
    HUB_LOGIN = "hub_login"
    REFUSED_FLOOD = "refused_flood"
    LISTED_NETWORK = "listed_network"
    REJOIN_STORM = "rejoin_storm"
    UNASKED_JOIN = "unasked_join"
    COMMAND_FLOOD = "command_flood"
    REPORT_FLOOD = "report_flood"
    RADIO_ATTACK = "radio_attack"
    BATTERY_DRAIN = "battery_drain"
    RADIO_JUMP = "radio_jump"
    UNASKED_FIRMWARE = "unasked_firmware"
    NEW_SERVICE = "new_service"
    NEW_COMMAND = "new_command"
    NEW_RHYTHM = "new_rhythm"
    STRANGERS = "strangers"
    UNUSUAL_VOLUME = "unusual_volume"
    UNUSUAL_ACTIVITY = "unusual_activity"
    UNUSUAL_SESSION = "unusual_session"


UNUSUAL: Final = frozenset(
    {
        FindingKind.NEW_SERVICE,
        FindingKind.NEW_COMMAND,
        FindingKind.NEW_RHYTHM,
        FindingKind.STRANGERS,
        FindingKind.UNUSUAL_VOLUME,
        FindingKind.UNUSUAL_ACTIVITY,
        FindingKind.UNUSUAL_SESSION,
    }
)
"""What only an asset's own baseline can say; all else are hallmarks."""


class Severity(StrEnum):
    """How bad it would be."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason to worry about one asset."""

    asset: str
    time: float
    """Seconds since the epoch: when the last observation that it took was made."""
    kind: FindingKind
    severity: Severity
    confidence: float
    """From 0 to 1: how seldom something harmless looks the same, by judgement and not by measurement."""
    technique: str
    """Technique of MITRE ATT&CK (`T1046`), or empty where none fits."""
    subject: str
    """What it was done to or with (a peer, a port, a name): the same again is not said again for a day."""
    evidence: str
    """One sentence for the person who lives there."""
