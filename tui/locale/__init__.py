"""The catalogues of words: one folder a language, `mostrador.po` to edit and `mostrador.mo` to read."""
