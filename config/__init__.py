"""One TOML file in, frozen settings out, and back."""
