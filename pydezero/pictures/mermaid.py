"""A diagram in the language of Mermaid, which GitHub and many editors draw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from pydezero.pictures.diagram import Arrow, Box, Diagram
from pydezero.pictures.layers import Frame, frames
from pydezero.pictures.style import LOOKS, NEUTRAL, part_look

# Characters without a meaning to Mermaid inside quotes; all others are written as numbers.
_SAFE: Final = frozenset(" _.,:=()[]+/")

# In a title Mermaid shows the entity of an angle bracket as text, however it is written.
_ANGLES: Final = str.maketrans("<>", "\u2039\u203a")


def to_mermaid(diagram: Diagram) -> str:
    """The text of a diagram, the same at each call."""
    loose, framed = frames(diagram)
    lines = ["---", f"title: {json.dumps(diagram.name.translate(_ANGLES))}", "---", "flowchart TB"]
    lines += [f"    {_box(box)}" for box in loose]
    for frame in framed:
        lines += [f"    {line}" for line in _frame(frame)]
    lines += [f"    {_arrow(arrow)}" for arrow in diagram.arrows]
    lines += [f"    {line}" for line in _styles(diagram, framed)]
    return "\n".join([*lines, ""])


def _frame(frame: Frame) -> Iterator[str]:
    yield f'subgraph {frame.key}["{_text(frame.title)}"]'
    yield "    direction TB"
    yield from [f"    {_box(box)}" for box in frame.boxes]
    for group in frame.groups:
        yield from [f"    {line}" for line in _frame(group)]
    yield "end"


def _box(box: Box) -> str:
    begin, end = LOOKS[box.role].mermaid_shape
    lines = [_text(box.text), *map(_text, box.details)]
    return f'{box.key}{begin}"{"<br/>".join(lines)}"{end}:::{_class(box)}'


def _class(box: Box) -> str:
    """The style of a box: that of its role or, in a part, that of its role there."""
    return box.role.value if box.part is None else f"{box.role.value}{box.part}"


def _arrow(arrow: Arrow) -> str:
    line = "-.->" if arrow.again else "-->"
    return (
        f"{arrow.tail} {line}|{_text(arrow.label)}| {arrow.head}"
        if arrow.label
        else f"{arrow.tail} {line} {arrow.head}"
    )


def _styles(diagram: Diagram, framed: tuple[Frame, ...]) -> Iterator[str]:
    used = {(box.role, box.part): _class(box) for box in diagram.boxes}
    for (role, part), name in used.items():
        look, part_line = LOOKS[role], part_look(part)
        yield (
            f"classDef {name} fill:{look.fill},color:{look.text},stroke:{part_line.stroke},"
            f"stroke-width:1.5px,stroke-dasharray:{part_line.dashes}"
        )
    for frame in [each for outer in framed for each in (outer, *outer.groups)]:
        stroke = part_look(frame.part).stroke
        dashes = "0" if frame.is_group else "6 4"
        yield f"style {frame.key} fill:none,stroke:{stroke},color:{stroke},stroke-dasharray:{dashes}"
    if diagram.arrows:
        yield f"linkStyle default stroke:{NEUTRAL}"


def _text(text: str) -> str:
    """The text, escaped for quotes: Mermaid takes nothing in it for its own language."""
    written = "".join([x if x.isalnum() or x in _SAFE else f"#{ord(x)};" for x in text])
    return written.strip() or " "
