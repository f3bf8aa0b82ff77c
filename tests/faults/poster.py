"""A child for the kill harness: posts sales without end into the small ledger, and says each one.

python -m tests.faults.poster DIRECTORY NAME-OF-THE-VARIANT FIRST-NUMBER
"""

import sys
from itertools import count
from pathlib import Path

from tests.faults.mutants import MUTANTS, SOUND
from tests.faults.small_ledger import LEDGER, open_small

SAVED = "saved "


def say_saved(uuid: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{SAVED}{uuid}\n")
    sys.stdout.flush()


def main(directory: Path, name: str, first: int) -> None:
    """Post from the first number on; each life needs numbers of its own, or it would make good a loss."""
    (variant,) = (variant for variant in SOUND + MUTANTS if variant.name == name)
    ledger = open_small(directory / LEDGER, journal=variant.journal, synchronous=variant.synchronous)
    for number in count(first):
        variant.post(ledger, number, say_saved)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
