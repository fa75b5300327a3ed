"""Cotangents that a reverse pass has not computed yet, of arrays for which each call costs more than its numbers.

On a GPU every call takes the host as long as the device takes for a million elements. So the cotangents between two
reductions or products are not computed one by one: each is an expression of the elements of arrays and numbers, to
which the next elementwise rule adds its own, and one kernel computes what is needed in the end.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

from pydezero.arrays import WORDS, KernelWords
from pydezero.core.bind import PYTHON_NUMBERS
from pydezero.core.broadcasting import reduced_axes
from pydezero.core.cotangent import IndexedCotangent
from pydezero.core.primitive import Elementwise, Multilinear
from pydezero.core.types import Array
from pydezero.core.variable import Node

# The most operands of a kernel, the most arrays of an expression that is computed for two results, and the length of an
# expression. An array is alive as long as it is an operand, and each expression is compiled once.
_MOST: Final = 6
_SHARED: Final = 2
_LONGEST: Final = 120

# From this size on what is added up is computed at once, so that no array waits for it.
_LARGE_BYTES: Final = 1 << 22

_HALF: Final = np.dtype(np.float16)


class Pending:
    """A cotangent as an expression: of the elements of `operands`, which are named a0, a1 and so on.

    The operands are arrays of one library and one dtype, which broadcast to the shape, and Python's floats. Like
    `IndexedCotangent` it belongs to a reverse pass, which is over before anybody sees its result.
    """

    __slots__ = ("_array", "dtype", "expression", "operands", "shape", "words")

    def __init__(
        self,
        words: KernelWords,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        expression: str,
        operands: tuple[Any, ...],
    ) -> None:
        self.words: KernelWords = words
        self.shape: tuple[int, ...] = shape
        self.dtype: np.dtype[Any] = dtype
        self.expression: str = expression
        self.operands: tuple[Any, ...] = operands
        self._array: Any = None  # Any: of any library, as below

    def __add__(self, other: Any) -> Any:
        total = _sum(self, other)
        return self.array() + _computed(other) if total is None else total

    @property
    def arrays(self) -> list[Any]:
        """The operands that are arrays."""
        return [x for x in self.operands if type(x) is not float]

    def array(self) -> Any:
        """The cotangent as an array, which is computed once."""
        if self._array is None:
            arrays = self.arrays
            if not arrays:
                out = self.words.number(self.operands[0], self.dtype)
            elif self.expression == "a0":
                out = arrays[0]
            else:
                names = ", ".join([f"a{i}" for i in range(len(self.operands))])
                out = self.words.computed(names, self.expression, "cotangent", self.operands)
            self._array = out if out.shape == self.shape else np.broadcast_to(out, self.shape)
            self.expression, self.operands = "a0", (self._array,)
        return self._array

    def reshaped(self, shape: tuple[int, ...]) -> Pending:
        """The cotangent in another shape."""
        operands = self.operands
        if {x.shape for x in self.arrays} - {self.shape}:
            operands = (self.array(),)
        operands = tuple([x if type(x) is float else np.reshape(x, shape) for x in operands])
        return Pending(self.words, shape, self.dtype, self.expression, operands)

    def broadcast(self, shape: tuple[int, ...]) -> Pending:
        """The cotangent of what was repeated along axes."""
        return Pending(self.words, shape, self.dtype, self.expression, self.operands)


WORDS[Pending] = KernelWords()  # where a reverse pass is seeded with one, it goes on with them


def pending_one(value: Any) -> Any:
    """The cotangent 1 of a real number of a library that has kernels."""
    words = WORDS[type(value)]
    assert isinstance(words, KernelWords)
    return Pending(words, value.shape, value.dtype, "a0", (1.0,))


def compute_pending(cotangents: dict[Node, Array]) -> None:
    """Compute what is pending among some cotangents."""
    for node, g in cotangents.items():
        if type(g) is Pending:
            cotangents[node] = g.array()


def pull_through(node: Node, g: Array, cotangents: dict[Node, Array]) -> Array | None:
    """Add what a node contributes to the cotangents of its parents, as far as expressions say it.

    Returns:
        None where that is done, else the cotangent as an array, for the rules of the node.
    """
    primitive = node.primitive
    assert primitive is not None
    if not node.others and (primitive.name in _SPECIAL or isinstance(primitive, Elementwise)):
        whole = g if type(g) is Pending else _whole(g)
        found = None if whole is None else _contributions(node, primitive.name, whole)
        if found is not None:
            for parent, contribution in found:
                present = cotangents.get(parent)
                if present is None:
                    cotangents[parent] = contribution
                elif type(present) is IndexedCotangent:
                    present.contributions.append((..., contribution.array()))
                else:
                    cotangents[parent] = contribution + present
            return None
    if not isinstance(primitive, Multilinear):  # whose rules may give what is not added to an expression
        for _, parent, _ in node.edges:
            present = cotangents.get(parent)
            if type(present) is Pending:
                cotangents[parent] = present.array()
    return _computed(g)


def _computed(g: Any) -> Any:
    return g.array() if type(g) is Pending else g


def _whole(g: Any) -> Pending | None:
    words = WORDS[type(g)]
    if not isinstance(words, KernelWords) or g.dtype.kind != "f":
        return None
    return Pending(words, g.shape, g.dtype, "a0", (g,))


def _contributions(node: Node, name: str, g: Pending) -> list[tuple[Node, Pending]] | None:
    """The parents of a node with what it contributes to each; None if no expression says it of one of them."""
    x_parent, y_parent = node.x_parent, node.y_parent
    special = _SPECIAL.get(name)
    if special is not None:
        contribution = special(g, node.x_residual)
        return None if contribution is None or x_parent is None else [(x_parent, contribution)]
    pulls = g.words.pulls
    found = []
    if x_parent is not None:
        if y_parent is not None and len(g.operands) > _SHARED and len(g.arrays) > _SHARED:
            g.array()
        formula = pulls.get((name, 0))
        contribution = None if formula is None else _pulled(g, formula, node.x_residual)
        if contribution is None:
            return None
        found.append((x_parent, contribution))
    if y_parent is not None:
        formula = pulls.get((name, 1))
        contribution = None if formula is None else _pulled(g, formula, node.y_residual)
        if contribution is None:
            return None
        found.append((y_parent, contribution))
    return found


def _pulled(g: Pending, formula: tuple[str, str], residual: Any) -> Pending | None:
    """The cotangent of an argument by the expression of a rule; None if the residual is not what it takes."""
    names, expression = formula
    if expression == "g":
        return g
    parts = () if not names else residual if type(residual) is tuple else (residual,)
    merged = list(g.operands)
    places = []
    has_arrays = False
    for x in parts:
        operand = _operand(x, g)
        if operand is None:
            return None
        has_arrays = has_arrays or type(operand) is not float
        places.append(_place(merged, operand))
    if not has_arrays and len(g.operands) == 1 and type(g.operands[0]) is float:
        number = _of_numbers(g.operands[0], expression, [merged[place] for place in places])
        return Pending(g.words, g.shape, g.dtype, "a0", (number,))
    return _bounded(g, _composed(g.expression, expression, names, tuple(places)), tuple(merged))


def _place(operands: list[Any], x: Any) -> int:
    """The place of an operand in a list of operands, to which it is appended if it is not there."""
    for i, y in enumerate(operands):
        if y is x:
            return i
    operands.append(x)
    return len(operands) - 1


def _operand(x: Any, g: Pending) -> Any:
    """A part of a residual as an operand beside a cotangent; None if it cannot be one."""
    kind = type(x)
    if kind in PYTHON_NUMBERS:
        return None if kind is complex else float(x)
    if WORDS.get(kind) is g.words and x.dtype == g.dtype:
        return x
    return None


def _of_numbers(g: float, expression: str, values: Sequence[float]) -> float:
    """The value of the expression of a rule for numbers, computed as for arrays."""
    with np.errstate(all="ignore"):
        match expression:
            case "-g":
                return -g
            case "g * x":
                return float(np.multiply(g, values[0]))
            case "g / x":
                return float(np.divide(g, values[0]))
    raise AssertionError(expression)  # no other rule has a number alone for its residual


@lru_cache(maxsize=4096)
def _composed(g: str, expression: str, names: str, places: tuple[int, ...]) -> str:
    """The expression of a rule, with that of the cotangent for g, and the names of operands for those of its parts."""
    meant = dict(zip(names.split(", "), [f"a{place}" for place in places], strict=False))
    meant["g"] = g if g.isalnum() else f"({g})"
    return re.sub(r"\b(g|x|out|ties|chosen)\b", lambda match: meant[match[0]], expression)


def _bounded(like: Pending, expression: str, operands: tuple[Any, ...]) -> Pending:
    """A cotangent like another, computed at once if its expression has many operands or is long."""
    made = Pending(like.words, like.shape, like.dtype, expression, operands)
    if len(operands) > _MOST or len(expression) > _LONGEST:
        made.array()
    return made


def _sum(g: Pending, other: Any) -> Pending | None:
    """The sum of a cotangent and another, None if no expression says it."""
    if type(other) is not Pending:
        if WORDS[type(other)] is not g.words or other.dtype != g.dtype:
            return None
        other = Pending(g.words, other.shape, other.dtype, "a0", (other,))
    if other.shape != g.shape or other.dtype != g.dtype or other.words is not g.words:
        return None
    if not g.arrays and not other.arrays:
        return Pending(g.words, g.shape, g.dtype, "a0", (g.operands[0] + other.operands[0],))
    if len(g.arrays) + len(other.arrays) > _MOST:
        other.array()
    merged = list(other.operands)
    places = tuple([_place(merged, x) for x in g.operands])
    total = _bounded(g, f"{other.expression} + {_renamed(g.expression, places)}", tuple(merged))
    if math.prod(g.shape) * g.dtype.itemsize >= _LARGE_BYTES:
        total.array()
    return total


@lru_cache(maxsize=4096)
def _renamed(expression: str, places: tuple[int, ...]) -> str:
    named = re.sub(r"\ba(\d)\b", lambda match: f"a{places[int(match[1])]}", expression)
    return named if named.isalnum() else f"({named})"


def _kept(g: Pending, x_shape: tuple[int, ...], axis: Any) -> Pending:
    """The cotangent of a reduction in the shape that keepdims gives it."""
    if len(g.shape) in (0, len(x_shape)):
        return g
    axes = reduced_axes(axis, len(x_shape))
    return g.reshaped(tuple([1 if i in axes else n for i, n in enumerate(x_shape)]))


def _of_sum(g: Pending, residual: Any) -> Pending:
    x_shape, axis = residual
    return _kept(g, x_shape, axis).broadcast(x_shape)


def _of_mean(g: Pending, residual: Any) -> Pending | None:
    x_shape, axis = residual
    if g.dtype == _HALF:  # in which no large count is finite
        return None
    count = math.prod([x_shape[i] for i in reduced_axes(axis, len(x_shape))])
    part = _pulled(g, ("x", "g / x"), count)
    return None if part is None else _of_sum(part, residual)


def _of_extreme(g: Pending, residual: Any) -> Pending | None:
    x, out, axis = residual
    words = g.words
    if g.dtype == _HALF or _operand(x, g) is None or _operand(out, g) is None or not x.shape:
        return None
    extreme = _kept(Pending(words, out.shape, out.dtype, "a0", (out,)), x.shape, axis).array()
    chosen = words.chosen(x, extreme, g.dtype)
    ties = words.sum(chosen, axis=axis, keepdims=True)
    formula = ("ties, chosen", "g / ties * chosen")
    return _pulled(_kept(g, x.shape, axis).broadcast(x.shape), formula, (ties, chosen))


def _of_broadcast(g: Pending, residual: Any) -> Pending | None:
    """The cotangent of what was broadcast: of a number its multiple, of anything else a sum of arrays."""
    x_shape, dtype = residual
    if dtype != g.dtype or g.arrays:
        return None
    multiple = _pulled(g, ("x", "g * x"), math.prod(g.shape) // max(1, math.prod(x_shape)))
    return None if multiple is None else multiple.broadcast(x_shape)


_SPECIAL: Final[Mapping[str, Callable[[Pending, Any], Pending | None]]] = {
    "broadcast": _of_broadcast,
    "max": _of_extreme,
    "mean": _of_mean,
    "min": _of_extreme,
    "sum": _of_sum,
}
