"""The tests, in the same folders as the rooms they hold to their word."""
