"""Passes: functions from a graph to one that computes the same in fewer operations.

A pass never changes a value, not in the last bit. Where it cannot be sure that two things are the same, it takes them
to be different.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

import attrs
import numpy as np

from pydezero.core.snapshot import freeze
from pydezero.transforms.staging.equation import Constant, Equation, Reference
from pydezero.transforms.staging.graph import Graph

G = TypeVar("G", bound=Graph[..., Any])


def simplify(graph: G) -> G:
    """A graph to which the other passes have been applied until nothing changed any more.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> from pydezero import trace
    >>> print(simplify(trace(grad(lambda x: np.sin(x) * np.sin(x)))(1.0)))
    <lambda>(a: f64[]):
        b: f64[] = sin(a)
        c: f64[] = multiply(f64(1.0), b)
        d: f64[] = cos(a)
        e: f64[] = multiply(c, d)
        f: f64[] = add(e, e)
        return f
    """
    while True:
        simpler = eliminate_dead_code(eliminate_common_subexpressions(fold_constants(graph)))
        if _size(simpler) == _size(graph):
            return simpler
        graph = simpler


def eliminate_dead_code(graph: G) -> G:
    """A graph without the equations and constants that no output depends on.

    An operation of the user's own is taken to do nothing but return its outputs. All inputs stay.
    """
    needed = _numbers(graph.outputs)
    equations: list[Equation] = []
    for equation in reversed(graph.equations):
        if needed & _numbers(equation.outputs):
            needed |= _numbers(equation.references)
            equations.append(equation)
    constants = [constant for constant in graph.constants if constant.reference.number in needed]
    return attrs.evolve(graph, constants=tuple(constants), equations=tuple(reversed(equations)))


def fold_constants(graph: G) -> G:
    """A graph in which equations that depend on no input are replaced by their values.

    An operation of the user's own may have other values at each call; it is left to be called.
    """
    known = {constant.reference.number: constant.value for constant in graph.constants}
    constants = list(graph.constants)
    equations: list[Equation] = []
    for equation in graph.equations:
        if not equation.primitive.is_pure or not _numbers(equation.references) <= known.keys():
            equations.append(equation)
            continue
        with np.errstate(all="ignore"):  # whoever traced it has been warned
            values = [freeze(value) for value in equation.evaluate(known)]
        known.update(zip([reference.number for reference in equation.outputs], values, strict=True))
        constants.extend(map(Constant, equation.outputs, values))
    return attrs.evolve(graph, constants=tuple(constants), equations=tuple(equations))


def eliminate_common_subexpressions(graph: G) -> G:
    """A graph in which constants that are equal are one, and so are equations that do the same to the same values.

    Parameters are compared by value. Two calls of an operation of the user's own stay two.
    """
    instead: dict[Reference, Reference] = {}
    first: dict[Hashable, tuple[Reference, ...]] = {}
    constants = [
        constant
        for constant in graph.constants
        if not _is_seen(first, _key(constant.value), (constant.reference,), instead)
    ]
    equations: list[Equation] = []
    for equation in graph.equations:
        changed = _with_references(equation, instead)
        if not _is_seen(first, _equation_key(changed), equation.outputs, instead):
            equations.append(changed)
    outputs = tuple([instead.get(reference, reference) for reference in graph.outputs])
    return attrs.evolve(graph, constants=tuple(constants), equations=tuple(equations), outputs=outputs)


def _size(graph: Graph[Any, Any]) -> tuple[int, int]:
    return len(graph.equations), len(graph.constants)


def _numbers(references: Iterable[Reference]) -> set[int]:
    return {reference.number for reference in references}


def _is_seen(
    first: dict[Hashable, tuple[Reference, ...]],
    key: Hashable | None,
    references: tuple[Reference, ...],
    instead: dict[Reference, Reference],
) -> bool:
    """Whether there was something with this key, whose references then take the place of these."""
    if key is None:
        return False
    present = first.setdefault(key, references)
    if present is references:
        return False
    instead.update(zip(references, present, strict=True))
    return True


def _with_references(equation: Equation, instead: dict[Reference, Reference]) -> Equation:
    """An equation with other references in the place of some."""
    inputs = tuple([instead.get(x, x) if type(x) is Reference else x for x in equation.inputs])
    return attrs.evolve(equation, inputs=inputs)


def _equation_key(equation: Equation) -> Hashable | None:
    """A key that is equal for equations that compute the same; None where that is not known."""
    if not equation.primitive.is_pure:
        return None
    inputs = _key(equation.inputs)
    parameters = _key(dict(equation.parameters))
    return None if inputs is None or parameters is None else (equation.primitive, inputs, parameters)


def _key(x: Any) -> Hashable | None:
    """A key that is equal for values that are the same in every respect; None where that is not known.

    The same bits: 0.0 is not -0.0, nan is nan; 1 is not 1.0, nor True. And the same order in memory, on which the order
    of additions depends, and so the rounding.
    """
    kind = type(x)
    if x is None or kind in (Reference, int, bool, str, bytes) or x is Ellipsis:
        return kind, x
    if kind in (float, complex):
        return kind, np.asarray(x).tobytes()
    if isinstance(x, np.ndarray | np.generic):
        if x.dtype.hasobject:
            return None
        return kind, x.dtype.str, x.shape, np.asarray(x).strides, x.tobytes()
    if isinstance(x, np.dtype):
        return kind, x.str
    if kind is slice:
        return _key_of_parts(kind, [x.start, x.stop, x.step])
    if kind in (tuple, list):
        return _key_of_parts(kind, x)
    if kind is dict:
        return _key_of_parts(kind, [part for item in x.items() for part in item])
    if attrs.has(kind):
        return _key_of_parts(kind, [getattr(x, field.name) for field in attrs.fields(kind)])
    is_itself = isinstance(x, type) or getattr(kind, "__eq__") is getattr(object, "__eq__")  # noqa: B009  # see mypy #9183
    return (kind, x) if is_itself else None


def _key_of_parts(kind: type, parts: Iterable[Any]) -> Hashable | None:
    keys = [_key(part) for part in parts]
    return None if any(key is None for key in keys) else (kind, *keys)
