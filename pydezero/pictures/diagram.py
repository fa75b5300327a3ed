"""A picture as data: boxes and arrows, before anything is said about shapes, colours and places."""

from __future__ import annotations

from enum import Enum
from typing import Final

import attrs

PLACE: Final = "·"
"""Written in the place of an operand that comes by an arrow."""


class Role(Enum):
    """The kinds of box."""

    INPUT = "input"
    CONSTANT = "constant"
    OPERATION = "operation"
    OUTPUT = "output"


@attrs.frozen
class Box:
    """A value or an operation.

    Attributes:
        key: unique in the diagram; letters and digits.
        role: what it stands for.
        title: the name of an operation; the user's name of a value, or the value itself.
        operands: of an operation, in their order: `PLACE` for one that comes by an arrow, else the number or name.
        name: that of the result of an operation.
        details: lines below the title: parameters, shape and dtype.
        alike: equal for boxes of the same kind, which are the same operation on the same shapes.
        part: the index in `Diagram.parts` of the part that it is drawn in; None for one outside all parts.
        group: the index in `Diagram.groups` of the group that it is drawn in.
    """

    key: str
    role: Role
    title: str
    operands: tuple[str, ...] = ()
    name: str = ""
    details: tuple[str, ...] = ()
    alike: str = ""
    part: int | None = None
    group: int | None = None

    @property
    def text(self) -> str:
        """The first line: `sum`, `subtract(1, ·)`, `y = sum`."""
        is_plain = all(operand == PLACE for operand in self.operands)
        text = self.title if is_plain else f"{self.title}({', '.join(self.operands)})"
        return f"{self.name} = {text}" if self.name else text


@attrs.frozen
class Arrow:
    """An arrow from the box that makes a value to a box that uses it.

    Attributes:
        tail: the key of the box that makes it.
        head: the key of the box that uses it.
        position: which operand it is there.
        label: what is written beside it.
        again: it leads from one repetition of a group to the next.
    """

    tail: str
    head: str
    position: int = 0
    label: str = ""
    again: bool = False


@attrs.frozen
class Group:
    """Boxes that stand for many repetitions of the same operations."""

    count: int

    @property
    def title(self) -> str:
        """The text beside its frame."""
        return times(self.count)


@attrs.frozen
class Diagram:
    """A whole picture: its boxes, and the arrows between them.

    `boxes` are in an order in which each comes after those that it depends on. `parts` are the titles of the parts
    (forward, backward), none where the picture has one part only.
    """

    name: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    parts: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()


def times(count: int) -> str:
    """The text for a number of repetitions.

    >>> times(50)
    '× 50'
    """  # noqa: RUF002  # the sign for times
    return f"× {count}"  # noqa: RUF001  # likewise
