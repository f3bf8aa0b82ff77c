"""The two looks: one for a console with 16 colours and 8 backgrounds, one in true colour. Few colours, all quiet.

Colour never says anything alone: what matters is also a word, a mark or reverse video.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

CONSOLE: Final = Theme(
    name="console",
    primary="ansi_cyan",
    foreground="ansi_white",
    background="ansi_black",
    ansi=True,
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "ground": "ansi_black",
        "ink": "ansi_white",
        "strong": "ansi_bright_white",
        "quiet": "ansi_cyan",
        "faint": "ansi_blue",
        "accent-ink": "ansi_bright_cyan",
        "total": "ansi_bright_yellow",
        "bar": "ansi_black",
        "bar-ink": "ansi_white",
        "key": "ansi_white",
        "key-ink": "ansi_black",
        "pick": "ansi_cyan",
        "pick-ink": "ansi_black",
        "alarm": "ansi_red",
        "alarm-ink": "ansi_bright_white",
        "good": "ansi_bright_green",
        "paper": "ansi_white",
        "paper-ink": "ansi_black",
    },
)

TRUECOLOR: Final = Theme(
    name="truecolor",
    primary="#7fb4c9",
    foreground="#d5dbe1",
    background="#11161b",
    dark=True,
    variables={
        "ground": "#11161b",
        "ink": "#d5dbe1",
        "strong": "#ffffff",
        "quiet": "#8796a3",
        "faint": "#3a4650",
        "accent-ink": "#8fc7dd",
        "total": "#f6d68b",
        "bar": "#1b232b",
        "bar-ink": "#c3ccd4",
        "key": "#2a3540",
        "key-ink": "#e4eaef",
        "pick": "#2c4a5a",
        "pick-ink": "#ffffff",
        "alarm": "#a8323e",
        "alarm-ink": "#ffffff",
        "good": "#9ccf9a",
        "paper": "#f2efe6",
        "paper-ink": "#23282c",
    },
)

_INKS: Final[Mapping[str, tuple[str, str, bool]]] = {
    "plain": ("ink", "ground", False),
    "strong": ("strong", "ground", True),
    "quiet": ("quiet", "ground", False),
    "faint": ("faint", "ground", False),
    "accent": ("accent-ink", "ground", False),
    "total": ("total", "ground", True),
    "good": ("good", "ground", False),
    "bar": ("bar-ink", "bar", False),
    "bar-strong": ("strong", "bar", True),
    "key": ("key-ink", "key", False),
    "pick": ("pick-ink", "pick", True),
    "alarm": ("alarm-ink", "alarm", True),
    "paper": ("paper-ink", "paper", False),
}
"""Each ink: the colours of text and ground by their names in a theme, and whether it is bold."""

THEMES: Final[Mapping[str, Theme]] = {theme.name: theme for theme in (CONSOLE, TRUECOLOR)}


def pick_theme(setting: str, environ: Mapping[str, str]) -> str:
    """Return the theme for a setting (`auto`, `console`, `truecolor`) and a terminal's environment."""
    if setting in THEMES:
        return setting
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") and environ.get("TERM") != "linux":
        return TRUECOLOR.name
    return CONSOLE.name


def make_inks(theme: Theme) -> dict[str, Style]:
    """Return the inks of a theme as styles, resolved once: no style sheet is asked while drawing."""
    colours = {name: Color.parse(value).rich_color for name, value in theme.variables.items()}
    return {
        ink: Style(color=colours[text], bgcolor=colours[ground], bold=is_bold or None)
        for ink, (text, ground, is_bold) in _INKS.items()
    }
