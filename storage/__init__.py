"""The ledger: SQLite through peewee, one append-only journal and its tables."""
