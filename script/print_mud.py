"""Print what a MUD file compiles to: one JSON line a rule, in the order of the file; problems go to standard error.

The exit status is 0 if the lines are all that the file says, 1 if something was left out or nothing could be read.
"""

import argparse
import json
from pathlib import Path
import sys

# The engine alone: the integration's own package would import Home Assistant.
sys.path.append(str(Path(__file__).resolve().parents[1] / "custom_components" / "secure_hub"))

from engine.manifests.allow_list import allow_list
from engine.manifests.i_json import MAX_BYTES
from engine.manifests.lines import full_line, line
from engine.manifests.model import MudError
from engine.manifests.mud import parse


def main() -> int:
    """Compile the file named on the command line."""
    parser = argparse.ArgumentParser(prog="script/mud", description="Print what a MUD file (RFC 8520) compiles to.")
    parser.add_argument("--full", action="store_true", help="add the conditions that the seven keys have no room for")
    parser.add_argument("file", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    try:
        with arguments.file.open("rb") as stream:
            profile = parse(stream.read(MAX_BYTES + 1))
    except OSError as error:
        print(f"{arguments.file}: {error.strerror}", file=sys.stderr)
        return 1
    except MudError as error:
        print(f"{arguments.file}: {error}", file=sys.stderr)
        return 1
    rules, left_out = allow_list(profile.rules)
    for rule in rules:
        print(json.dumps(full_line(rule) if arguments.full else line(rule)))
    problems = (*profile.problems, *left_out)
    for problem in problems:
        print(f"{arguments.file}: {problem.where}: {problem.reason}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
