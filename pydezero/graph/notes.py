"""Notes on exceptions that are raised inside derivative rules: of which operation, and of what shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydezero.core.types import Array, Residual
from pydezero.core.variable import Node, shape_of


def operation_of(node: Node) -> str:
    """What the operation is called that a node was recorded for."""
    if node.primitive is None:
        return "an input"
    # The node of a call of the user's own keeps the call, which has a name of its own.
    return node.x_residual.name if node.primitive.name == "call" else node.primitive.name


def note_backward(error: Exception, node: Node, cotangent: Array) -> None:
    """Say of which operation the rule is that failed in a reverse pass."""
    shapes = _shapes(residual for _, _, residual in node.edges)
    kept = f", kept for it {shapes}" if shapes else ""
    error.add_note(f"(in the backward of {operation_of(node)}: cotangent {_shapes([cotangent])}{kept})")


def note_tangent(
    error: Exception, name: str, operands: Sequence[Array], tangents: Sequence[Array | None], line: object
) -> None:
    """Say of which operation the rule is that failed in forward mode."""
    of = ", ".join(["zero" if t is None else _shape(t) for t in tangents])
    error.add_note(f"(in the tangent of {name}: operands {_shapes(operands)}, tangents {of}, at {line})")


def _shapes(values: Iterable[Residual]) -> str:
    """The shapes of the arrays among some values, one or several of which may be in a tuple."""
    flat = [x for value in values for x in (value if isinstance(value, tuple) else (value,))]
    return ", ".join([_shape(x) for x in flat if _has_shape(x)])


def _has_shape(x: object) -> bool:
    return isinstance(x, float | complex) or (hasattr(x, "shape") and hasattr(x, "dtype"))


def _shape(x: Array) -> str:
    return str(shape_of(x)) if _has_shape(x) else type(x).__name__
