"""`flatten`: the numbers of a container as one vector, and back, for optimisers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any, Generic, TypeVar, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import tree
from pydezero.core.foreign import arrayed, is_convertible
from pydezero.core.snapshot import check_numeric, is_number
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, is_numeric, shape_of
from pydezero.functions.elementwise.arithmetic import positive
from pydezero.functions.elementwise.complex import real
from pydezero.functions.joining.joining import concatenate
from pydezero.functions.shapes.shape import astype, ravel, reshape

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@attrs.frozen
class Part:
    """A number or array of a container, and where it is in the vector.

    Attributes:
        shape, dtype: those of the number or array.
        is_number: it was a Python or NumPy number, not an array of shape ().
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_number: bool

    def of(self, elements: Array) -> Array:
        """The part that has these elements, in memory of its own."""
        if elements.dtype.kind == "c" and self.dtype.kind != "c":
            elements = real(elements)
        elements = astype(elements, self.dtype) if elements.dtype != self.dtype else positive(elements)
        shaped = reshape(elements, self.shape)
        return shaped[()] if self.is_number else shaped


@attrs.frozen(eq=False)
class Unflatten(Generic[T_co]):
    """The map from vectors to containers that `flatten` returns beside the vector."""

    _template: Any  # the container, with holes; see `pydezero.tree`
    _parts: Sequence[Part] = attrs.field(repr=False)

    def __call__(self, vector: Operand) -> T_co:
        """The container of the numbers in a vector.

        Args:
            vector: an array or Variable of the shape of the vector that `flatten` returned.

        Returns:
            A container like the one that was flattened, of fresh arrays of the shapes and dtypes of its arrays; of
            Variables if the vector is one. A number is a NumPy number (a float is `np.float64`, which is a float).

        Raises:
            TypeError: the vector holds no numbers, or complex numbers while the container has real ones alone.
            ValueError: the vector has another shape.
        """
        if not isinstance(vector, Variable):
            vector = np.asarray(vector)
            check_numeric(vector, "unflatten(vector)")
        bounds = [0]
        for part in self._parts:
            bounds.append(bounds[-1] + prod(part.shape))
        if shape_of(vector) != (bounds[-1],):
            raise ValueError(
                f"unflatten(vector): the vector has shape {shape_of(vector)}, the container {bounds[-1]} numbers"
            )
        if vector.dtype.kind == "c" and not any(part.dtype.kind == "c" for part in self._parts):
            raise TypeError("unflatten(vector): the vector is complex, the container holds real numbers")
        slices = [vector[start:stop] for start, stop in pairwise(bounds)]
        found = [part.of(elements) for part, elements in zip(self._parts, slices, strict=True)]
        filled: T_co = tree.filled(self._template, found)
        return filled


@overload
def flatten(  # type: ignore[overload-overlap]  # Variables are told apart first
    container: Variable,
) -> tuple[Variable, Unflatten[Variable]]: ...
@overload
def flatten(  # type: ignore[overload-overlap]  # Variables are told apart first
    container: list[Variable],
) -> tuple[Variable, Unflatten[list[Variable]]]: ...
@overload
def flatten(  # type: ignore[overload-overlap]  # Variables are told apart first
    container: tuple[Variable, ...],
) -> tuple[Variable, Unflatten[tuple[Variable, ...]]]: ...
@overload
def flatten(  # type: ignore[overload-overlap]  # Variables are told apart first
    container: dict[str, Variable],
) -> tuple[Variable, Unflatten[dict[str, Variable]]]: ...
@overload
def flatten(container: T) -> tuple[NDArray[Any], Unflatten[T]]: ...
def flatten(container: Any) -> Any:
    """All numbers of a container as one vector, and the function that makes such a container of a vector.

    Both are differentiable: the container may hold Variables (inside a transformed function), and the vector may be
    one. What is not a number (None, a string) is kept in the container as it is.

    Args:
        container: arrays, floats, complex numbers, Variables, nested at will in containers (see `pydezero.tree`).

    Returns:
        vector: a fresh array, or a Variable if there is one in the container, of one axis: the elements of all arrays
            and numbers, in the order of `pydezero.tree.flatten`. Its dtype is the one that holds all of theirs exactly:
            float64 for float32 and float64, complex128 for float64 and complex64.
        unflatten: the function from such a vector to a container of the same type; each array in it has the dtype that
            it had. See `Unflatten`.

    Raises:
        TypeError: there is an integer or a boolean among the numbers. An optimiser would move it to a fraction; write
            1.0 for 1, and keep counts and flags outside the container. Or there is a dataframe or a tensor: pass an
            array of its numbers.

    >>> import numpy as np
    >>> vector, unflatten = flatten({"w": np.array([[1.0, 2.0]]), "b": 0.5})
    >>> vector
    array([1. , 2. , 0.5])
    >>> unflatten(2 * vector)["w"]
    array([[2., 4.]])

    An optimiser of SciPy works on the vector. Where x is what
    `minimize(value_and_grad(lambda v: loss(unflatten(v))), vector, jac=True)` finds, `unflatten(x)` is the container
    of the best parameters.
    """
    for i, leaf in enumerate(tree.flatten(container)):
        if is_convertible(leaf) and is_numeric(arrayed(leaf)):
            raise TypeError(
                f"flatten(container): container{tree.paths(container)[i]} is a {type(leaf).__name__}, which is no "
                "array; np.asarray(x) makes one of it"
            )
    template, values = tree.separate(container, is_numeric)
    parts = [_part(value) for value in values]
    vector = concatenate([ravel(value) for value in values]) if values else np.zeros(0)
    return vector, Unflatten(template, parts)


def _part(value: Array) -> Part:
    array = np.asarray(value) if is_number(value) else value
    check_numeric(array, "flatten(container)")
    if array.dtype.kind not in "fc":
        raise TypeError(
            f"flatten(container): there is {value!r} of dtype {array.dtype} in the container, which an optimiser would "
            "move to a fraction; write 1.0 for 1, and keep counts and flags outside the container"
        )
    return Part(array.shape, array.dtype, is_number(value))
