"""Labels of a diagram: names in the place of many arrows, and numbers beside arrows whose order matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import attrs

from pydezero.pictures.diagram import PLACE, Arrow, Box, Diagram, Role
from pydezero.pictures.words import cut
from pydezero.transforms.staging.text import value_names

# More arrows from one value would cover the picture.
_MOST_ARROWS: Final = 5

# Operations of two operands that may change places.
_COMMUTATIVE: Final = frozenset(
    """
    add multiply maximum minimum fmax fmin equal not_equal hypot logaddexp logaddexp2 logical_and logical_or logical_xor
    bitwise_and bitwise_or bitwise_xor
    """.split()  # noqa: SIM905  # a list of names to read
)


def named(diagram: Diagram) -> Diagram:
    """The diagram with names in the place of many arrows.

    A value that is used more than five times is called by a name where it is used outside of its own part; and in its
    own part, too, if it is used more than five times there.
    """
    boxes = {box.key: box for box in diagram.boxes}
    uses = Counter([arrow.tail for arrow in diagram.arrows])
    at_home = Counter([arrow.tail for arrow in diagram.arrows if _is_at_home(arrow, boxes)])
    names = _free_names(diagram)
    kept: list[Arrow] = []
    for arrow in diagram.arrows:
        tail, head = boxes[arrow.tail], boxes[arrow.head]
        many = at_home[arrow.tail] if _is_at_home(arrow, boxes) else uses[arrow.tail]
        if many <= _MOST_ARROWS or arrow.again or head.role is Role.OUTPUT:
            kept.append(arrow)
            continue
        if tail.role is not Role.INPUT and not tail.name:
            tail = boxes[tail.key] = attrs.evolve(tail, name=next(names))
        operands = list(boxes[head.key].operands)
        operands[arrow.position] = cut(tail.name or tail.title) + arrow.label
        boxes[head.key] = attrs.evolve(boxes[head.key], operands=tuple(operands))
    return attrs.evolve(diagram, boxes=tuple(boxes.values()), arrows=tuple(kept))


def numbered(diagram: Diagram) -> Diagram:
    """The diagram with the positions of the operands beside their arrows, where they make a difference."""
    boxes = {box.key: box for box in diagram.boxes}
    return attrs.evolve(diagram, arrows=tuple([_numbered(arrow, boxes[arrow.head]) for arrow in diagram.arrows]))


def _numbered(arrow: Arrow, head: Box) -> Arrow:
    if head.operands.count(PLACE) < 2 or head.title in _COMMUTATIVE:
        return arrow
    return attrs.evolve(arrow, label=", ".join(filter(None, (arrow.label, str(arrow.position + 1)))))


def _is_at_home(arrow: Arrow, boxes: dict[str, Box]) -> bool:
    return boxes[arrow.tail].part == boxes[arrow.head].part


def _free_names(diagram: Diagram) -> Iterator[str]:
    """The letters that no box has for a title or a name."""
    taken = {name for box in diagram.boxes for name in (box.title, box.name)}
    return (name for name in value_names() if name not in taken)
