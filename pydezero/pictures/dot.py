"""A diagram in the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from pydezero.pictures.diagram import Arrow, Box, Diagram, Role
from pydezero.pictures.layers import Frame, frames
from pydezero.pictures.style import LOOKS, NEUTRAL, part_look

_FONT: Final = "Helvetica,Arial,sans-serif"
_SMALL: Final = 10


def to_dot(diagram: Diagram) -> str:
    """The text of a diagram, the same at each call."""
    loose, framed = frames(diagram)
    lines = [
        "digraph {",
        f'    graph [bgcolor="transparent" fontname="{_FONT}" fontcolor="{NEUTRAL}" fontsize=16 labelloc="t"'
        f" nodesep=0.25 ranksep=0.35 label={_html(f'<b>{_text(diagram.name)}</b>')}]",
        f'    node [fontname="{_FONT}" fontsize=13 style="filled" penwidth=1.5 height=0.3 margin="0.12,0.05"]',
        f'    edge [fontname="{_FONT}" fontsize={_SMALL} color="{NEUTRAL}" fontcolor="{NEUTRAL}" arrowsize=0.7]',
        *[f"    {_box(box)}" for box in loose],
    ]
    for frame in framed:
        lines += [f"    {line}" for line in _frame(frame)]
    lines += [f"    {_arrow(arrow)}" for arrow in diagram.arrows]
    return "\n".join([*lines, "}", ""])


def _frame(frame: Frame) -> Iterator[str]:
    look = part_look(frame.part)
    line = "solid" if frame.is_group else "dashed"
    yield f"subgraph cluster_{frame.key} {{"
    yield (
        f'    graph [label={_html(f"<b>{_text(frame.title)}</b>")} color="{look.stroke}" fontcolor="{look.stroke}"'
        f' fontsize=13 style="{line},rounded" penwidth=1.5 margin=10 labeljust="l"]'
    )
    yield from [f"    {_box(box)}" for box in frame.boxes]
    for group in frame.groups:
        yield from [f"    {line}" for line in _frame(group)]
    yield "}"


def _box(box: Box) -> str:
    look = LOOKS[box.role]
    part = part_look(box.part)
    details = "".join([f'<br/><font point-size="{_SMALL}">{_text(line)}</font>' for line in box.details])
    label = _html(f"<b>{_text(box.text)}</b>{details}")
    rings = " peripheries=2" if box.role is Role.OUTPUT else ""
    return (
        f'{box.key} [label={label} shape="{look.dot_shape}"{rings} style="filled,{part.dot_line}"'
        f' fillcolor="{look.fill}" fontcolor="{look.text}" color="{part.stroke}"]'
    )


def _arrow(arrow: Arrow) -> str:
    label = f" label={_html(f' {_text(arrow.label)} ')}" if arrow.label else ""
    again = ' style="dashed" constraint=false' if arrow.again else ""
    both = f" [{(label + again).strip()}]" if label or again else ""
    return f"{arrow.tail} -> {arrow.head}{both}"


def _html(content: str) -> str:
    return f"<{content}>"


def _text(text: str) -> str:
    """The text, escaped: Graphviz takes nothing in it for markup or, after a backslash, for the key of a box."""
    printable = "".join([character if character.isprintable() else " " for character in text])
    return escape(printable).replace("\\", "\\\\") or " "
