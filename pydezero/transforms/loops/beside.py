"""What goes through a loop beside its values: their tangents, the coefficients of their series, or their marks.

All of them are transformed in one way. The loop becomes the same construct over a body that computes values and what is
beside them from values and what is beside those.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.graph.taken import constant_marks, results_with_marks
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.loops.body import Body, Flat, of_some
from pydezero.transforms.taylor.curve import along_series


@attrs.frozen
class Tangents:
    """A tangent beside each value that has a derivative."""

    noun: ClassVar[str] = "tangent"

    follows: ClassVar[bool] = False
    """Whether it is only beside what depends on values that have one, and not beside constants."""

    def shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of what is beside an array of some shape."""
        return shape

    def dtype(self, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """The dtype of what is beside an array of some dtype."""
        return dtype

    def by_steps(self, x: Array) -> Array:
        """What is beside a stack of elements, with the steps along the first axis; and the reverse."""
        return x

    def function_of(self, body: Body) -> Flat:
        """The function of a body through which it is pushed."""
        return body.run

    def pushed(
        self, run: Flat, values: Sequence[Array], places: Sequence[int], found: Sequence[Array]
    ) -> tuple[Any, Any]:
        """The results of a function, and what is beside each of them; the values at some places have something."""
        # There may be no results, and forward mode asks for some: the first argument is one more.
        function = of_some(run, values, places)
        outputs, moved = jvp(lambda *xs: (*function(*xs), xs[0]), tuple([values[i] for i in places]), tuple(found))
        return outputs[:-1], moved[:-1]


@attrs.frozen
class Coefficients(Tangents):
    """The coefficients of a series up to an order beside each value, in a stack."""

    order: int

    def shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (self.order, *shape)

    def by_steps(self, x: Array) -> Array:
        return np.swapaxes(x, 0, 1)

    def pushed(
        self, run: Flat, values: Sequence[Array], places: Sequence[int], found: Sequence[Array]
    ) -> tuple[Any, Any]:
        return along_series(of_some(run, values, places), [values[i] for i in places], found, self.order)


@attrs.frozen
class Marks(Tangents):
    """A mark beside each element, see `pydezero.graph.taken`."""

    noun: ClassVar[str] = "marks"
    follows: ClassVar[bool] = True

    def dtype(self, dtype: np.dtype[Any]) -> np.dtype[Any]:  # noqa: ARG002
        return np.dtype(np.bool)

    def function_of(self, body: Body) -> Flat:
        return body.origin or body.run

    def pushed(
        self, run: Flat, values: Sequence[Array], places: Sequence[int], found: Sequence[Array]
    ) -> tuple[Any, Any]:
        marks = dict(zip(places, found, strict=True))
        return results_with_marks(run, values, [marks.get(i) for i in range(len(values))])


TANGENTS: Final = Tangents()
MARKS: Final = Marks()


def pushed(
    run: Flat, values: Sequence[Array], places: Sequence[int], found: Sequence[Array], beside: Tangents
) -> tuple[Any, Any]:
    """The results of a function, and what is beside all of them; the values at some places have something."""
    if not places:
        outputs = run(values)
        return outputs, [None] * len(outputs)
    return beside.pushed(run, values, places, found)


def ones_beside(examples: Sequence[Any], places: Sequence[int], beside: Tangents) -> list[Array]:
    """An example of what is beside the values at these places."""
    return [np.ones(beside.shape(examples[i].shape), beside.dtype(examples[i].dtype))[()] for i in places]


def zeros_beside(x: Array, beside: Tangents) -> Array:
    """What is beside a constant."""
    if beside.follows:
        return constant_marks(x, True)
    return np.zeros(beside.shape(x.shape), beside.dtype(x.dtype))[()]
