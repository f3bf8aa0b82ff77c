"""A driver of a terminal whose input dies at the first look, for the test of what the lane then ends with."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver


class DyingDriver(LinuxDriver):
    """Dies as a thread of Textual's own does that meets what it does not know."""

    def run_input_thread(self) -> None:
        """Die."""
        raise OSError("no input")
