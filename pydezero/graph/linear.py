"""Linear maps as recorded graphs: the reverse pass over such a record is the transpose of the map.

So forward mode follows from reverse mode: a rule takes cotangents to cotangents, which is linear, and its transpose
takes tangents to tangents. (J. Townsend, "A new trick for calculating Jacobian vector products", 2017.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.broadcasting import cast, cotangent_dtype
from pydezero.core.level import Level, next_lasting_level, next_level
from pydezero.core.operation import CalledPrimitive
from pydezero.core.placing import like
from pydezero.core.primitive import Linear, Multilinear, Primitive, zero
from pydezero.core.snapshot import freeze, is_number
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable, bottom, reverse_node, variable_at
from pydezero.graph.backward import pull_back
from pydezero.graph.seeds import add_seed, watched_like
from pydezero.graph.walk import reachable

# Up to this size arrays of ones are kept and shared.
_FEW_BYTES: Final = 1 << 11


@attrs.frozen(eq=False, repr=False)
class LinearMap:
    """The record of a linear map of arrays; its transpose can be applied any number of times."""

    _level: Level
    inputs: Sequence[Node]
    outputs: Sequence[Array]

    def transposed(self, cotangents: Iterable[Array | None]) -> list[Array | None]:
        """The cotangent of each input, for one of each output; None is zero."""
        seeds: dict[Node, Array] = {}
        for output, g in zip(self.outputs, cotangents, strict=True):
            if g is not None and self.depends(output):
                add_seed(seeds, reverse_node(output), cast(g, cotangent_dtype(output.dtype)))
        found = pull_back(seeds, self.inputs)
        return [found.get(node) for node in self.inputs]

    def depends(self, output: Array) -> bool:
        """Whether an output may depend on the inputs: it is a Variable of this record."""
        return type(output) is Variable and output.node.level == self._level

    def nonlinear_operation(self) -> str | None:
        """The name of an operation by which the map is evidently not linear, None if there is none."""
        return nonlinear_operation([reverse_node(output) for output in self.outputs if self.depends(output)])


def record_linear(
    linear: Callable[[list[Variable]], Sequence[Array]], like: Iterable[Array], *, lasting: bool = False
) -> LinearMap:
    """Record a linear map of cotangents (or tangents) of some arrays; `lasting` if the record outlives the transform.

    Where a linear map is recorded does not matter; at ones it meets no 0 * inf.
    """
    level = next_lasting_level() if lasting else next_level()
    inputs = [variable_at(ones_for(x), level) for x in like]
    try:
        return LinearMap(level, list(map(reverse_node, inputs)), linear(inputs))
    finally:
        level.finished = "the derivative rule of an operation"


def ones_for(x: Array) -> Array:
    """A cotangent of ones for an array or number, observed where that is."""
    if type(x) is np.ndarray and x.ndim and x.dtype.kind in "fc":
        return _few_ones(x.shape, x.dtype) if x.nbytes <= _FEW_BYTES else _ones(x.shape, x.dtype)
    if type(x) is not Variable:
        return _constant_for(x, np.ones, np.ones_like)
    return watched_like(x, _constant_for(bottom(x), np.ones, np.ones_like, x.shape))


def _ones(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    made = np.empty(shape, dtype)  # which np.ones does as well, and takes four times as long
    made.fill(1)
    return made


@lru_cache(maxsize=64)
def _few_ones(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """A small array of ones, the same for all who ask, and read-only."""
    return freeze(_ones(shape, dtype))


def zeros_for(x: Array) -> Array:
    """A cotangent of zeros for an array or number."""
    return _constant_for(bottom(x), np.zeros, np.zeros_like, x.shape if type(x) is Variable else None)


def _constant_for(
    x: Array, make: Callable[..., Array], make_like: Callable[..., Array], shape: tuple[int, ...] | None = None
) -> Array:
    """A constant array with the dtype of the cotangent of x, in its shape or another."""
    if not isinstance(x, np.ndarray | np.generic):
        if not is_number(x):  # an array of another library
            return like(make_like, x, x.shape if shape is None else shape, cotangent_dtype(x.dtype))
        x = np.asarray(x)
    made = make(x.shape if shape is None else shape, x.dtype if x.dtype.kind in "fc" else np.float64)
    return made if made.ndim else made[()]


def nonlinear_operation(roots: Iterable[Node]) -> str | None:
    """The name of an operation that is not linear among those that some nodes depend on, None if there is none."""
    return next((node.primitive.name for node in reachable(roots) if node.primitive and not is_linear(node)), None)


def is_linear(node: Node) -> bool:
    """Whether an operation is linear in those of its arguments that are not constants, as far as its rules tell."""
    primitive = node.primitive
    if type(primitive) is Linear:
        return True
    if isinstance(primitive, CalledPrimitive):
        return primitive.is_linear(node.x_residual.residual)
    if node.others:
        return is_linear_in_arguments(primitive, tuple([position for position, _, _ in node.edges]))
    return is_linear_in_arguments(primitive, _POSITIONS[node.x_parent is not None, node.y_parent is not None])


_POSITIONS: Final = {(False, False): (), (True, False): (0,), (False, True): (1,), (True, True): (0, 1)}


@lru_cache(maxsize=1024)
def is_linear_in_arguments(primitive: Primitive | None, positions: tuple[int, ...]) -> bool:
    """Whether an operation is linear in the arguments at some positions together."""
    if primitive is None or isinstance(primitive, Multilinear):
        return len(positions) <= 1
    if isinstance(primitive, Linear):
        return True
    # The derivative of a linear operation does not depend on where it is taken.
    arguments = [primitive.argument(position) for position in positions]
    return not any(
        argument.rule is zero or "out" in argument.names or any(map(argument.keeps, positions))
        for argument in arguments
    )
