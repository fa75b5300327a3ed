"""The frames of a diagram, each with its boxes: groups within parts within the picture."""

from __future__ import annotations

import attrs

from pydezero.pictures.diagram import Box, Diagram


@attrs.frozen
class Frame:
    """The boxes of a part or a group, without those of the groups in it."""

    key: str
    title: str
    part: int | None
    is_group: bool
    boxes: tuple[Box, ...]
    groups: tuple[Frame, ...] = ()


def frames(diagram: Diagram) -> tuple[tuple[Box, ...], tuple[Frame, ...]]:
    """The boxes of the picture as a whole, and its frames."""
    parts = [
        Frame(f"part{i}", title, i, False, _boxes(diagram, i), _groups(diagram, i))
        for i, title in enumerate(diagram.parts)
    ]
    return _boxes(diagram, None), (*parts, *_groups(diagram, None))


def _boxes(diagram: Diagram, part: int | None) -> tuple[Box, ...]:
    return tuple([box for box in diagram.boxes if box.part == part and box.group is None])


def _groups(diagram: Diagram, part: int | None) -> tuple[Frame, ...]:
    members = [[box for box in diagram.boxes if box.group == i] for i in range(len(diagram.groups))]
    return tuple(
        [
            Frame(f"group{i}", group.title, part, True, tuple(boxes))
            for i, (group, boxes) in enumerate(zip(diagram.groups, members, strict=True))
            if boxes[0].part == part
        ]
    )
