"""Receipt printers: bytes, links, and what became of a paper. `open.open_printer` is the way in."""
