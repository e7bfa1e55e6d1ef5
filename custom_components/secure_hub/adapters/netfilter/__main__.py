"""Run the root helper: `python3 -m netfilter --allow homeassistant`, from a copy that only root can write."""

import argparse
import logging
from pathlib import Path
import pwd
import signal
import sys

from .backend import HELPER_SOCKET, InProcess
from .netlink import NetlinkError
from .server import Server


def _uid(name: str) -> int:
    try:
        return int(name) if name.isdecimal() else pwd.getpwnam(name).pw_uid
    except KeyError as error:
        msg = f"no user {name}"
        raise argparse.ArgumentTypeError(msg) from error


def main() -> int:
    """Serve until SIGTERM or SIGINT; the tables stay."""
    parser = argparse.ArgumentParser(prog="secure-hub-helper", description=__doc__)
    parser.add_argument("--socket", type=Path, default=HELPER_SOCKET, metavar="PATH")
    parser.add_argument("--allow", type=_uid, action="append", required=True, metavar="USER", help="name or number")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        backend = InProcess()
        server = Server(arguments.socket, backend, arguments.allow)
    except (NetlinkError, OSError) as error:
        logging.getLogger(__name__).critical("Cannot start: %s", error)
        return 1
    signal.set_wakeup_fd(server.waker)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    server.serve()
    server.close()
    backend.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
