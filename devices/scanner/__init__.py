"""Scanners: evdev with an exclusive grab, serial, virtual. `running.start_scanner` is the way in."""
