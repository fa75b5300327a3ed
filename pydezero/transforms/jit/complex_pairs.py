"""Graphs of complex numbers as graphs of their real and imaginary parts, which are compiled like any other.

The parts of sums, products and quotients are computed as NumPy computes them. A graph in which an operation on complex
numbers has no rule here stays as it is, with calls of NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero.core.batching import all_batched
from pydezero.core.bind import bind
from pydezero.core.primitive import Nondifferentiable, Primitive, define
from pydezero.core.snapshot import freeze
from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.transforms.jit.fuse import LARGE
from pydezero.transforms.jit.views import VIEWS
from pydezero.transforms.loops.body import Body, traced
from pydezero.transforms.loops.cond_operation import Cond
from pydezero.transforms.loops.operation import LoopOperation
from pydezero.transforms.loops.scan_operation import Scan
from pydezero.transforms.loops.while_operation import While
from pydezero.transforms.staging.equation import Equation, Reference, as_numpy
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.recorder import TraceNode, reference_of

_FEWEST: Final = 4
"""So many operations on complex numbers, for each complex array that the program takes or gives, are better in parts.

To take an array apart, or to put one together, takes as long as an operation or two.
"""

_LARGEST_POWER: Final = 8


@attrs.frozen(eq=False)
class Pair:
    """A complex value: its real and its imaginary part."""

    re: Array
    im: Array


Value: TypeAlias = Any
"""A `Pair`, or a real array or number."""


class _HasNoPairs(Exception):  # noqa: N818  # nobody sees it but `in_pairs`
    """An operation on complex numbers has no rule."""


def in_pairs(graph: Graph[..., Any]) -> Graph[..., Any] | None:
    """A graph with the same inputs and outputs that computes with real numbers; None if it is better as it is."""
    if not _is_worthwhile(graph):
        return None
    examples = [_example(x) for x in graph.inputs]

    def function(values: Sequence[Array]) -> list[Array]:
        parts = [Pair(np.real(x), np.imag(x)) if _is_complex(x) else x for x in values]
        return [bind(_complex_p, y.re, y.im) if type(y) is Pair else y for y in _run(graph, parts)]

    try:
        found = traced(graph.name, function, examples).graph
    except _HasNoPairs:
        return None
    specs = [[(y.shape, y.dtype) for y in each.outputs] for each in (found, graph)]
    return found if specs[0] == specs[1] else None


def _is_worthwhile(graph: Graph[..., Any]) -> bool:
    outside = len([x for x in (*graph.inputs, *graph.outputs) if _is_complex(x)])
    if len(_operations(graph)) > _FEWEST * max(1, outside):
        return True
    in_loops = [x for equation in graph.equations for body in _bodies(equation) for x in _operations(body.graph)]
    sizes = [math.prod(y.shape) * y.dtype.itemsize for x in in_loops for y in x.outputs]
    # A step of few operations on large arrays takes as long as its memory, and the next carry is copied.
    return len(in_loops) > _FEWEST or bool(sizes and max(sizes) < LARGE)


def _operations(graph: Graph[..., Any]) -> list[Equation]:
    """The equations that compute complex numbers, or take some, those in loops not among them."""
    return [x for x in graph.equations if x.name not in VIEWS and not _bodies(x) and _has_complex(x)]


def _bodies(equation: Equation) -> list[Body]:
    """The bodies of a loop, and of those in it."""
    if not isinstance(equation.primitive, LoopOperation):
        return []
    bodies = [*equation.primitive.loop_bodies.values()]
    return [*bodies, *[inner for body in bodies for x in body.graph.equations for inner in _bodies(x)]]


def _has_complex(equation: Equation) -> bool:
    """Whether there are complex numbers in an equation, or in the bodies of a loop."""
    if any(map(_is_complex, (*equation.references, *equation.outputs))):
        return True
    return any(_operations(body.graph) for body in _bodies(equation))


def _is_complex(x: Any) -> bool:
    return bool(x.dtype.kind == "c")


def _part_of(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of the parts of complex numbers; any other dtype as it is."""
    return dtype.type(0).real.dtype if dtype.kind == "c" else dtype


def _example(x: Reference) -> Array:
    """An array of one element, repeated."""
    return np.broadcast_to(freeze(np.ones((), x.dtype)), x.shape)[()]


# Graphs.


def _run(graph: Graph[..., Any], values: Sequence[Value]) -> list[Value]:
    """The results of a graph, for pairs in the place of complex inputs."""
    known: dict[int, Value] = {x.number: value for x, value in zip(graph.inputs, values, strict=True)}
    for constant in graph.constants:
        x = constant.value
        known[constant.reference.number] = Pair(np.real(x), np.imag(x)) if _is_complex(x) else x
    for equation in graph.equations:
        inputs = [known[x.number] if type(x) is Reference else x for x in equation.inputs]
        for y, reference in zip(_results(equation, inputs), equation.outputs, strict=True):
            _check(y, reference)
            known[reference.number] = y
    return [known[y.number] for y in graph.outputs]


def _check(y: Value, reference: Reference) -> None:
    """Raise unless a value has the shape and dtype that it must have."""
    if (type(y) is Pair) != _is_complex(reference):
        raise _HasNoPairs
    dtype = _part_of(reference.dtype)
    for part in (y.re, y.im) if type(y) is Pair else (y,):
        if (np.shape(part), part.dtype) != (reference.shape, dtype):
            raise _HasNoPairs


def _results(equation: Equation, inputs: Sequence[Value]) -> list[Value]:
    primitive: Any = equation.primitive
    if isinstance(primitive, LoopOperation) and _has_complex(equation):
        return _of_loop(primitive, equation, inputs)
    if not _has_complex(equation):
        return _recorded(equation, primitive, inputs)
    if primitive.several_outputs:
        raise _HasNoPairs
    dtype = _part_of(next(x.dtype for x in (*equation.outputs, *equation.references) if _is_complex(x)))
    if equation.name in _LINEAR:
        return [_of_both_parts(equation, inputs, dtype)]
    if equation.name in ("einsum", "matmul"):
        return [_of_product(equation, inputs, dtype)]
    rule = _RULES.get(equation.name)
    if rule is None:
        raise _HasNoPairs
    return [rule(equation, [_as_pair(x, dtype) for x in inputs])]


# Loops.


def _of_loop(primitive: Any, equation: Equation, inputs: Sequence[Value]) -> list[Value]:
    """The results of a loop whose bodies take and give parts."""
    operands: list[Array] = []
    for x, of_body in zip(inputs, _inputs_of_bodies(primitive), strict=True):
        if of_body is not None and _is_complex(of_body):
            pair = _as_pair(x, _part_of(of_body.dtype), of_body.shape)
            operands += [pair.re, pair.im]
        else:
            operands.append(x)
    bodies = {name: _body_of_parts(body) for name, body in primitive.loop_bodies.items()}
    loop = primitive.with_loop_bodies(bodies)
    if isinstance(primitive, Scan):
        captured, carry, _ = primitive.parts(primitive.body.inputs)
        loop = attrs.evolve(loop, captured=_count(captured), carried=_count(carry))
    elif isinstance(primitive, While):
        of_both = primitive.condition.inputs[: primitive.of_condition], primitive.body.inputs[: primitive.of_body]
        loop = attrs.evolve(loop, of_condition=_count(of_both[0]), of_body=_count(of_both[1]))
    parts = [x for y in equation.outputs for x in ([y, y] if _is_complex(y) else [y])]
    rest = iter(_recorded(equation, loop, operands, parts))
    return [Pair(next(rest), next(rest)) if _is_complex(y) else next(rest) for y in equation.outputs]


def _inputs_of_bodies(primitive: Any) -> list[Reference | None]:
    """The inputs of the bodies that the operands of a loop are; None for the condition of a choice.

    Raises:
        _HasNoPairs: it is no loop that is compiled.
    """
    if isinstance(primitive, Scan):
        return [*primitive.body.inputs]
    if isinstance(primitive, While):
        return [*primitive.condition.inputs[: primitive.of_condition], *primitive.body.inputs]
    if isinstance(primitive, Cond):
        return [None, *primitive.branches[0].inputs]
    raise _HasNoPairs


def _count(references: Sequence[Reference]) -> int:
    """The number of values that are the parts of some."""
    return sum([2 if _is_complex(x) else 1 for x in references])


def _body_of_parts(body: Body) -> Body:
    """A body as a function of parts, which gives parts."""
    examples: list[Array] = []
    for x in body.examples:
        examples += [np.real(x), np.imag(x)] if _is_complex(x) else [x]

    def function(values: Sequence[Array]) -> list[Array]:
        rest = iter(values)
        given = [Pair(next(rest), next(rest)) if _is_complex(x) else next(rest) for x in body.inputs]
        results: list[Array] = []
        for y in _run(body.graph, given):
            results += [y.re, y.im] if type(y) is Pair else [y]
        return results

    return body.made("parts", f"parts of {body.name}", function, examples)


# Operations.


def _recorded(
    equation: Equation, primitive: Primitive, inputs: Sequence[Any], outputs: Sequence[Reference] = ()
) -> list[Array]:
    """The results of an operation in the place of another one, or of its parts, which is not computed for that.

    They are like the outputs of the equation, or like others, but for their dtypes if these are complex.
    """
    recorders = [x.node.recorder for x in inputs if type(x) is Variable and isinstance(x.node, TraceNode)]
    if not recorders:  # it has constants alone
        out = bind(primitive, *inputs, **equation.parameters)
        return list(out) if primitive.several_outputs else [as_numpy(out)]
    recorder = recorders[0]
    references = [
        reference_of(x)
        if type(x) is Variable
        else recorder.captured(np.asarray(x))
        if isinstance(x, np.generic)
        else recorder.operand(x)
        for x in inputs
    ]
    examples = [_example(attrs.evolve(y, dtype=_part_of(y.dtype))) for y in outputs or equation.outputs]
    return list(recorder.record(primitive, references, equation.parameters, examples))


def _as_pair(x: Value, dtype: np.dtype[Any], shape: tuple[int, ...] = ()) -> Pair:
    """A value as a complex one whose parts have a dtype; a Python number is of a shape."""
    if type(x) is Pair:
        parts = [x.re, x.im]
    elif isinstance(x, np.ndarray | Variable | np.generic):
        parts = [np.real(x), np.imag(x)] if _is_complex(x) else [x, np.zeros_like(x)]
    else:
        parts = [np.broadcast_to(dtype.type(part), shape)[()] for part in (x.real, x.imag)]
    return Pair(*[part if part.dtype == dtype else part.astype(dtype) for part in parts])


def _of_both_parts(equation: Equation, inputs: Sequence[Value], dtype: np.dtype[Any]) -> Pair:
    """A function that is linear with real factors, of the real and of the imaginary parts."""
    pairs = [
        Pair(x, x) if equation.primitive.argument(i).rule is None else _as_pair(x, dtype)  # an index has no rule
        for i, x in enumerate(inputs)
    ]
    re, im = [_recorded(equation, equation.primitive, xs)[0] for xs in ([x.re for x in pairs], [x.im for x in pairs])]
    return Pair(re, im)


def _of_product(equation: Equation, inputs: Sequence[Value], dtype: np.dtype[Any]) -> Pair:
    """A sum of products of two factors, of which one may be real; or of one."""

    def product(*factors: Array) -> Array:
        return _recorded(equation, equation.primitive, factors)[0]

    if len(inputs) == 1:
        return Pair(product(inputs[0].re), product(inputs[0].im))
    if len(inputs) != 2:
        raise _HasNoPairs
    x, y = [z if type(z) is Pair or z.dtype == dtype else z.astype(dtype) for z in inputs]
    if type(x) is not Pair:
        return Pair(product(x, y.re), product(x, y.im))
    if type(y) is not Pair:
        return Pair(product(x.re, y), product(x.im, y))
    return Pair(product(x.re, y.re) - product(x.im, y.im), product(x.re, y.im) + product(x.im, y.re))


def _times(x: Pair, y: Pair) -> Pair:
    return Pair(x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re)


def _quotient(x: Pair, y: Pair) -> Pair:
    """The quotient by Smith's algorithm (1962), as NumPy has it, which does not overflow where the result is finite."""
    size_re, size_im = np.absolute(y.re), np.absolute(y.im)
    is_wide = size_re >= size_im
    is_zero = (size_re == 0) & (size_im == 0)
    longer: Array = np.where(is_wide, y.re, y.im)
    shorter: Array = np.where(is_wide, y.im, y.re)
    ratio = np.where(is_zero, 0.0, shorter / longer)
    scale = 1.0 / (longer + shorter * ratio)
    re = np.where(is_wide, x.re + x.im * ratio, x.re * ratio + x.im) * scale
    im = np.where(is_wide, x.im - x.re * ratio, x.im * ratio - x.re) * scale
    return Pair(np.where(is_zero, x.re / size_re, re), np.where(is_zero, x.im / size_re, im))


def _exponential(x: Pair) -> Pair:
    size = np.exp(x.re)
    # Of a real number it is real, infinite ones included.
    return Pair(np.where(x.im == 0, size, size * np.cos(x.im)), np.where(x.im == 0, x.im, size * np.sin(x.im)))


def _power(equation: Equation, inputs: Sequence[Pair]) -> Pair:
    """A power with a small whole exponent, by products, as in NumPy."""
    (x,), n = inputs, equation.parameters["n"]
    if n != int(n) or not 0 < abs(n) <= _LARGEST_POWER:
        raise _HasNoPairs
    found = x
    for _ in range(int(abs(n)) - 1):
        found = _times(found, x)
    return found if n > 0 else _quotient(Pair(np.ones_like(x.re), np.zeros_like(x.im)), found)


def _where(condition: Pair, x: Pair, y: Pair) -> Pair:
    return Pair(np.where(condition.re != 0, x.re, y.re), np.where(condition.re != 0, x.im, y.im))


_Rule: TypeAlias = Callable[[Equation, Sequence[Pair]], Value]


def _of(function: Callable[..., Value]) -> _Rule:
    """The rule of an operation that takes nothing but its operands."""
    return lambda _, inputs: function(*inputs)


_RULES: Final[Mapping[str, _Rule]] = MappingProxyType(
    {
        "add": _of(lambda x, y: Pair(x.re + y.re, x.im + y.im)),
        "astype": _of(lambda x: x),
        "complex_absolute": _of(lambda x: np.hypot(x.re, x.im)),
        "complex_angle": _of(lambda x: np.arctan2(x.im, x.re)),
        "conjugate": _of(lambda x: Pair(x.re, -x.im)),
        "divide": _of(_quotient),
        "equal": _of(lambda x, y: (x.re == y.re) & (x.im == y.im)),
        "exp": _of(_exponential),
        "imag": _of(lambda x: x.im),
        "isfinite": _of(lambda x: np.isfinite(x.re) & np.isfinite(x.im)),
        "isnan": _of(lambda x: np.isnan(x.re) | np.isnan(x.im)),
        "multiply": _of(_times),
        "negative": _of(lambda x: Pair(-x.re, -x.im)),
        "no_slope": _of(lambda x: Pair(np.zeros_like(x.re), np.zeros_like(x.im))),
        "no_slope_of_tangent": _of(lambda x: Pair(np.zeros_like(x.re), np.zeros_like(x.im))),
        "not_equal": _of(lambda x, y: (x.re != y.re) | (x.im != y.im)),
        "positive": _of(lambda x: x),
        "power": _power,
        "real": _of(lambda x: x.re),
        "square": _of(lambda x: _times(x, x)),
        "subtract": _of(lambda x, y: Pair(x.re - y.re, x.im - y.im)),
        "where": _of(_where),
    }
)
"""The result of an operation on complex numbers, by its name."""

_LINEAR: Final = frozenset(
    {
        *VIEWS,
        "concatenate",
        "cumsum",
        "diff",
        "from_diagonal",
        "from_trace",
        "gather",
        "mean",
        "pad_constant",
        "repeat",
        "roll",
        "scatter",
        "scatter_at",
        "set",
        "set_at",
        "stack",
        "sum",
        "trace",
        "tril",
        "triu",
    }
)
"""The names of what is linear with real factors: its parts are those of the result."""


def _complex(re: Array, im: Array) -> Array:
    """The complex numbers of these parts, bit for bit."""
    out = np.empty(np.shape(re), np.result_type(re.dtype, np.complex64))
    out.real, out.imag = re, im
    return out[()]


_complex_p: Final[Primitive] = define(
    Nondifferentiable,
    "complex_of_parts",
    _complex,
    None,
    batch=lambda batched, re, im: bind(_complex_p, *all_batched(batched, (re, im))),
)
