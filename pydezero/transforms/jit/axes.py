"""The axes of a shape; neighbouring axes are merged where the strides of all operands allow it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from pydezero.transforms.jit.program import Shape


@attrs.frozen(eq=False)
class Axes:
    """The axes of a shape, with neighbours put together.

    Attributes:
        groups: the axes of the shape that each of them is.
        lengths: the length of each.
        reduced: whether there is a reduction over it.
    """

    groups: list[list[int]]
    lengths: list[int]
    reduced: list[bool]

    def strides(self, strides: Sequence[int]) -> list[int]:
        """The strides along these axes, of strides along the axes of the shape."""
        return [strides[group[-1]] for group in self.groups]


def axes_of(shape: Shape, places: Sequence[tuple[int, ...]], reduced: Sequence[Sequence[int]] = ()) -> Axes:
    """The axes of a shape, for elements that are read and written with these strides, and reductions over some axes."""
    groups: list[list[int]] = []
    lengths: list[int] = []
    distinct = list(dict.fromkeys(places))
    for axis, n in enumerate(shape):
        if (
            groups
            and all((axis in axes) == (axis - 1 in axes) for axes in reduced)
            and all(s[axis - 1] == s[axis] * n for s in distinct)
        ):
            groups[-1].append(axis)
            lengths[-1] *= n
        else:
            groups.append([axis])
            lengths.append(n)
    return Axes(groups, lengths, [any(group[0] in axes for axes in reduced) for group in groups])
