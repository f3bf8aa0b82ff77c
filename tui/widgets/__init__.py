"""The parts of a screen. Each draws lines of text and takes no key: plain data in, nothing out."""
