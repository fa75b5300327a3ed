"""Notes on an exception in a derivative rule: the operation, the shapes, and the place in the graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from pydezero.arrays import NUMPY, WORDS
from pydezero.core.cotangent import IndexedCotangent
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Node, bottom, shape_of

_FAILURE: Final = "pydezero_failure"


@attrs.frozen(eq=False, repr=False)
class RuleFailure:
    """The place in a graph where a rule has failed: its node, and the nodes before it in the order of creation."""

    node: Node
    before: Sequence[Node]


def failure_of(error: BaseException) -> RuleFailure | None:
    """The failure in the last reverse pass that an exception came through, None if its place is not known."""
    failure: RuleFailure | None = getattr(error, _FAILURE, None)
    return failure


def note_backward(error: Exception, node: Node, cotangent: Array, before: Sequence[Node]) -> None:
    """Say of which operation the rule is that failed in a reverse pass, and keep its place with the exception.

    Of a cotangent that was to be laid out the place is not known: its node is done with.
    """
    is_indexed = type(cotangent) is IndexedCotangent
    setattr(error, _FAILURE, None if is_indexed else RuleFailure(node, before))
    node = (is_indexed and cotangent.node) or node
    shapes = _shapes(residual for _, _, residual in node.edges)
    kept = f", kept for it {shapes}" if shapes else ""
    name = "an input" if node.primitive is None else node.primitive.name
    error.add_note(f"(in the backward of {name}: cotangent {_shapes([cotangent])}{kept})")
    _note_library(error, [cotangent, *[residual for _, _, residual in node.edges]])


def note_tangent(
    error: Exception, name: str, operands: Sequence[Array], tangents: Sequence[Array | None], line: object
) -> None:
    """Say of which operation the rule is that failed in forward mode."""
    of = ", ".join(["zero" if t is None else _shape(t) for t in tangents])
    error.add_note(f"(in the tangent of {name}: operands {_shapes(operands)}, tangents {of}, at {line})")
    _note_library(error, [*operands, *tangents])


def _note_library(error: Exception, values: Iterable[Residual]) -> None:
    """Say how an array of another library is made an ndarray, for which that has a way and fewer functions."""
    for x in _flat(values):
        words = WORDS[type(bottom(x))]
        if words.dense != NUMPY.dense:
            error.add_note(f"({words.library} has not all functions of NumPy; pass {words.dense})")
            return


def _shapes(values: Iterable[Residual]) -> str:
    """The shapes of the arrays among some values, one or several of which may be in a tuple."""
    return ", ".join([_shape(x) for x in _flat(values) if _has_shape(x)])


def _flat(values: Iterable[Residual]) -> list[Residual]:
    return [x for value in values for x in (value if isinstance(value, tuple) else (value,))]


def _has_shape(x: object) -> bool:
    return isinstance(x, float | complex) or (hasattr(x, "shape") and hasattr(x, "dtype"))


def _shape(x: Array) -> str:
    return str(shape_of(x)) if _has_shape(x) else type(x).__name__
