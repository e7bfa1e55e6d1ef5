"""Our tables in nft's own language are our tables: the kernel holds the same rules and elements either way."""

from dataclasses import replace
import json
import re
import subprocess
import sys

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.enforcers.nft_rules import UnwritableError, is_local, translate
from custom_components.secure_hub.adapters.enforcers.nft_script import (
    change_script,
    load_script,
    removal,
    wanted,
    written,
)
from custom_components.secure_hub.adapters.enforcers.nft_standing import Standing, differences
from custom_components.secure_hub.adapters.netfilter.kernel import Change, Kernel
from custom_components.secure_hub.adapters.netfilter.layout import (
    ALLOW,
    ASKS,
    DENY,
    RULED,
    RuleSpec,
    Shape,
    denied,
    excepted,
)
from custom_components.secure_hub.adapters.netfilter.netlink import nested, text
from custom_components.secure_hub.adapters.netfilter.nftables import (
    VALUE,
    Family,
    class_value,
    constant,
    differs,
    equals,
    limit,
    mapped,
    within,
)
from custom_components.secure_hub.adapters.netfilter.packets import ACCEPT, SOURCE
from custom_components.secure_hub.adapters.netfilter.ruleset import table
from custom_components.secure_hub.adapters.netfilter.tables import Elements
from tests.adapters.netfilter.conftest import netns, nft  # noqa: F401 - a fixture
from tests.adapters.netfilter.world import CAMERA, ELEMENTS, SHAPE, TV

BARE = Shape(enforce=True, bridge=False, zones=2)
PLUG = "02:00:00:00:00:03"
RULED_PLUG = RULED | denied(1) | excepted(1) | denied(3) | ASKS
GOVERNED: Elements = ELEMENTS | {
    "mac": ELEMENTS["mac"] | {(PLUG,): RULED_PLUG},
    "class4": ELEMENTS["class4"] | {("10.0.0.3",): RULED_PLUG},
    "exact4": {("1", PLUG, "192.0.2.1", "6", "443"): ALLOW, ("2", PLUG, "10.0.0.1", "17", "53"): DENY},
    "range4": {
        ("2", PLUG, "10.0.1.0-10.0.1.255", "0-255", "0-65535"): DENY,
        ("2", PLUG, "10.0.2.0-10.0.3.255", "6", "80-95"): ALLOW,
    },
    "range6": {("1", PLUG, "2001:db8::-2001:db8::ffff", "6", "443"): ALLOW},
    "place6": {("3", PLUG, "fd00::1"): ALLOW},
    "listed": {("1", PLUG, "1"): DENY},
    "listed_range": {("1", PLUG, "2", "6", "443"): ALLOW},
    "opened_range4": {("2", "10.0.0.3", "10.0.1.0-10.0.1.127", "17", "5353"): ALLOW},
    "opened_any4": {("4", "10.0.0.3", "6", "1-65535"): DENY},
    "any": {("2", PLUG, "6", "0-1023"): ALLOW, ("10", PLUG, "6", "22"): ALLOW, ("3", PLUG, "58", "0-65535"): DENY},
}
"""And a third device, governed, with exceptions of every kind."""
MONITOR = replace(SHAPE, enforce=False)
LINE = re.compile(r"\[ (\w+) (.*) \]")
LOCAL = re.compile(r"\blog\b|update (sent|received|refused|spoofed)|in quota\b|^\w+ (spent|asks[46])\b|jump -> asks")
"""Rules that only stand on the hub's own machine."""
WHOLE = 4
BYTES = 4
"""Registers 1 to 4 have four times as many, those from 8 on are parts of them."""


def load(script: str) -> None:
    done = subprocess.run(["/usr/sbin/nft", "-f", "-"], input=script, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr


def standing() -> Standing:
    found = Standing(Family)
    found.read(nft("-j", "-n", "list", "ruleset"))
    return found


class Meaning:
    """A rule as `nft --debug=netlink` tells it: what is compared with what, and what is done; registers resolved."""

    def __init__(self, chain: str) -> None:
        """Begin a rule of a chain."""
        self.words = [chain]
        self._registers: dict[int, str] = {}
        self._mapped: tuple[str, str] | None = None
        self._mask = ""

    def add(self, kind: str, words: str) -> None:
        """Take in its next expression."""
        getattr(self, f"_{kind}", self._load)(kind, words)

    def _load(self, kind: str, words: str) -> None:
        source, _, register = words.rpartition(" => reg ")
        self._registers = {k: v for k, v in self._registers.items() if k < _place(register)}
        self._registers[_place(register)] = f"{kind} {source}"

    def _bitwise(self, _: str, words: str) -> None:
        register, rest = words.removeprefix("reg ").split(" = ", 1)
        if self._mapped:
            self._mask = f"_{int(re.match(r'\( reg \d+ & (0x\w+) \) \^ 0x0+$', rest)[1], 16)}"  # type: ignore[index]
        else:
            self._registers[_place(register)] += re.sub(r"reg \d+", "", rest)

    def _byteorder(self, _: str, words: str) -> None:
        """Of a number of one byte nothing is swapped: the kernel swaps so many halves of two bytes as there are."""
        assert words.endswith(", 2, 1)")

    def _lookup(self, _: str, words: str) -> None:
        key, name, rest = re.fullmatch(r"reg (\d+) set (\w+) (.*)", words).groups()  # type: ignore[union-attr]
        if not rest.startswith("dreg"):
            self.words.append(f"{self._held(key)} {'not ' if rest == '0x1' else ''}in {name}")
            return
        held = [self._registers[place] for place in sorted(self._registers) if place >= _place(key)]
        constants = [(place, part.split()[1]) for place, part in enumerate(held) if part.startswith("immediate")]
        given = "".join(f"_{'abcde'[place]}{int.from_bytes(_bytes(value))}" for place, value in constants)
        plain = " . ".join(part for part in held if not part.startswith("immediate"))
        self._mapped = plain, name + given

    def _cmp(self, _: str, words: str) -> None:
        sign, register, value = re.fullmatch(r"(\w+) reg (\d+) (.*)", words).groups()  # type: ignore[union-attr]
        if self._mapped:
            assert sign == "eq"
            held, name = self._mapped
            self.words.append(f"{held} in {name}{self._mask}_{int(value, 16)}")
            self._mapped, self._mask = None, ""
        else:
            self.words.append(f"{self._held(register)} {sign} {value}")

    def _dynset(self, _: str, words: str) -> None:
        key, name = re.match(r"update reg_key (\d+) set (\w+)", words).groups()  # type: ignore[union-attr]
        self.words.append(f"update {name} {self._held(key)}")

    def _counter(self, *words: str) -> None:
        self.words += words

    _limit = _log = _counter

    def _immediate(self, kind: str, words: str) -> None:
        register, value = words.removeprefix("reg ").split(" ", 1)
        if register == "0":
            self.words.append(value)
        else:
            self._load(kind, f"{value} => reg {register}")

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


def _bytes(value: str) -> bytes:
    """Two bytes in the packet's order, as nft shows what lies in a register."""
    return int(value, 16).to_bytes(4, sys.byteorder)[:2]


@pytest.mark.usefixtures("netns")
@pytest.mark.parametrize("shape", [SHAPE, MONITOR, BARE], ids=["all", "monitor", "inet"])
def test_same_rules(shape: Shape) -> None:
    """Rule by rule, what the kernel compares and does is the same, however it was told."""
    kernel = Kernel(owner=False)
    kernel.load(shape, ELEMENTS)
    by_netlink = [words for words in meanings() if not LOCAL.search(" ".join(words))]
    kernel.remove()
    kernel.close()
    load(load_script(shape, ELEMENTS, ()))
    by_nft = meanings()
    assert len(by_nft) == sum(not is_local(rule) for f in shape.families for rule in table(f, shape).rules)
    assert by_nft == by_netlink


@pytest.mark.usefixtures("netns")
def test_read_back() -> None:
    """What was written is read back as it should be, and any element or rule less or more is seen."""
    load(load_script(SHAPE, GOVERNED, ()))
    assert differences(standing(), SHAPE, GOVERNED) == ()
    before = standing().fingerprint
    for change, seen in (
        (f"delete element bridge secure_hub mac_3 {{ 0x{CAMERA.replace(':', '')} }}", "bridge: mac_3"),
        ("add element inet secure_hub lan { eth7 }", "inet: lan"),
        ("add element inet secure_hub class6_2_2 { 0xfd000000000000000000000000000009 }", "inet: class6_2_2"),
        ("flush set netdev secure_hub discovery_to", "netdev: discovery_to"),
        ("flush set inet secure_hub ported", "inet: ported"),
        ("flush set bridge secure_hub range4_a2_2", "bridge: range4_a2_2"),
        ("add element bridge secure_hub any_a2_d0_1 { 0x020000000009 . 17 }", "bridge: any_a2_d0_1"),
        ('add rule inet secure_hub forward accept comment "mine"', "rules"),
        ("flush chain bridge secure_hub guard", "rules"),
    ):
        load(change + "\n")
        assert seen in differences(standing(), SHAPE, GOVERNED)
        load(load_script(SHAPE, GOVERNED, Family))
        assert differences(standing(), SHAPE, GOVERNED) == ()
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
    after = {name: dict(cells) for name, cells in ELEMENTS.items()}
    after["mac"] = {(CAMERA,): 1}
    after["bind6"][TV, "fd00::2"] = 0
    after["newcomer"]["p1",] = 3
    assert differences(standing(), SHAPE, after) == ()


@pytest.mark.usefixtures("netns")
def test_exceptions_change() -> None:
    """A device becomes governed, what it may becomes what it may not, a range gives way to another, and all goes."""
    load(load_script(SHAPE, ELEMENTS, ()))
    cells = {(name, key): number for name, held in GOVERNED.items() for key, number in held.items()}
    for name, held in ELEMENTS.items():
        for key in held:
            del cells[name, key]
    load(change_script(SHAPE, [Change(cell, None, number) for cell, number in cells.items()]))
    assert differences(standing(), SHAPE, GOVERNED) == ()
    after = {name: dict(held) for name, held in GOVERNED.items()}
    old, new = ("2", PLUG, "6", "0-1023"), ("2", PLUG, "6", "80-2000")
    exact = ("1", PLUG, "192.0.2.1", "6", "443")
    changes = [
        Change(("any", new), None, ALLOW),
        Change(("any", old), ALLOW, None),
        Change(("exact4", exact), ALLOW, DENY),
        Change(("mac", (PLUG,)), RULED_PLUG, RULED | denied(2)),
    ]
    load(change_script(SHAPE, changes))
    del after["any"][old]
    after["any"][new] = ALLOW
    after["exact4"][exact] = DENY
    after["mac"][PLUG,] = RULED | denied(2)
    assert differences(standing(), SHAPE, after) == ()
    cells = {(name, key): number for name, held in after.items() for key, number in held.items()}
    load(change_script(SHAPE, [Change(cell, number, None) for cell, number in cells.items()]))
    assert differences(standing(), SHAPE, {}) == ()


@pytest.mark.parametrize("family", Family)
def test_sets_hold_what_the_maps_say(family: Family) -> None:
    """Every set is asked by a rule, its name is its own, and it has what satisfies it, worked out by hand."""
    sets = {item.name: item for item in written(family, SHAPE).sets}
    assert len(sets) == len(written(family, SHAPE).sets)
    rules = "\n".join(written(family, SHAPE).rules)
    for name, item in sets.items():
        assert item.question is None or re.search(rf"@{name} ", rules)
    plug, contents = int(PLUG.replace(":", ""), 16), wanted(SHAPE, GOVERNED)
    where = family.name.lower()
    assert contents[where, "mac_3"] == {(int(CAMERA.replace(":", ""), 16),)}
    if family is not Family.NETDEV:
        assert contents[where, "mac_7_4"] == {(plug,)}
        assert contents[where, "any_a2_1"] == {(plug, 6, (0, 1023))}
        assert contents[where, "any_a2_d0_1"] == {(plug, 6)}
        assert contents[where, "any_a3_d0_2"] == {(plug, 58)}
        assert contents[where, "range4_a2_e0_2"] == {(plug, (0x0A000100, 0x0A0001FF), (0, 255))}
        assert contents[where, "range4_a2_e0_1"] == frozenset()
        assert contents[where, "exact4_a2_2"] == {(plug, 0x0A000001, 17, 53)}


@pytest.mark.usefixtures("netns")
def test_shapes_follow_each_other() -> None:
    """Tables of another shape are replaced, those not needed taken away, and foreign ones left alone."""
    load("table inet other {\n}\n")
    load(load_script(SHAPE, ELEMENTS, ()))
    assert written(Family.INET, SHAPE).marker in standing().chains["inet"]
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


@pytest.mark.parametrize(
    "expressions",
    [
        SOURCE + mapped("mac") + ACCEPT,
        SOURCE + mapped("mac") + differs(class_value(3), VALUE) + ACCEPT,
        SOURCE + mapped("mac") + equals(b"\x01") + ACCEPT,
        constant(b"\0\1") + within("ported"),
        limit(1, 1),
    ],
    ids=["map", "differs", "register", "constant", "limit"],
)
def test_what_has_no_words_is_refused(expressions: bytes) -> None:
    with pytest.raises(UnwritableError):
        translate(Family.BRIDGE, RuleSpec("forward", "x", (expressions,)))


def test_unknown_expressions_are_refused() -> None:
    """A rule that has no words here is refused, not written halfway."""
    unknown = nested(1, text(1, "tproxy"))
    with pytest.raises(UnwritableError, match="tproxy"):
        translate(Family.INET, RuleSpec("forward", "x", (unknown,)))
    with pytest.raises(UnwritableError, match="comment"):
        translate(Family.INET, RuleSpec("forward", 'x" accept', ()))


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
                [
                    "nftables",
                    "set",
                    "rule",
                    "chain",
                    "family",
                    "table",
                    "name",
                    "elem",
                    "val",
                    "concat",
                    "range",
                    "expr",
                ]
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
