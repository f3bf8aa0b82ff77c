"""How the lane starts its sync: a process of its own. Nothing of the sync itself is imported for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from config.paths import CONFIG_VARIABLE, LanePaths
from sync.log import open_log

LANE_VARIABLE: Final = "MOSTRADOR_LANE_PID"
"""Names the lane's process to the sync it has started, which ends with it."""


def spawn_sync(config: Path | None, paths: LanePaths, program: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """Start the sync of a lane in a session of its own, its output in the lane's logs.

    It ends by itself when the lane does, and at once where another is at work. Whoever starts it keeps the
    object, polls it, and starts another one if it has died. Raises `OSError`.
    """
    environ = dict(os.environ) | {LANE_VARIABLE: str(os.getpid())}
    if config:
        environ[CONFIG_VARIABLE] = str(config)
    with open_log(paths.logs) as log:
        return subprocess.Popen(
            [*(program or (sys.executable, "-P", "-m", "mostrador", "sync"))],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environ,
            start_new_session=True,
        )
