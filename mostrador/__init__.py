"""The front door: one command line, and the wiring of one lane from its parts."""
