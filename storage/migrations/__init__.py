"""The steps by which a ledger came to its schema, in order."""
