"""Every hallmark and the baseline of every asset, fed one observation after the other."""

from typing import Final

from .baselines.baselines import Baselines
from .findings import Finding, FindingKind, Severity
from .hallmarks.arp_scan import ArpScan
from .hallmarks.arp_spoof import ArpSpoof
from .hallmarks.battery_drain import BatteryDrain
from .hallmarks.beacon import Beacon
from .hallmarks.bot_channel import BotChannel
from .hallmarks.brute_force import BruteForce
from .hallmarks.command_flood import CommandFlood
from .hallmarks.dead_contact import DeadContact
from .hallmarks.dhcp_scan import DhcpScan
from .hallmarks.dhcp_server import DhcpServer
from .hallmarks.dns_tunnel import DnsTunnel
from .hallmarks.exfiltration import Exfiltration
from .hallmarks.false_sender import FalseSender
from .hallmarks.flood import Flood
from .hallmarks.generated_names import GeneratedNames
from .hallmarks.hallmark import Hallmark
from .hallmarks.horizontal_scan import HorizontalScan
from .hallmarks.hub_login import HubLogin
from .hallmarks.ids_alert import IdsAlert
from .hallmarks.lateral_movement import LateralMovement
from .hallmarks.listed_network import ListedNetwork
from .hallmarks.peer_to_peer import PeerToPeer
from .hallmarks.radio_attack import RadioAttack
from .hallmarks.radio_jump import RadioJump
from .hallmarks.refused_flood import RefusedFlood
from .hallmarks.rejoin_storm import RejoinStorm
from .hallmarks.report_flood import ReportFlood
from .hallmarks.unasked_firmware import UnaskedFirmware
from .hallmarks.unasked_join import UnaskedJoin
from .hallmarks.vertical_scan import VerticalScan
from .listed import ListedNetworks
from .memory import Recent, Remembered, Tally
from .observations import Observation, ObservationKind

_OF_AN_ASSET: Final[tuple[type[Hallmark], ...]] = (
    HorizontalScan,
    VerticalScan,
    BruteForce,
    Flood,
    Beacon,
    DeadContact,
    BotChannel,
    PeerToPeer,
    Exfiltration,
    LateralMovement,
    DnsTunnel,
    GeneratedNames,
    ArpScan,
    DhcpScan,
    FalseSender,
    IdsAlert,
    HubLogin,
    RefusedFlood,
    RejoinStorm,
    UnaskedJoin,
    CommandFlood,
    ReportFlood,
    RadioAttack,
    BatteryDrain,
    RadioJump,
    UnaskedFirmware,
)
_OF_THE_HOME: Final[tuple[type[Hallmark], ...]] = (ArpSpoof, DhcpServer)

MAX_ASSETS: Final = 4096
"""Assets that are watched at a time; who invents more makes room by what was quiet longest."""
_QUIET: Final = 86_400.0
"""Seconds for which the same is not said again: what goes on for weeks is one thing to act on, not hundreds."""
_SUBJECTS: Final = 24
"""Things said about one asset that are remembered."""
_KINDS: Final = 4
"""Findings of one kind and severity about one asset in that time: the fifth port that is scanned tells nobody more."""


class _Watch:
    """The hallmarks of one asset, made when the first observation of their kind comes, and what was said."""

    __slots__ = ("_by_kind", "_kinds", "_said")

    def __init__(self) -> None:
        self._by_kind: dict[ObservationKind, list[Hallmark]] = {}
        self._said: Recent[tuple[FindingKind, str], Remembered] = Recent(_SUBJECTS, _QUIET, Remembered)
        self._kinds: Recent[tuple[FindingKind, Severity], Tally] = Recent(_SUBJECTS, _QUIET, Tally)

    def observe(self, seen: Observation) -> list[Finding]:
        """Show an observation to every hallmark that looks at its kind."""
        hallmarks = self._by_kind.get(seen.kind)
        if hallmarks is None:
            hallmarks = self._by_kind[seen.kind] = [it() for it in _OF_AN_ASSET if seen.kind in it.observes]
        found = [finding for it in hallmarks if (finding := it.observe(seen)) is not None]
        return [finding for finding in found if self.is_news(finding)] if found else found

    def is_news(self, finding: Finding) -> bool:
        """Whether it was not said within the day, nor too much of its kind."""
        if not self._said.is_new((finding.kind, finding.subject), finding.time):
            return False
        said = self._kinds.at((finding.kind, finding.severity), finding.time)
        said.count += 1
        return said.count <= _KINDS


class Detector:
    """All that is watched. Observations should come in the order of their time; a minute's disorder does no harm."""

    def __init__(self, baselines: Baselines | None = None, listed: ListedNetworks | None = None) -> None:
        """Watch nothing yet; what each asset usually does is learnt and judged by `baselines`, if there are any.

        `listed` are networks that are bad by what somebody says.
        """
        self._baselines = baselines
        self._watches: dict[str, _Watch] = {}
        self._home: list[Hallmark] = [it() for it in _OF_THE_HOME]
        self._listed: Hallmark | None = None
        self.watch_for(listed or ListedNetworks())

    def watch_for(self, listed: ListedNetworks) -> None:
        """Take these for bad from now on, and no others."""
        if self._listed is not None:
            self._home.remove(self._listed)
        self._listed = ListedNetwork(listed) if listed else None
        if self._listed is not None:
            self._home.append(self._listed)

    @property
    def assets(self) -> int:
        """How many assets are watched."""
        return len(self._watches)

    def forget(self, asset: str) -> None:
        """Watch an asset anew: what was said of it may be said again. What it usually does stays known."""
        self._watches.pop(asset, None)

    def observe(self, seen: Observation) -> list[Finding]:
        """Take an observation into account; return what it completes, most often nothing."""
        watches = self._watches
        watch = watches.pop(seen.asset, None)
        if watch is None:
            if len(watches) >= MAX_ASSETS:
                del watches[next(iter(watches))]
            watch = _Watch()
        watches[seen.asset] = watch
        findings = watch.observe(seen)
        for hallmark in self._home:
            if seen.kind in hallmark.observes:
                finding = hallmark.observe(seen)
                if finding is not None and watch.is_news(finding):
                    findings.append(finding)
        baselines = self._baselines
        if baselines is not None:
            if findings:
                baselines.suspect(findings)
            if unusual := baselines.observe(seen):
                findings.extend(it for it in unusual if watch.is_news(it))
        return findings
