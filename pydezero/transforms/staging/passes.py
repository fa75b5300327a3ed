"""Passes: functions from a graph to one that computes the same in fewer operations.

A pass never changes a value, not in the last bit. Where it cannot be sure that two things are the same, it takes them
to be different.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Final, TypeVar

import attrs
import numpy as np

from pydezero.core.primitive import Primitive
from pydezero.core.snapshot import freeze
from pydezero.transforms.staging.equation import Constant, Equation, Reference
from pydezero.transforms.staging.graph import Graph

G = TypeVar("G", bound=Graph[..., Any])

# What is the same in every respect if it is equal and of the same type.
_BY_VALUE: Final = frozenset({Reference, int, bool, str, bytes, type(None), type(Ellipsis)})


def simplify(graph: G) -> G:
    """A graph to which the other passes have been applied, and in which they find nothing to do any more.

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
    constants, equations = _folded(graph.constants, graph.equations)
    constants, equations, outputs = _merged(constants, equations, graph.outputs)
    # Once is enough: each pass leaves nothing to do for those before it.
    return _with(graph, *_needed(constants, _inside(simplify, equations), outputs), outputs)


def eliminate_dead_code(graph: G) -> G:
    """A graph without the equations and constants that no output depends on.

    An operation of the user's own is taken to do nothing but return its outputs. All inputs stay, and so do checks, by
    which a LinAlgError is raised where there is no derivative.

    >>> from pydezero import trace
    >>> def f(x):
    ...     _ = x * 3
    ...     return x + 1
    >>> print(eliminate_dead_code(trace(f)(1.0)))
    f(a: f64[]):
        b: f64[] = add(a, 1)
        return b
    """
    equations = _inside(eliminate_dead_code, graph.equations)
    return _with(graph, *_needed(graph.constants, equations, graph.outputs), graph.outputs)


def fold_constants(graph: G) -> G:
    """A graph in which equations that depend on no input are replaced by their values.

    An operation of the user's own may have other values at each call; it is left to be called.

    >>> import numpy as np
    >>> from pydezero import grad, trace
    >>> def f(x):
    ...     slope = grad(lambda y: 3.0 * y)(x)  # the same for every x
    ...     return np.sin(slope) + x
    >>> graph = trace(f)(2.0)
    >>> [x.name for x in graph.equations], [x.name for x in fold_constants(graph).equations]
    (['multiply', 'sin', 'add'], ['multiply', 'add'])
    """
    return _with(graph, *_folded(graph.constants, _inside(fold_constants, graph.equations)), graph.outputs)


def eliminate_common_subexpressions(graph: G) -> G:
    """A graph in which constants that are equal are one, and so are equations that do the same to the same values.

    Parameters are compared by value. Two calls of an operation of the user's own stay two.

    >>> import numpy as np
    >>> from pydezero import trace
    >>> print(eliminate_common_subexpressions(trace(lambda x: np.sin(x) * np.sin(x))(1.0)))
    <lambda>(a: f64[]):
        b: f64[] = sin(a)
        c: f64[] = multiply(b, b)
        return c
    """
    equations = _inside(eliminate_common_subexpressions, graph.equations)
    return _with(graph, *_merged(graph.constants, equations, graph.outputs))


def _inside(simplified: Callable[[Any], Any], equations: Sequence[Equation]) -> list[Equation]:
    """Equations that apply functions (a loop, a choice) with a pass over these functions."""
    return [
        Equation(_with_bodies(equation.primitive, simplified), equation.inputs, equation.outputs, equation.parameters)
        if equation.primitive.bodies
        else equation
        for equation in equations
    ]


def _with_bodies(primitive: Primitive, simplified: Callable[[Any], Any]) -> Primitive:
    return primitive.with_bodies({name: simplified(body) for name, body in primitive.bodies.items()})


def _with(graph: G, constants: Sequence[Constant], equations: Sequence[Equation], outputs: tuple[Reference, ...]) -> G:
    return attrs.evolve(graph, constants=tuple(constants), equations=tuple(equations), outputs=outputs)


def _needed(
    constants: Sequence[Constant], equations: Sequence[Equation], outputs: Iterable[Reference]
) -> tuple[list[Constant], list[Equation]]:
    """The constants and equations that some outputs depend on, and those that check what others are given."""
    needed = {reference.number for reference in outputs}
    kept: list[Equation] = []
    for equation in reversed(equations):
        if not equation.primitive.checks and needed.isdisjoint([reference.number for reference in equation.outputs]):
            continue
        kept.append(equation)
        for x in equation.inputs:
            if type(x) is Reference:
                needed.add(x.number)
    kept.reverse()
    return [constant for constant in constants if constant.reference.number in needed], kept


def _folded(constants: Sequence[Constant], equations: Sequence[Equation]) -> tuple[list[Constant], list[Equation]]:
    """The constants, with more of them in the place of the equations that depend on constants alone."""
    known = {constant.reference.number: constant.value for constant in constants}
    all_constants = list(constants)
    kept: list[Equation] = []
    for equation in equations:
        numbers = [x.number for x in equation.inputs if type(x) is Reference]
        if not equation.primitive.is_pure or not known.keys() >= set(numbers):
            kept.append(equation)
            continue
        with np.errstate(all="ignore"):  # whoever traced it has been warned
            values = [freeze(value) for value in equation.evaluate(known)]
        known.update(zip([reference.number for reference in equation.outputs], values, strict=True))
        all_constants.extend(map(Constant, equation.outputs, values))
    return all_constants, kept


def _merged(
    constants: Sequence[Constant], equations: Sequence[Equation], outputs: Iterable[Reference]
) -> tuple[list[Constant], list[Equation], tuple[Reference, ...]]:
    """The constants, equations and outputs, each constant and each equation once."""
    instead: dict[int, Reference] = {}
    first: dict[Hashable, tuple[Reference, ...]] = {}
    kept_constants = [
        constant
        for constant in constants
        if not _is_seen(first, value_key(constant.value), (constant.reference,), instead)
    ]
    kept: list[Equation] = []
    for equation in equations:
        changed = _with_references(equation, instead) if instead else equation
        if not equation.primitive.is_pure or not _is_seen(first, _equation_key(changed), equation.outputs, instead):
            kept.append(changed)
    return kept_constants, kept, tuple([instead.get(reference.number, reference) for reference in outputs])


def _is_seen(
    first: dict[Hashable, tuple[Reference, ...]],
    key: Hashable | None,
    references: tuple[Reference, ...],
    instead: dict[int, Reference],
) -> bool:
    """Whether there was something with this key, whose references then take the place of these."""
    if key is None:
        return False
    present = first.setdefault(key, references)
    if present is references:
        return False
    instead.update(zip([reference.number for reference in references], present, strict=True))
    return True


def _with_references(equation: Equation, instead: dict[int, Reference]) -> Equation:
    """An equation with other references in the place of some."""
    for x in equation.inputs:
        if type(x) is Reference and x.number in instead:
            break
    else:
        return equation
    inputs = tuple([instead.get(x.number, x) if type(x) is Reference else x for x in equation.inputs])
    return Equation(equation.primitive, inputs, equation.outputs, equation.parameters)


def _equation_key(equation: Equation) -> Hashable | None:
    """A key that is equal for equations that compute the same; None where that is not known."""
    # The number of a reference is an int, and every other key is a tuple.
    inputs = [x.number if type(x) is Reference else value_key(x) for x in equation.inputs]
    if None in inputs:
        return None
    if not equation.parameters:
        return (equation.primitive, *inputs)
    parameters = [value_key(x) for x in equation.parameters.values()]
    if None in parameters:
        return None
    return (equation.primitive, *inputs, *equation.parameters, *parameters)


def value_key(x: Any) -> Hashable | None:
    """A key that is equal for values that are the same in every respect; None where that is not known.

    The same bits: 0.0 is not -0.0, nan is nan; 1 is not 1.0, nor True. And the same order in memory, on which the order
    of additions depends, and so the rounding.
    """
    kind = type(x)
    if kind in _BY_VALUE:
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
    keys = [value_key(part) for part in parts]
    return None if None in keys else (kind, *keys)
