"""The screens, one a file. Each is a `KeyScreen`: a set of live keys, and what to show."""
