"""What holds for the derivatives of any program: each oracle computes something in two ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from itertools import combinations
from typing import Any, Final

import attrs
import numpy as np

from pydezero import (
    Pattern,
    check_finite,
    checkpoint,
    grad,
    hessian_sparsity,
    hvp,
    jacfwd,
    jacrev,
    jvp,
    linearize,
    simplify,
    sparsity,
    trace,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero.tree import flatten, map_leaves, same_structure
from tests.functions.case import Array, ArrayCallable
from tests.fuzz.packing import Arguments, leaves_of
from tests.fuzz.rows import weights

# Of numbers that are computed in two ways, by the itemsize of the lowest precision, against the largest of them.
_RELATIVE: Final[Mapping[int, float]] = {8: 1e-8, 4: 3e-3, 2: 0.3}
# A derivative by differences is compared if it is known this well, relative to its size.
_KNOWN: Final = 1e-4
_LARGEST_JACOBIAN: Final = 12


class Skipped(Exception):  # noqa: N818  # no error
    """An oracle says nothing about a program, for the reason that is the message."""


@attrs.frozen(eq=False)
class Subject:
    """A program that was run: its functions, arguments and constants, and facts about it."""

    f: ArrayCallable
    g: ArrayCallable
    arguments: Arguments
    constants: Sequence[Array]
    shaped_by_values: bool
    asks: bool
    precision: int
    is_complex: bool

    @property
    def argnums(self) -> tuple[int, ...]:
        return tuple(range(len(self.arguments)))

    def gradient(self, f: ArrayCallable | None = None) -> Any:
        return grad(f or self.f, self.argnums)(*self.arguments)

    def direction(self, seed: int) -> Any:
        """A tangent: containers like the arguments."""
        rng = np.random.default_rng(seed)
        return map_leaves(lambda x: _random_like(x, rng), self.arguments)

    def moved(self, step: float, direction: Any) -> Any:
        return map_leaves(
            lambda x, t: x + step * t if isinstance(x, np.ndarray | np.generic) else x, self.arguments, direction
        )

    def assert_close(self, found: Any, expected: Any, factor: float = 1.0) -> None:
        """The arrays of two containers are close, compared with the largest number in them."""
        pairs = list(zip(leaves_of(found), leaves_of(expected), strict=True))
        size = max([float(np.max(np.abs(np.nan_to_num(e)), initial=0.0)) for _, e in pairs], default=0.0)
        for y, e in pairs:
            assert y.shape == e.shape, f"shapes {y.shape} and {e.shape}"
            np.testing.assert_allclose(y, e, rtol=0, atol=factor * _RELATIVE[self.precision] * (size + 1))


def _random_like(x: Any, rng: np.random.Generator) -> Any:
    if not isinstance(x, np.ndarray | np.generic):
        return x
    t = rng.uniform(-1, 1, x.shape)
    return np.asarray(t + 1j * rng.uniform(-1, 1, x.shape) if x.dtype.kind == "c" else t, x.dtype.newbyteorder("="))


def _needs(condition: bool, reason: str) -> None:
    if not condition:
        raise Skipped(reason)


def _product(a: Any, b: Any) -> float:
    """The real part of the sum of the products of the numbers in two containers."""
    pairs = zip(leaves_of(a), leaves_of(b), strict=True)
    return float(sum(np.sum(np.real(np.asarray(x, "c16") * np.asarray(y, "c16"))) for x, y in pairs))


def values(s: Subject) -> None:
    """Every transform gives the value that NumPy gives, of its shape and dtype."""
    expected = _plain(s.g(*s.arguments))
    found = {
        "vjp": vjp(s.g, *s.arguments)[0],
        "jvp": jvp(s.g, s.arguments, s.direction(0))[0],
        "linearize": linearize(s.g, *s.arguments)[0],
        "checkpoint": checkpoint(s.g)(*s.arguments),
    }
    for name, value in found.items():
        y = _plain(value)
        found_form, form = (y.dtype, y.shape), (expected.dtype, expected.shape)
        assert found_form == form, f"{name}: {found_form} instead of {form}"
        s.assert_close(y, expected, 1e-3 if s.precision == 8 else 1)


def _plain(y: Any) -> Array:
    return np.asarray(getattr(y, "data", y) if not isinstance(y, np.ndarray | np.generic) else y)


def differences(s: Subject) -> None:
    """The gradient along a direction is what central differences with three steps give, where these agree."""
    _needs(s.precision == 8, "single or half precision")
    t = s.direction(1)
    _assert_slope(lambda h: float(s.f(*s.moved(h, t))), _product(s.gradient(), t))


def _assert_slope(along: Callable[[float], float], found: float) -> None:
    """A derivative at 0 is the slope that three steps agree about, as far as they do."""
    steps = (4e-4, 2e-4, 1e-4)
    slopes = [(along(h) - along(-h)) / (2 * h) for h in steps]
    far, near = (4 * slopes[1] - slopes[0]) / 3, (4 * slopes[2] - slopes[1]) / 3
    rounding = 1e-15 * (1 + abs(along(0.0))) / steps[2]
    error = 20 * abs(near - far) + 100 * rounding
    _needs(bool(np.isfinite(error)), "not finite nearby")
    _needs(error < _KNOWN * (1 + abs(near)), "differences disagree")
    assert abs(found - near) < error + 1e-6 * (1 + abs(near)), f"{found} is {near} by differences"


def dot_product(s: Subject) -> None:
    """Forward and reverse mode are transposes of each other: <pullback(c), t> = <c, jvp(t)>."""
    t = s.direction(2)
    y, pushed = jvp(s.g, s.arguments, t)
    c = _cotangent(y)
    pulled = vjp(s.g, *s.arguments)[1](c)
    _assert_same_number(s, _product(pulled, t), _product(c, pushed), (pulled, pushed))
    s.assert_close(linearize(s.g, *s.arguments)[1](*t), pushed)


def _cotangent(y: Any) -> Array:
    return weights(y.shape, y.dtype)


def _assert_same_number(s: Subject, found: float, expected: float, terms: Any) -> None:
    size = sum(float(np.sum(np.abs(x))) for x in leaves_of(terms))
    assert abs(found - expected) <= _RELATIVE[s.precision] * (1 + size), f"{found} and {expected}"


def jacobians(s: Subject) -> None:
    """The Jacobian by either mode is the same, and its product with a tangent is that of `jvp`."""
    _needs(not s.is_complex, "complex")
    sizes = [np.size(_plain(s.g(*s.arguments))), *[x.size for x in leaves_of(s.arguments)]]
    _needs(max(sizes) <= _LARGEST_JACOBIAN, "large Jacobian")
    _needs(not (s.shaped_by_values or s.asks), "shape, dtype or branch depends on values")
    reverse = jacrev(s.g, s.argnums)(*s.arguments)
    s.assert_close(jacfwd(s.g, s.argnums)(*s.arguments), reverse)
    t = leaves_of(s.direction(3))
    products = [np.tensordot(j, x, x.ndim) for j, x in zip(leaves_of(reverse), t, strict=True)]
    s.assert_close(sum(products), jvp(s.g, s.arguments, s.direction(3))[1])


def batches(s: Subject) -> None:
    """Under vmap values and gradients are those of a loop."""
    _needs(not (s.shaped_by_values or s.asks), "shape, dtype or branch depends on values")
    examples = [s.moved(0.01 * k, s.direction(4)) for k in range(3)]
    together = map_leaves(lambda *xs: np.stack(xs) if isinstance(xs[0], np.ndarray | np.generic) else xs[0], *examples)
    f = value_and_grad(s.f, s.argnums)
    _, batched = vjp(lambda *xs: vmap(s.g)(*xs), *together)
    loop = [vjp(s.g, *example) for example in examples]
    ys = [y for y, _ in loop]
    gradients = [pull(_cotangent(y)) for y, pull in loop]
    s.assert_close(vmap(s.g)(*together), np.stack([_plain(y) for y in ys]))
    s.assert_close(batched(np.stack([_cotangent(y) for y in ys])), _stacked(gradients))
    s.assert_close(vmap(f)(*together), _stacked([f(*example) for example in examples]))


def _stacked(results: Sequence[Any]) -> Any:
    return map_leaves(lambda *xs: np.stack(xs) if isinstance(xs[0], np.ndarray | np.generic) else xs[0], *results)


def graphs(s: Subject) -> None:
    """A trace, simplified or not, of the program and of its gradient, computes what they do."""
    _needs(not (s.shaped_by_values or s.asks), "shape, dtype or branch depends on values")
    expected, gradient = _plain(s.g(*s.arguments)), s.gradient()
    graph = trace(s.g)(*s.arguments)
    for each in (graph, simplify(graph)):
        y = _plain(each(*s.arguments))
        assert y.dtype == expected.dtype, f"{y.dtype} and {expected.dtype}"
        s.assert_close(y, expected)
    s.assert_close(s.gradient(trace(s.f)(*s.arguments)), gradient)
    traced = trace(grad(s.f, s.argnums))(*s.arguments)
    s.assert_close(traced(*s.arguments), gradient)
    s.assert_close(simplify(traced)(*s.arguments), gradient)
    elsewhere = s.moved(0.01, s.direction(5))
    s.assert_close(traced(*elsewhere), grad(s.f, s.argnums)(*elsewhere))


def purity(s: Subject) -> None:
    """Nothing that is given changes, and what is handed out is the caller's own."""
    lent = [*leaves_of(s.arguments), *s.constants]
    before = [x.copy() for x in lent]
    value, gradients = value_and_grad(s.f, s.argnums)(*s.arguments)
    y, pull = vjp(s.g, *s.arguments)
    c = _cotangent(y)
    pulled = pull(c)
    pushed = jvp(s.g, s.arguments, s.direction(6))
    handed_out = [x for x in leaves_of([value, gradients, y, pulled, pushed]) if isinstance(x, np.ndarray)]
    for a, b in combinations(handed_out, 2):
        assert not np.shares_memory(a, b), "two results share memory"
    for a in handed_out:
        assert a.flags.writeable, "a result is read-only"
        for b in lent:
            assert not np.shares_memory(a, b), "a result shares memory with an argument or a constant"
    kept = [x.copy() for x in leaves_of([gradients, pulled])]
    for a in handed_out:
        a[...] = 7
    for x, old in zip(lent, before, strict=True):
        np.testing.assert_array_equal(x, old, "an argument or a constant has changed")
    for x, old in zip(leaves_of([s.gradient(), pull(c)]), kept, strict=True):
        np.testing.assert_array_equal(x, old, "the second call gives another gradient")
    assert same_structure(gradients, s.arguments), "the gradient is another container"


def observed(s: Subject) -> None:
    """Under `check_finite` derivatives are the same."""
    gradient = s.gradient()
    s.assert_close(s.gradient(check_finite(s.f)), gradient)
    s.assert_close(check_finite(grad(s.f, s.argnums))(*s.arguments), gradient)


def recomputed(s: Subject) -> None:
    """Under `checkpoint` derivatives are the same, to second order."""
    t = s.direction(7)
    s.assert_close(s.gradient(checkpoint(s.f)), s.gradient())
    s.assert_close(_along(s, checkpoint(s.f), t), _along(s, s.f, t))


def _along(s: Subject, f: ArrayCallable, t: Any) -> Any:
    """The second derivative along a direction, by forward mode of reverse mode."""
    return jvp(grad(f, s.argnums), s.arguments, t)[1]


def second_order(s: Subject) -> None:
    """Second derivatives by forward, reverse and mixed modes are the same, symmetric, and as by differences."""
    t, u = s.direction(8), s.direction(9)
    mixed = _along(s, s.f, t)
    flat = leaves_of(mixed)
    _needs(all(np.all(np.isfinite(x)) for x in flat), "no second derivative")
    s.assert_close(hvp(s.f, s.arguments, t), mixed)
    reverse = grad(lambda *xs: _paired(grad(s.f, s.argnums)(*xs), t), s.argnums)(*s.arguments)
    s.assert_close(reverse, mixed, 10)
    forward = jvp(lambda *xs: jvp(s.f, xs, t)[1], s.arguments, u)[1]
    _assert_same_number(s, _product(mixed, u), float(forward), (mixed,))
    _assert_same_number(s, _product(_along(s, s.f, u), t), float(forward), (mixed,))
    _needs(s.precision == 8, "single or half precision")
    gradient = grad(s.f, s.argnums)
    _assert_slope(lambda h: _product(gradient(*s.moved(h, t)), u), float(forward))


def _paired(gradients: Any, t: Any) -> Any:
    pairs = zip(leaves_of(gradients), leaves_of(t), strict=True)
    return sum(np.sum(np.real(g * x)) for g, x in pairs)


def nested_batches(s: Subject) -> None:
    """vmap of second derivatives is a loop of them."""
    _needs(not (s.shaped_by_values or s.asks), "shape, dtype or branch depends on values")
    directions = [s.direction(k) for k in (10, 11)]
    loop = [_along(s, s.f, t) for t in directions]
    s.assert_close(vmap(lambda t: _along(s, s.f, t))(_stacked(directions)), _stacked(loop), 10)


def layouts(s: Subject) -> None:
    """Derivatives do not depend on how numbers lie in memory, nor in which containers they are."""
    native = map_leaves(
        lambda x: np.array(x, x.dtype.newbyteorder("="), order="C") if isinstance(x, np.ndarray) else x, s.arguments
    )
    s.assert_close(grad(s.f, s.argnums)(*native), s.gradient())


def precision(s: Subject) -> None:
    """Gradients have the dtypes of their arguments, and are close to those in double precision."""
    gradient = s.gradient()
    for g, x in zip(leaves_of(gradient), leaves_of(s.arguments), strict=True):
        assert np.can_cast(g.dtype, x.dtype, "equiv"), f"a gradient of {g.dtype} for {x.dtype}"
    _needs(s.precision < 8, "double precision")
    double = map_leaves(
        lambda x: x.astype("c16" if x.dtype.kind == "c" else "f8") if isinstance(x, np.ndarray) else x, s.arguments
    )
    s.assert_close(gradient, grad(s.f, s.argnums)(*double))


_MOST_COLUMNS: Final = 60


def patterns(s: Subject) -> None:
    """What a Jacobian and a Hessian have of nonzeros is in their patterns; a global pattern has those nearby, too."""
    _needs(s.precision == 8, "single or half precision")
    _needs(sum(x.size for x in leaves_of(s.arguments)) <= _MOST_COLUMNS, "many columns")
    found = sparsity(s.g, s.argnums)(*s.arguments)
    _assert_covered(found, _nonzeros(s.g, s.arguments))
    if not s.is_complex:
        curved = hessian_sparsity(s.f, s.argnums)(*s.arguments)
        _assert_covered(curved, _nonzeros(lambda *xs: grad(s.f, s.argnums)(*xs), s.arguments))
    _needs(not (s.shaped_by_values or s.asks), "shape, dtype or branch depends on values")
    everywhere = sparsity(s.g, s.argnums, scope="global")(*s.arguments)
    assert everywhere.covers(found), "a global pattern has less than a local one"
    for step in (0.01, 0.3):
        _assert_covered(everywhere, _nonzeros(s.g, s.moved(step, s.direction(12))))


def _nonzeros(f: ArrayCallable, arguments: Arguments) -> Array:
    """Where the derivative of an element of the result by one of the arguments is other than zero."""
    y, push = linearize(f, *arguments)
    sizes = [x.size for x in leaves_of(arguments)]
    columns = []
    for k, x in enumerate(leaves_of(arguments)):
        for i in range(sizes[k]):
            column: Any = 0.0
            for unit in (1.0, 1j) if x.dtype.kind == "c" else (1.0,):
                moved = push(*_unit(arguments, sum(sizes[:k]) + i, unit))
                column = column + np.abs(_joined(moved))
            columns.append(column)
    matrix = np.stack(columns, axis=1) if columns else np.zeros((_joined(y).size, 0))
    largest = np.max(matrix, initial=0.0, where=np.isfinite(matrix))
    return np.asarray(~(matrix <= _RELATIVE[8] * (largest + 1)))


def _joined(y: Any) -> Array:
    return np.concatenate([np.zeros(0), *[np.ravel(part) for part in leaves_of(y)]])


def _unit(arguments: Arguments, place: int, unit: complex) -> Any:
    """A tangent of zeros but for one element, counted through all arguments."""
    ends = iter(np.cumsum([x.size for x in leaves_of(arguments)]).tolist())

    def of(x: Any) -> Any:
        if not isinstance(x, np.ndarray | np.generic):
            return x
        t = np.zeros(x.shape, x.dtype.newbyteorder("="))
        start = next(ends) - x.size
        if start <= place < start + x.size:
            t.flat[place - start] = unit
        return t

    return map_leaves(of, arguments)


def _assert_covered(pattern: Pattern, nonzeros: Array) -> None:
    missing = np.argwhere(nonzeros & ~pattern.toarray())
    assert not len(missing), f"{len(missing)} nonzeros are not in the pattern, the first at {missing[0]}"


_RELATIVE_OF_COMPILED: Final[Mapping[int, float]] = {8: 1e-12, 4: 1e-5, 2: 2e-2}


def compiled_graphs(s: Subject) -> None:
    """A compiled graph of the value and the gradient computes what the graph does, and leaves its inputs alone."""
    _needs(find_spec("numba") is not None, "no Numba")
    _needs(not (s.shaped_by_values or s.asks), "shape, dtype or branch depends on values")
    from pydezero.transforms.jit.compile import compiled  # Numba takes half a second to import

    leaves = [x for x in flatten(s.arguments) if isinstance(x, np.ndarray | np.generic | float | int | complex)]
    inputs = [np.asarray(x) if np.ndim(x) else np.asarray(x)[()] for x in leaves]
    before = [x.copy() for x in inputs]
    graph = simplify(trace(lambda *xs: (s.g(*xs), grad(s.f, s.argnums)(*xs)))(*s.arguments))
    expected = graph.run(inputs)
    found = compiled(graph).run(inputs)
    for x, old in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(x, old, "an argument has changed")
    size = max([float(np.max(np.abs(np.nan_to_num(e)), initial=0.0)) for e in expected], default=0.0)
    for y, e in zip(found, expected, strict=True):
        assert (y.shape, y.dtype) == (e.shape, e.dtype), f"{y.dtype} {y.shape} instead of {e.dtype} {e.shape}"
        np.testing.assert_allclose(y, e, rtol=0, atol=_RELATIVE_OF_COMPILED[s.precision] * (size + 1))


ORACLES: Final[Mapping[str, Callable[[Subject], None]]] = {
    oracle.__name__: oracle
    for oracle in (
        values,
        differences,
        dot_product,
        jacobians,
        batches,
        graphs,
        purity,
        observed,
        recomputed,
        second_order,
        nested_batches,
        layouts,
        precision,
        patterns,
        compiled_graphs,
    )
}

# Those that are applied to programs of which nothing is said: to compile a graph takes a second.
QUICK: Final = tuple([name for name in ORACLES if name != "compiled_graphs"])
