"""Scanners, printers, drawers, scales, displays and card terminals."""
