"""Our tables in nft's own language are our tables: the kernel holds the same rules and elements either way."""

from dataclasses import replace
import json
import re
import subprocess

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.enforcers.nft_rules import UnwritableError, rule_line
from custom_components.secure_hub.adapters.enforcers.nft_script import change_script, load_script, marker, removal
from custom_components.secure_hub.adapters.enforcers.nft_standing import Standing, differences
from custom_components.secure_hub.adapters.netfilter.kernel import Change, Kernel
from custom_components.secure_hub.adapters.netfilter.layout import RuleSpec, Shape
from custom_components.secure_hub.adapters.netfilter.netlink import nested, text
from custom_components.secure_hub.adapters.netfilter.nftables import Family
from custom_components.secure_hub.adapters.netfilter.ruleset import table
from tests.adapters.netfilter.conftest import netns, nft  # noqa: F401 - a fixture
from tests.adapters.netfilter.world import CAMERA, ELEMENTS, SHAPE, TV

BARE = Shape(enforce=True, bridge=False)
MONITOR = replace(SHAPE, enforce=False)
LINE = re.compile(r"\[ (\w+) (.*) \]")
WHOLE = 4
BYTES = 4
"""Registers 1 to 4 have four times as many, those from 8 on are parts of them."""


def load(script: str) -> None:
    done = subprocess.run(["/usr/sbin/nft", "-f", "-"], input=script, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr


def standing() -> Standing:
    found = Standing(Family)
    found.read(nft("-j", "list", "ruleset"))
    return found


class Meaning:
    """A rule as `nft --debug=netlink` tells it: what is compared with what, and what is done; registers resolved."""

    def __init__(self, chain: str) -> None:
        """Begin a rule of a chain."""
        self.words = [chain]
        self._registers: dict[int, str] = {}
        self._mapped = ""

    def add(self, kind: str, words: str) -> None:
        """Take in its next expression."""
        getattr(self, f"_{kind}", self._load)(kind, words)

    def _load(self, kind: str, words: str) -> None:
        source, _, register = words.rpartition(" => reg ")
        self._registers = {k: v for k, v in self._registers.items() if k < _place(register)}
        self._registers[_place(register)] = f"{kind} {source}"

    def _bitwise(self, _: str, words: str) -> None:
        register, rest = words.removeprefix("reg ").split(" = ", 1)
        self._registers[_place(register)] += re.sub(r"reg \d+", "", rest)

    def _lookup(self, _: str, words: str) -> None:
        key, name, rest = re.fullmatch(r"reg (\d+) set (\w+) (.*)", words).groups()  # type: ignore[union-attr]
        held = self._held(key)
        if rest.startswith("dreg"):
            self._mapped = f"{held} in {name}"
        else:
            self.words.append(f"{held} {'not ' if rest == '0x1' else ''}in {name}")

    def _cmp(self, _: str, words: str) -> None:
        sign, register, value = re.fullmatch(r"(\w+) reg (\d+) (.*)", words).groups()  # type: ignore[union-attr]
        if self._mapped:
            assert sign == "eq"
            self.words.append(f"{self._mapped}_{int(value, 16)}")
            self._mapped = ""
        else:
            self.words.append(f"{self._held(register)} {sign} {value}")

    def _dynset(self, _: str, words: str) -> None:
        key, name = re.match(r"update reg_key (\d+) set (\w+)", words).groups()  # type: ignore[union-attr]
        self.words.append(f"update {name} {self._held(key)}")

    def _counter(self, *words: str) -> None:
        self.words += words

    _immediate = _counter

    def _held(self, first: str) -> str:
        """What is in the registers from this one on."""
        return " . ".join(self._registers[place] for place in sorted(self._registers) if place >= _place(first))


def meanings() -> list[list[str]]:
    """Every rule in the kernel, sorted by chain."""
    rules: list[Meaning] = []
    inside = False
    for raw in nft("--debug=netlink", "list", "ruleset").splitlines():
        if head := re.fullmatch(r"(\w+) secure_hub (\w+)( \d+)+", raw.rstrip()):
            rules.append(Meaning(f"{head[1]} {head[2]}"))
        inside = bool(head) or (inside and bool(raw.strip()) and not raw.startswith("table"))
        if inside and (found := LINE.match(raw.strip())):
            rules[-1].add(found[1], found[2])
    return sorted((rule.words for rule in rules), key=lambda words: words[0])


def _place(register: str) -> int:
    """Bytes before a register (NFT_REG_1 and NFT_REG32_00 are the same one)."""
    number = int(register)
    return (number - 1) * 4 * BYTES if number <= WHOLE else (number - 8) * BYTES


@pytest.mark.usefixtures("netns")
@pytest.mark.parametrize("shape", [SHAPE, MONITOR, BARE], ids=["all", "monitor", "inet"])
def test_same_rules(shape: Shape) -> None:
    """Rule by rule, what the kernel compares and does is the same, however it was told."""
    kernel = Kernel(owner=False)
    kernel.load(shape, ELEMENTS)
    by_netlink = meanings()
    kernel.remove()
    kernel.close()
    load(load_script(shape, ELEMENTS, ()))
    by_nft = meanings()
    assert len(by_nft) == sum(len(table(family, shape).rules) for family in shape.families)
    assert by_nft == by_netlink


@pytest.mark.usefixtures("netns")
def test_read_back() -> None:
    """What was written is read back as it should be, and any element or rule less or more is seen."""
    load(load_script(SHAPE, ELEMENTS, ()))
    assert differences(standing(), SHAPE, ELEMENTS) == ()
    before = standing().fingerprint
    for change, seen in (
        (f"delete element bridge secure_hub mac_3 {{ 0x{CAMERA.replace(':', '')} }}", "bridge: mac_3"),
        ("add element inet secure_hub lan { eth7 }", "inet: lan"),
        ("add element inet secure_hub class6_1 { 0xfd000000000000000000000000000009 }", "inet: class6_1"),
        ("flush set netdev secure_hub discovery_to", "netdev: discovery_to"),
        ('add rule inet secure_hub forward accept comment "mine"', "rules"),
        ("flush chain bridge secure_hub guard", "rules"),
    ):
        load(change + "\n")
        assert seen in differences(standing(), SHAPE, ELEMENTS)
        load(load_script(SHAPE, ELEMENTS, Family))
        assert differences(standing(), SHAPE, ELEMENTS) == ()
        assert standing().fingerprint == before
    load("insert rule inet secure_hub forward accept\n")  # no comment to miss
    assert standing().fingerprint != before


@pytest.mark.usefixtures("netns")
def test_change() -> None:
    """Elements change in all tables that have them, and in no other."""
    load(load_script(SHAPE, ELEMENTS, ()))
    changes = [
        Change(("mac", (CAMERA,)), 3, 1),
        Change(("mac", (TV,)), 1, None),
        Change(("bind6", (TV, "fd00::2")), None, 0),
        Change(("newcomer", ("p1",)), 2, 3),
    ]
    load(change_script(SHAPE, changes))
    wanted = {name: dict(cells) for name, cells in ELEMENTS.items()}
    wanted["mac"] = {(CAMERA,): 1}
    wanted["bind6"][TV, "fd00::2"] = 0
    wanted["newcomer"]["p1",] = 3
    assert differences(standing(), SHAPE, wanted) == ()


@pytest.mark.usefixtures("netns")
def test_shapes_follow_each_other() -> None:
    """Tables of another shape are replaced, those not needed taken away, and foreign ones left alone."""
    load("table inet other {\n}\n")
    load(load_script(SHAPE, ELEMENTS, ()))
    assert marker(table(Family.INET, SHAPE)) in standing().chains["inet"]
    load(load_script(BARE, ELEMENTS, (Family.INET,), (Family.BRIDGE, Family.NETDEV)))
    assert differences(standing(), BARE, ELEMENTS) == ()
    assert standing().chains.keys() == {"inet"}
    load("\n".join(line for family in Family for line in removal(family)))
    assert standing().chains == {}
    assert "table inet other" in nft("list", "tables")


@pytest.mark.parametrize(
    "name",
    ['x"', "eth*", "a b", "eth0;", "{", "", "sixteen-bytes-xx", "é", "a\nb", "\\"],
)
def test_names_that_mean_something_to_nft_are_refused(name: str) -> None:
    with pytest.raises(UnwritableError):
        load_script(SHAPE, {"lan": {(name,): 0}}, ())
    with pytest.raises(UnwritableError):
        change_script(SHAPE, [Change(("lan", (name,)), None, 0)])


@pytest.mark.parametrize(("name", "key"), [("mac", ("nonsense",)), ("class4", ("10.0.0.1; flush ruleset",))])
def test_keys_that_are_none_are_refused(name: str, key: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_script(SHAPE, {name: {key: 1}}, ())


def test_unknown_expressions_are_refused() -> None:
    """A rule that has no words here is refused, not written halfway."""
    unknown = nested(1, text(1, "tproxy"))
    with pytest.raises(UnwritableError, match="tproxy"):
        rule_line(Family.INET, RuleSpec("forward", "x", (unknown,)))
    with pytest.raises(UnwritableError, match="comment"):
        rule_line(Family.INET, RuleSpec("forward", 'x" accept', ()))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["0x", "0xzz", "inet", "secure_hub"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["nftables", "set", "rule", "chain", "family", "table", "name", "elem", "val", "concat", "expr"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_answers_that_make_no_sense(answer: object) -> None:
    """Whatever a router says, it is read or refused."""
    for words in (json.dumps(answer), json.dumps({"nftables": [answer]}), str(answer)):
        try:
            Standing(Family).read(words)
        except ValueError:
            continue
