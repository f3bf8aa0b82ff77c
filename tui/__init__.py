"""What the operator sees: screens, widgets, keys, and the words in Spanish and English."""
