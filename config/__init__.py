"""The settings of a lane and what its country brings: one TOML file in, frozen values out, and back.

- `config.settings`: the structs and their defaults, a key each (docs/settings.md).
- `config.file`: reading, checking and writing `mostrador.toml`.
- `config.paths`: where the file, the ledger and everything else of a lane lies.
- `config.country`: country packs, which are data: currencies, tender kinds, taxes, labels, receipt texts.
- `config.errors`: the one error of this room, which names file, key and remedy.
"""
