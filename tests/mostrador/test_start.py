"""What every start of a lane pays for: the modules that are there before the first screen, and no others.

A module that is needed later comes with its first use (`register/later.py`, or an import in a function). One more here
costs every lane some tenths of a millisecond and some ten kilobytes: put it in only if the first screen needs it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.store import make_items, make_ledger

NEEDED: Final = {
    "config": """
        boot check country disk errors file lock paths roles rules settings time_sync version""",
    "domain": """
        account_intent buyer outcome_base
        personal trace item_rule stored_value
        approval badge barcode basket cash cash_rounding code_pattern deduction entry form instant
        intent item journal lockout money outcome permission pin promotion_basket protection
        intent_base intent_return line_return past_sale receipt_code
        refusal report sale shift tally tax tax_class tax_profile tax_sum tender text""",
    "mostrador": """
        cli key_sheet lane logs wiring""",
    "register": """
        account_acts
        goods_acts aging approving clock_guard finding keeping lane later people pins pricing register selling
        past spool standing till""",
    "storage": """
        personal traces baskets catalog checkpoint connection errors events guard journal ledger link operators
        outbox prices prints shifts software totals transaction""",
}
LOADED: Final = "import sys, mostrador.lane; print(*sorted(sys.modules))"


def test_a_start_loads_what_the_first_screen_needs() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout.split()
    rooms = [name.partition(".") for name in loaded]
    ours = {(room, module) for room, _, module in rooms if room in NEEDED and module}
    assert ours == {(room, module) for room, modules in NEEDED.items() for module in modules.split()}


SELLING: Final = """
import sys
from pathlib import Path
import mostrador.lane
from bench.store import expect, make_items, open_for_sale
from storage.connection import open_ledger

db = open_ledger(Path(sys.argv[1]))
register = open_for_sale(db)
expect(register.scan(next(iter(make_items(1))).code))
expect(register.add_tender("cash"))
db.close()
print(*{name.partition(".")[0] for name in sys.modules} & {"peewee", "playhouse", "httpx", "escpos", "cryptography"})
"""


def test_a_lane_that_opens_sells_and_posts_has_no_use_for_peewee(tmp_path: Path) -> None:
    make_ledger(tmp_path / "l.db", list(make_items(1))).close()
    command = [sys.executable, "-c", SELLING, str(tmp_path / "l.db")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == []
