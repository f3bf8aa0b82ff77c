"""The ledger: SQLite through peewee, one append-only journal and its tables.

The system's own SQLite is kept out of the process, before peewee would load it: two libraries on one file undo each
other's locks (SQLite, "How To Corrupt An SQLite Database File", 2.2.1), and it is a megabyte that nobody uses.
"""

import sys

sys.modules.setdefault("sqlite3", None)  # type: ignore[arg-type]  # "there is none", as the import system has it
