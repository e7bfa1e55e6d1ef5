"""Examine the Zigbee devices that a folder describes: `script/zigbee-devices DIR`.

Every `*.json` below the folder is taken for a device's diagnostics as ZHA writes them. One line a file, and last one
line of JSON: `{"files": n, "passed": n, "failed": [...]}`, failed ones by their paths in the folder. The exit status is
0 if all passed, 1 if one failed, 2 if there is nothing to examine.
"""

import argparse
import asyncio
from contextlib import suppress
import json
import os
from pathlib import Path
import sys
from typing import Final

ROOT: Final = Path(__file__).parents[3]
MAX_FILES: Final = 10_000
WORTH_A_HOME: Final = 12
"""Files for which another Home Assistant is worth its start."""


class Verdicts:
    """What was found of each file, told in the order of the files as soon as it is known."""

    def __init__(self, folder: Path, paths: list[Path]) -> None:
        """Nothing is known yet."""
        self._names = [str(path.relative_to(folder)) for path in paths]
        self._found: dict[int, tuple[str | None, float]] = {}
        self._told = 0
        self.failed: list[str] = []

    def note(self, number: int, problem: str | None, seconds: float) -> None:
        """A file was examined."""
        self._found[number] = problem, seconds
        while self._told in self._found:
            self._tell(self._told)

    def end(self) -> None:
        """Nobody examines any more: what is not known failed."""
        for number in range(self._told, len(self._names)):
            self._found.setdefault(number, ("the examination ended before it", 0.0))
            self._tell(number)

    def _tell(self, number: int) -> None:
        problem, seconds = self._found[number]
        verdict = "passed" if problem is None else f"FAILED: {problem}"
        print(f"{self._names[number]}: {verdict} ({seconds:.1f} s)", flush=True)  # noqa: T201 - what it is run for
        self._told += 1
        if problem is not None:
            self.failed.append(self._names[number])


def files_of(folder: Path) -> list[Path]:
    """Files below a folder, in order; one more than are examined if there are too many."""
    return sorted(path for path in folder.rglob("*.json") if path.is_file())[: MAX_FILES + 1]


def main() -> int:
    """Examine the folder named on the command line."""
    parser = argparse.ArgumentParser(
        prog="script/zigbee-devices", description="Examine the Zigbee devices that ZHA's diagnostics describe."
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    folder: Path = parser.parse_args().folder
    paths = files_of(folder)
    if not 0 < len(paths) <= MAX_FILES:
        print(f"{folder}: {'too many' if paths else 'no'} *.json files in it", file=sys.stderr)  # noqa: T201 - what it is run for
        return 2
    verdicts = Verdicts(folder, paths)
    asyncio.run(_share_out(folder.resolve(), len(paths), verdicts))
    failed = verdicts.failed
    print(json.dumps({"files": len(paths), "passed": len(paths) - len(failed), "failed": failed}), flush=True)  # noqa: T201 - what it is run for
    return 1 if failed else 0


async def _share_out(folder: Path, files: int, verdicts: Verdicts) -> None:
    """Examine in as many homes as there are processors, each in a process and a network of its own."""
    homes = min(os.cpu_count() or 1, 1 + files // WORTH_A_HOME)
    await asyncio.gather(*(_have_examined(folder, number, homes, verdicts) for number in range(homes)))
    verdicts.end()


async def _have_examined(folder: Path, number: int, homes: int, verdicts: Verdicts) -> None:
    program = ("script/isolated", sys.executable, "-m", "tests.lab.zigbee.examining")
    process = await asyncio.create_subprocess_exec(
        *program, str(folder), str(number), str(homes), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async for line in process.stdout:
        with suppress(ValueError):  # another library's word
            verdicts.note(*json.loads(line))
    await process.wait()


if __name__ == "__main__":
    sys.exit(main())
