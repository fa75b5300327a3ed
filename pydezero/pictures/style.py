"""The look of roles and parts, in both languages that pictures are written in.

A role has a shape, a fill of its own lightness (so that it is told apart in grey) and text that is legible on that
fill, whatever is behind the picture. Arrows, frames and titles lie on the background itself; their tones are in the
middle, legible on white and on black alike.
"""

from __future__ import annotations

from typing import Final

import attrs

from pydezero.pictures.diagram import Role


@attrs.frozen
class Look:
    """The colours and shapes of a role."""

    fill: str
    text: str
    dot_shape: str
    mermaid_shape: tuple[str, str]


LOOKS: Final = {
    Role.INPUT: Look("#7fb8e6", "#000000", "ellipse", ("([", "])")),
    Role.CONSTANT: Look("#f4cf6b", "#000000", "hexagon", ("{{", "}}")),
    Role.OPERATION: Look("#f7f7f7", "#000000", "box", ("[", "]")),
    Role.OUTPUT: Look("#1f5134", "#ffffff", "box", ("[[", "]]")),
}

NEUTRAL: Final = "#757575"
"""The colour of arrows, titles, and frames outside all parts."""


@attrs.frozen
class PartLook:
    """The colour of the frames of a part, and the line that they are drawn in."""

    stroke: str
    dot_line: str
    dashes: str


_PARTS: Final = (
    PartLook("#2f76b8", "solid", "0"),
    PartLook("#bd5b1c", "dashed", "6 4"),
    PartLook("#2e8152", "dotted", "2 3"),
    PartLook("#9b5bb0", "dashed", "6 4"),
    PartLook("#8a7130", "dotted", "2 3"),
)


def part_look(part: int | None) -> PartLook:
    """The look of a part; after the fifth the looks repeat, from the second on."""
    if part is None:
        return PartLook(NEUTRAL, "solid", "0")
    return _PARTS[part] if part < len(_PARTS) else _PARTS[1 + (part - 1) % (len(_PARTS) - 1)]
