"""How long the policy engine takes: everything at once, and one change.

Two homes of 10,000 assets with 20 rules for each: `shared`, in which the 20 come from rules for areas, manufacturers,
classes and everyone, as people write them; and `own`, in which every asset has 20 rules of its own and no two assets
have the same (200,000 rules), which is the worst there is. Beside it, what an engine without an index does
at least: hold every rule against every asset. On a busy machine the processor's time says more than the clock's.
"""

import asyncio
from collections.abc import Callable
import gc
import json
from random import Random
from statistics import quantiles
import sys
from time import perf_counter, thread_time

from custom_components.secure_hub.engine.policy.compiler import Compiler
from custom_components.secure_hub.engine.policy.destinations import Destination, parse
from custom_components.secure_hub.engine.policy.evaluation import Situation
from custom_components.secure_hub.engine.policy.model import Policy
from custom_components.secure_hub.engine.policy.permissions import Permissions
from custom_components.secure_hub.engine.policy.rulebook import RuleBook
from custom_components.secure_hub.engine.policy.rules import EVERYONE, Matcher, MatcherKind, Rule, Subject
from custom_components.secure_hub.engine.policy.scopes import NETWORK_SCOPES, Decision, Scope

ASSETS = 10_000
RULES = 20
CHANGES = 300
TICK_S = 0.001
SCOPES = sorted(NETWORK_SCOPES - {Scope.HUB})


def subjects(count: int) -> list[Subject]:
    """Assets in 20 areas, of 50 manufacturers and 4 classes."""
    return [
        Subject(
            asset_id := f"{number:032x}",
            frozenset(Scope),
            frozenset(
                {
                    Matcher(MatcherKind.ASSET, asset_id),
                    Matcher(MatcherKind.AREA, f"area{number % 20}"),
                    Matcher(MatcherKind.MANUFACTURER, f"maker{number % 50}"),
                    Matcher(MatcherKind.CLASS, ("camera", "media", "iot_hub", "iot_endpoint")[number % 4]),
                    EVERYONE,
                }
            ),
        )
        for number in range(count)
    ]


def destination(random: Random) -> Destination:
    """A network, a name with a service, a suffix or a service."""
    return parse(
        random.choice(
            [
                f"10.{random.randrange(256)}.{random.randrange(256)}.0/24",
                f"host{random.randrange(100_000)}.example.com tcp/443",
                f"*.site{random.randrange(100_000)}.example",
                f"udp/{random.randrange(1, 65_536)}",
            ]
        )
    )


def permissions(matchers: dict[Matcher, int], random: Random) -> Permissions:
    """So many rules for each matcher: a quarter deny."""
    decisions = [Decision.ALLOW] * 3 + [Decision.DENY]
    groups: dict[Matcher, dict[str, Rule]] = {}
    for number, (matcher, count) in enumerate(matchers.items()):
        made = (
            Rule(f"{number}-{i}", random.choice(SCOPES), random.choice(decisions), matcher, destination(random))
            for i in range(count)
        )
        groups[matcher] = {rule.id: rule for rule in made}
    return Permissions(rules=RuleBook(groups))


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    """Seconds on the wall, and what came of it."""
    begin = perf_counter()
    result = work()
    return perf_counter() - begin, result


def linear(home: list[Subject], given: Permissions) -> int:
    """Hold every rule against every asset, and sort nothing: the least that an engine without an index does."""
    rules = list(given.all_rules())
    return sum(1 for asset in home for rule in rules if rule.matcher in asset.matchers)


def measure(home: list[Subject], given: Permissions) -> dict[str, float]:
    """Compile all of it, then make one asset's rules change again and again."""
    policy = Policy(admitted=frozenset(asset.asset_id for asset in home))
    situation = Situation(policy, given, 0.0)
    runs, work = [], []
    for _ in range(3):
        compiler = Compiler(situation)
        begin = thread_time()
        runs.append(timed(lambda: compiler.move(situation, home))[0])  # noqa: B023 - called at once
        work.append(thread_time() - begin)
    spent, effort = [], []
    for number in range(CHANGES):
        asset = home[number * 31 % len(home)]
        rule = Rule("change", Scope.LAN, Decision.DENY, Matcher(MatcherKind.ASSET, asset.asset_id))

        def change() -> frozenset[str]:
            nonlocal situation
            situation = Situation(policy, situation.permissions.with_rule(rule), 0.0)  # noqa: B023 - called at once
            return compiler.move(situation)

        begin = thread_time()
        spent.append(timed(change)[0] * 1000)
        effort.append((thread_time() - begin) * 1000)
    cuts = quantiles(spent, n=100)
    return {
        "compile_s": min(runs),
        "compile_cpu_s": min(work),
        "change_p50_ms": cuts[49],
        "change_p99_ms": cuts[98],
        "change_cpu_p99_ms": quantiles(effort, n=100)[98],
        "classes": len(compiler.classes()),
    }


async def longest_hold(home: list[Subject], given: Permissions) -> float:
    """Longest time in milliseconds that the event loop is kept waiting while another thread compiles, as the hub does.

    The loop's own alarm is due every millisecond; how late it comes is what is measured.
    """
    policy = Policy(admitted=frozenset(asset.asset_id for asset in home))
    situation = Situation(policy, given, 0.0)
    compiler = Compiler(
        situation
    )  # outlives the work, as the hub's does: letting go of all tables takes time of its own
    work = asyncio.get_running_loop().run_in_executor(None, compiler.move, situation, home)
    longest = 0.0
    while not work.done():
        due = perf_counter() + TICK_S
        await asyncio.sleep(TICK_S)
        longest = max(longest, perf_counter() - due)
    await work
    return longest * 1000


def main() -> int:
    """Print the table and the line of JSON."""
    random = Random(20261121)  # noqa: S311 - the same homes every time
    home = subjects(ASSETS)
    quarter = RULES // 4
    kinds = {m for asset in home for m in asset.matchers if m.kind is not MatcherKind.ASSET}
    shared = permissions(dict.fromkeys(sorted(kinds), quarter), random)
    own = permissions({Matcher(MatcherKind.ASSET, asset.asset_id): RULES for asset in home}, random)
    scan = timed(lambda: linear(home, shared))[0]
    results = {"shared": measure(home, shared), "own": measure(home, own)}
    print(f"{ASSETS} assets x {RULES} rules   compile s     of it CPU   change p50 ms   p99 ms   of it CPU   classes")
    for name, row in results.items():
        print(
            f"{name:24}  {row['compile_s']:9.3f}  {row['compile_cpu_s']:12.3f}  {row['change_p50_ms']:14.2f}"
            f"  {row['change_p99_ms']:7.2f}  {row['change_cpu_p99_ms']:10.2f}  {row['classes']:8.0f}"
        )
    print(f"{'every rule held against every asset (shared)':24}  {scan:9.3f} s, matching alone")
    figures = {
        f"compile_s_{ASSETS}": round(results["shared"]["compile_s"], 4),
        "change_p99_ms": round(results["shared"]["change_p99_ms"], 3),
        f"compile_own_s_{ASSETS}": round(results["own"]["compile_s"], 4),
        "change_own_p99_ms": round(results["own"]["change_p99_ms"], 3),
        "compile_own_cpu_s": round(results["own"]["compile_cpu_s"], 4),
        "change_own_cpu_p99_ms": round(results["own"]["change_cpu_p99_ms"], 3),
    }
    for name, given in (("", shared), ("own_", own)):
        gc.collect()
        figures[f"loop_max_{name}ms"] = round(asyncio.run(longest_hold(home, given)), 2)
    print(
        f"the event loop waits {figures['loop_max_ms']} ms at most while another thread compiles, "
        f"{figures['loop_max_own_ms']} ms with rules of its own for each"
    )
    print(json.dumps({"bench": "policy", "figures": figures, "peers": {"linear_match_s": round(scan, 4)}}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
