"""`scripts/bench`: measures what we cost beside the limit, and says where that is more than it may be.

Exit status: 0 every gate met, 1 a gate missed, 2 something could not be measured.
"""

from __future__ import annotations

import argparse
import compileall
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

from bench import table
from bench.goals import GOALS, find_goal, pick_codes
from bench.measure import Figure, Pairs, Verdict, figure
from bench.run import Run, describe_machine, start

MISSED: Final = 1
NOT_MEASURED: Final = 2
AGAIN: Final = 2
"""How often an experiment is run again whose parts lie on both sides of a gate. All samples count."""

EXPERIMENTS: Final = {
    "bench.lookup": ("G8",),
    "bench.customers": ("G22",),
    "bench.sale": ("G7",),
    "bench.reprice": ("G19", "G20"),
    "bench.z": ("G12", "G13", "G21"),
    "bench.imports": ("G9", "G10", "G11"),
    "bench.syncing": ("G11a", "G11b", "G11c", "G11d"),
    "bench.begin": ("G14",),
    "bench.rest": ("G15", "G18"),
    "bench.screen": ("G1", "G2", "G3a", "G3b", "G4", "G5", "G6", "G17"),
}
"""Each experiment and the goals it measures, the quick ones first."""


def main(argv: list[str]) -> int:
    """Run the benches that are asked for."""
    arguments = parse(argv)
    codes = arguments.only
    compile_all()
    with start(arguments.folder, arguments.quick, _say) as run:
        facts = describe_machine(run.folder)
        figures: list[Figure] = []
        missing: dict[str, str] = {}
        for found, reasons in measure_all(run, codes):
            figures += found
            missing |= reasons
            if arguments.json:
                _print([table.figure_json(f) for f in found] + [table.missing_json(*m) for m in reasons.items()])
        facts |= {"quick": str(run.is_quick).lower(), "idle": f"{run.idle_median:.2f}"}
    if arguments.json:
        _print([table.facts_json(facts)])
    else:
        _print(report(figures, missing, facts))
    if missing:
        return NOT_MEASURED
    return MISSED if any(f.verdict is Verdict.MISSED for f in figures) else 0


def compile_all() -> None:
    """Have bytecode for every module of ours that has none or an old one: no set-up leaves a lane without."""
    root = Path(__file__).parents[1]
    for init in sorted(root.glob("*/__init__.py")):
        if not compileall.compile_dir(init.parent, quiet=2):
            raise SystemExit(f"{init.parent} cannot be compiled: mend it first, or no start-up is measured as it is")


def parse(argv: list[str]) -> argparse.Namespace:
    """Understand the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures what Mostrador costs beside the limit. docs/benchmarks.md says what each goal means.",
        epilog="Example: scripts/bench --only G7,G8 --json",
    )
    parser.add_argument("--only", type=_codes, default=pick_codes(""), metavar="GOALS", help="for example G7,G8")
    parser.add_argument("--quick", action="store_true", help="smaller and fewer: shows that it runs, no more")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each goal, one about the machine last")
    parser.add_argument(
        "--folder", type=Path, default=None, metavar="DIR", help="where to write; default /var/tmp: a real disk"
    )
    return parser.parse_args(argv)


def measure_all(run: Run, codes: frozenset[str]) -> Iterator[tuple[list[Figure], dict[str, str]]]:
    """Yield, experiment by experiment, the figures found and what could not be measured, with its reason."""
    for name, measured in EXPERIMENTS.items():
        wanted = [code for code in measured if code in codes]
        if not wanted:
            continue
        run.say(f"{name}: {', '.join(wanted)}")
        try:
            yield measure_one(run, name, wanted), {}
        except Exception as error:
            run.say(f"  {type(error).__name__}: {error}")
            yield [], {code: f"{type(error).__name__}: {error}" for code in wanted}


def measure_one(run: Run, name: str, wanted: list[str]) -> list[Figure]:
    """Run one experiment, and again where its parts do not agree about a gate."""
    kept: dict[str, Pairs] = {code: Pairs() for code in wanted}
    figures: list[Figure] = []
    for _ in range(1 + AGAIN):
        found = import_module(name).measure(run)
        for code, pairs in kept.items():
            pairs.add(found[code])
        figures = [figure(find_goal(code), pairs) for code, pairs in kept.items()]
        if run.is_quick or all(f.is_settled for f in figures):
            break
        run.say("  its parts do not agree; once more")
    return figures


def report(figures: list[Figure], missing: dict[str, str], facts: dict[str, str]) -> list[str]:
    """Return the whole report as lines, in the order of the goals."""
    order = [goal.code for goal in GOALS]
    cells = {f.goal.code: table.figure_cells(f) for f in figures}
    cells |= {code: table.missing_cells(code, reason) for code, reason in missing.items()}
    rows = [cells[code] for code in sorted(cells, key=order.index)]
    notes = [f"{f.goal.code}: {f.note}" for f in figures if f.note]
    about = [f"{key}: {value}" for key, value in facts.items()]
    return [*table.lay_table(rows), "", *notes, ", ".join(about)]


def _codes(text: str) -> frozenset[str]:
    """Return the goals that an option names."""
    try:
        return pick_codes(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _say(text: str) -> None:
    """Tell how far it is, beside the figures."""
    print(text, file=sys.stderr, flush=True)


def _print(lines: list[str]) -> None:
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
