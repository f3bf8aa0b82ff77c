"""The lane as `mostrador` runs it, but with somebody signed on: `python -m bench.programs.lane CONFIG [ITEMS]`.

A PIN takes some 20 ms by design, whoever asks; so any PIN is right here. With a number of items it is the same lane
without a ledger: items lie in a dictionary, and nothing is saved.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from mostrador import __main__, cli

if TYPE_CHECKING:
    from config.paths import LanePaths
    from config.settings import Settings
    from mostrador.wiring import OpenLane

OPERATOR = ("1", "1234")


def main(config: str, items: str = "") -> int:
    """Run the lane of a settings file through the front door."""
    run = cli.run

    def run_prepared(argv: list[str]) -> int:
        prepare(items)
        return run(argv)

    setattr(cli, "run", run_prepared)  # noqa: B010  # the front door has set the environment by then
    return __main__.main(["--config", config])


def prepare(items: str) -> None:
    """Sign somebody on, and take the ledger away where a number of items is given."""
    from mostrador import lane
    from register import people, pins

    run_lane = lane.run_lane

    def signed_on(settings: Settings, paths: LanePaths, path: Path | None, **rest: bool) -> int:
        return run_lane(settings, paths, path, OPERATOR, **rest)

    def without(settings: Settings, paths: LanePaths, *_: object, **__: object) -> AbstractContextManager[OpenLane]:
        from bench.programs.no_ledger import open_without

        return open_without(settings, paths, int(items))

    if vars(people).get("work_out") is not pins.work_out:
        raise RuntimeError("a PIN is compared by another function now: name it here")
    setattr(people, "work_out", lambda pin, pin_hash, _cost: pins.Proof(pin, pin_hash, True, ""))  # noqa: B010
    setattr(lane, "run_lane", signed_on)  # noqa: B010
    if items:
        setattr(lane, "open_lane", without)  # noqa: B010


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
