"""Arguments of transforms that return in the same call: lent to the function, read-only, and never handed out."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import pydezero
from pydezero import Variable, functions, grad, gradients, jvp, linearize, value_and_grad, vjp, vmap
from pydezero.core import snapshot
from pydezero.core.level import Level

SMALL, LARGE = 3, 6000  # copied; lent
SIZES = pytest.mark.parametrize("n", [SMALL, LARGE])

# Any: NumPy's stubs know no Variable.
Function = Callable[..., Any]


@pytest.fixture(autouse=True)
def no_loan_is_left() -> Any:
    yield
    assert not snapshot._lent


# Each transform as a function of f, the argument it is differentiated by, and another argument.
TRANSFORMS: dict[str, Callable[[Function, Any, Any], Any]] = {
    "grad": lambda f, x, c: grad(f)(x, c),
    "grad by keyword": lambda f, x, c: grad(f)(x, c=c),
    "value_and_grad": lambda f, x, c: value_and_grad(f)(x, c)[1],
    "grad of another position": lambda f, x, c: grad(lambda c, x: f(x, c), 1)(c, x),
    "grad with aux": lambda f, x, c: grad(lambda x, c: (f(x, c), 0), has_aux=True)(x, c)[0],
    "jacrev": lambda f, x, c: pydezero.jacrev(f)(x, c),
    "jacobian": lambda f, x, c: pydezero.jacobian(f)(x, c),
    "grad of a row": lambda f, x, c: grad(lambda x, c: f(x[0], c[0]))(x[None], c[None])[0],
    "vmap": lambda f, x, c: vmap(grad(f), (0, None))(x[None], c)[0],
    "grad of grad": lambda f, x, c: grad(lambda x, c: functions.sum(grad(f)(x, c)))(x, c),
}
BY_TRANSFORM = pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=list(TRANSFORMS))


def arrays(n: int) -> tuple[Any, Any]:
    return np.linspace(0.5, 1.5, n), np.linspace(-1.0, 1.0, n)


@SIZES
@BY_TRANSFORM
def test_a_function_cannot_write_into_its_argument(transform: Any, n: int) -> None:
    def writes(x: Any, c: Any) -> Any:
        c[0] = 7.0
        return np.sum(x * c)

    x, c = arrays(n)
    with pytest.raises(ValueError, match="read-only") as caught:
        transform(writes, x, c)
    (note,) = caught.value.__notes__
    assert "(c) is lent" in note or "'c'" in note or "argument c" in note
    assert "c = c.copy()" in note
    assert c[0] == -1.0


@BY_TRANSFORM
def test_a_write_through_another_reference_is_found(transform: Any) -> None:
    x, c = arrays(LARGE)
    held = c[::-1]

    def writes(x: Any, c: Any) -> Any:
        y = np.sum(np.sin(x) * c)
        held[:] = 7.0
        return y

    with pytest.raises(ValueError, match=r"argument .* was written into while the function ran"):
        transform(writes, x, c)


@SIZES
@BY_TRANSFORM
def test_derivatives_are_those_of_a_copy(transform: Any, n: int) -> None:
    n = min(n, 5000)
    x, c = arrays(n)
    f: Function = lambda x, c: np.sum(np.sin(x) * c)
    expected = -np.sin(x) * c if transform is TRANSFORMS["grad of grad"] else np.cos(x) * c
    found = transform(f, x, c)
    assert_allclose(found, expected)
    for given in (x, c):
        assert not np.shares_memory(found, given)
        assert given.flags.writeable


def _mapped(f: Function, x: Any) -> Any:
    total: Function = lambda x: np.sum(f(x))
    return vmap(grad(total))(x)


def _mapped_by_keyword(f: Function, x: Any) -> Any:
    def gradient(*, x: Any) -> Any:
        return grad(lambda x: functions.sum(f(x)))(x)

    mapped: Any = vmap(gradient)  # type: ignore[arg-type]  # the types know no such nesting
    return mapped(x=x)


FORWARD: dict[str, Callable[[Function, Any], Any]] = {
    "jvp": lambda f, x: jvp(f, (x,), (np.ones_like(x),))[1],
    "derivative": lambda f, x: pydezero.derivative(f)(x),
    "vmap": lambda f, x: _mapped(f, x),
    "vmap by keyword": lambda f, x: _mapped_by_keyword(f, x),
    "hvp": lambda f, x: pydezero.hvp(lambda x: np.sum(f(x)), (x,), (np.ones_like(x),)),
}


@pytest.mark.parametrize("transform", FORWARD.values(), ids=list(FORWARD))
def test_a_write_into_what_is_differentiated_is_found(transform: Any) -> None:
    x, _ = arrays(LARGE)

    def writes(v: Any) -> Any:
        y = v * v * v
        x[:] = 0.0
        return y

    with pytest.raises(ValueError, match=r"argument (0|x) .*was written into"):
        transform(writes, x)
    x[:] = 1.0
    assert_allclose(transform(lambda v: v * v * v, x), 6.0 if transform is FORWARD["hvp"] else 3.0)


def test_a_tangent_is_lent_too() -> None:
    x, t = arrays(LARGE)

    def writes(v: Any) -> Any:
        t[:] = 0.0
        return v * v

    with pytest.raises(ValueError, match="a tangent was written into"):
        jvp(writes, (x,), (t,))


def test_small_jacobians_of_large_constants() -> None:
    matrix = np.random.default_rng(0).normal(size=(200, 30))
    f: Function = lambda x, m: np.sum(np.cos(m @ x))
    x = np.linspace(0, 1, 30)
    curvature = -(matrix.T * np.cos(matrix @ x)) @ matrix
    assert_allclose(pydezero.hessian(f)(x, matrix), curvature)
    assert_allclose(pydezero.laplacian(f)(x, matrix), np.trace(curvature))
    assert_allclose(pydezero.jacfwd(lambda x, m: m @ x)(x, matrix), matrix)
    assert_allclose(pydezero.jacrev(lambda x, m: m @ x)(x, matrix), matrix)


# What keeps a graph longer than the call copies what was lent to it.


@SIZES
def test_a_pullback_that_is_kept(n: int) -> None:
    x, c = arrays(n)
    kept: list[Any] = []

    def f(x: Any, c: Any) -> Any:
        kept.append(vjp(lambda z: z * c, np.ones(n))[1])  # as a constant
        kept.append(vjp(lambda z: z * z, c)[1])  # as a primal
        kept.append(linearize(lambda z: z * c, np.ones(n))[1])
        kept.append(linearize(lambda z: z * z, c)[1])
        return np.sum(x * c)

    grad(f)(x, c)
    before = c.copy()
    c[:] = 100.0
    ones = np.ones(n)
    of_constant, of_primal, pushed, pushed_primal = kept
    assert_array_equal(of_constant(ones)[0], before)
    assert_array_equal(of_primal(ones)[0], 2 * before)
    assert_array_equal(pushed(ones), before)
    assert_array_equal(pushed_primal(ones), 2 * before)


USES: dict[str, Callable[[Any, Any], Any]] = {
    "product": lambda z, c: z * c,
    "quotient": lambda z, c: c / z,
    "power": lambda z, c: z**c,
    "matmul": lambda z, c: c @ z,
    "einsum": lambda z, c: np.einsum("i,i->i", z, c),
    "where": lambda z, c: np.where(c > 0, z * z, z),
    "index": lambda z, c: z[c.astype(int)],
    "mask": lambda z, c: z[c > 0],
    "concatenate": lambda z, c: np.concatenate([z, c]) * 2.0,
    "as it is, through an operation": lambda z, c: _times(z, c),
    "residual of a custom rule": lambda z, c: _with_residual(z, c),
    "grad inside": lambda z, c: grad(lambda y, c: functions.sum(y * y * c))(z, c),
    "grad inside, captured": lambda z, c: grad(lambda y: functions.sum(y * y * c))(z),
    "jvp inside": lambda z, c: jvp(lambda y: y * y * c, (z,), (c,))[1],
    "vjp inside": lambda z, c: vjp(lambda y: y * y * c, z)[1](c)[0],
    "vmap inside": lambda z, c: vmap(lambda y, c: y * y * c)(z, c),
    "stop_gradient": lambda z, c: z * pydezero.stop_gradient(c),
    "Variable by hand": lambda z, c: z * Variable(c).data,
}
_times: Any = pydezero.Function(lambda z, c: z * c, lambda g, z, c: (g * c, g * z))
_with_residual: Any = pydezero.custom_vjp(lambda z, c: (z * c, c), lambda c, g: (g * c, None))(lambda z, c: z * c)


@SIZES
@pytest.mark.parametrize("use", USES.values(), ids=list(USES))
@pytest.mark.parametrize("outer", ["grad", "jvp", "vmap"])
def test_whatever_a_pullback_keeps_of_a_loan(use: Any, outer: str, n: int) -> None:
    c = np.linspace(0.5, 2.0, n)
    kept: list[Any] = []

    def f(x: Any, c: Any) -> Any:
        kept.append(vjp(lambda z: use(z, c), np.linspace(1.0, 2.0, n)))
        return np.sum(x * c)

    if outer == "grad":
        grad(f)(np.ones(n), c)
    elif outer == "jvp":
        grad(lambda x, c: jvp(lambda x: f(x, c), (x,), (x,))[1])(np.ones(n), c)
    else:
        vmap(grad(f), (0, None))(np.ones((2, n)), c)
    (expected_y, expected) = vjp(lambda z: use(z, c.copy()), np.linspace(1.0, 2.0, n))
    c[:] = 100.0
    for y, pullback in kept:
        assert_array_equal(y, expected_y)
        cotangent = np.ones_like(y)
        assert_array_equal(pullback(cotangent)[0], expected(cotangent)[0])
        if y.ndim:  # a scalar cannot change
            y[...] = np.nan
    assert c[0] == 100.0


@SIZES
def test_a_graph_by_hand_that_is_kept(n: int) -> None:
    x, c = arrays(n)
    kept: list[Any] = []

    def f(x: Any, c: Any) -> Any:
        v, w = Variable(np.ones(n)), Variable(c)
        kept.extend([v, v * c, w, w * w])
        return np.sum(x * c)

    grad(f)(x, c)
    before = c.copy()
    c[:] = 100.0
    v, product, w, square = kept
    assert_array_equal(gradients(product, v), before)
    assert_array_equal(gradients(square, w), 2 * before)
    assert_array_equal(w.data, before)


@SIZES
def test_a_trace_that_is_kept(n: int) -> None:
    x, c = arrays(n)
    kept: list[Any] = []

    def f(x: Any, c: Any) -> Any:
        kept.append(pydezero.trace(lambda z: z * c)(np.ones(n)))
        return np.sum(x * c)

    grad(f)(x, c)
    before = c.copy()
    c[:] = 100.0
    assert_array_equal(kept[0](np.ones(n)), before)


@SIZES
def test_the_graph_of_an_outer_transform_outlives_an_inner_call(n: int) -> None:
    x = np.linspace(0.5, 1.5, n)

    def f(x: Any) -> Any:
        scratch = np.full(n, 3.0)
        # In the inner call the constant is lent, but the product with x belongs to the outer one.
        inner = grad(lambda z, c: np.sum(z * (x * c)))(np.ones(n), scratch)
        scratch[:] = 100.0
        return np.sum(inner * x)

    assert_allclose(grad(f)(x), 6 * x)


@SIZES
def test_the_value_of_a_variable_that_is_kept(n: int) -> None:
    x, _ = arrays(n)
    log: list[Any] = []

    def f(x: Any) -> Any:
        log.extend([x.data, x[::2].data])
        assert np.shares_memory(x.data, log[0])  # copied once
        return np.sum(x * x)

    before = x.copy()
    for call in (grad(f), lambda x: jvp(f, (x,), (x,))):
        call(x)
        x -= 0.5
        assert_array_equal(log[0], before)
        assert_array_equal(log[1], before[::2])
        log.clear()
        before = x.copy()


def test_an_array_that_was_lent_is_not_for_ever() -> None:
    x, c = arrays(LARGE)
    kept: list[Any] = []

    def f(x: Any, c: Any) -> Any:
        kept.append(c)
        return np.sum(x * c)

    grad(f)(x, c)
    lent = kept[0]
    assert np.shares_memory(lent, c)
    assert not snapshot.is_frozen(lent, Level(10**9))
    _, pullback = vjp(lambda z: z * lent, np.ones(LARGE))
    before = c.copy()
    c[:] = 100.0
    assert_array_equal(pullback(np.ones(LARGE))[0], before)


# What leaves the call.

AUX: dict[str, Callable[[Any, Any], Any]] = {
    "argument": lambda x, c: c,
    "view": lambda x, c: c[1:],
    "in a container": lambda x, c: {"c": [c, c[::2]]},
    "variable": lambda x, c: x,
    "view of a variable": lambda x, c: x[::2],
}


def leaves(tree: Any) -> list[Any]:
    return pydezero.tree.flatten(tree)


@SIZES
@pytest.mark.parametrize("make", AUX.values(), ids=list(AUX))
def test_aux_is_the_callers_own(make: Any, n: int) -> None:
    x, c = arrays(n)
    expected = [np.array(leaf) for leaf in leaves(make(x, c))]
    f: Function = lambda x, c: (np.sum(x * c), make(x, c))
    of_one: Function = lambda x: (np.sum(x), make(x, x))
    results = [
        (grad(f, has_aux=True)(x, c)[1], expected),
        (value_and_grad(f, has_aux=True)(x, c)[0][1], expected),
        (pydezero.jacrev(f, has_aux=True)(x, c)[1], expected),
        (jvp(of_one, (x,), (x,), has_aux=True)[2], [np.array(leaf) for leaf in leaves(make(x, x))]),
    ]
    if n == SMALL:
        results.append((pydezero.jacfwd(f, has_aux=True)(x, c)[1], expected))
    for aux, right in results:
        for leaf, value in zip(leaves(aux), right, strict=True):
            assert_array_equal(leaf, value)
            assert leaf.flags.writeable
            assert not np.shares_memory(leaf, x)
            assert not np.shares_memory(leaf, c)


@SIZES
def test_results_and_gradients_are_the_callers_own(n: int) -> None:
    x, c = arrays(n)
    results = [
        *jvp(lambda x: x, (x,), (c,)),
        jvp(lambda x: c, (x,), (c,))[0],
        *jvp(lambda x: x[::2], (x,), (c,)),
        grad(lambda x, c: np.sum(x * c))(x, c),
        pydezero.hvp(lambda x: np.sum(x * x / 2), (x,), (c,)),
        vmap(lambda x: x)(x),
    ]
    for result in results:
        assert result.flags.writeable
        assert not np.shares_memory(result, x)
        assert not np.shares_memory(result, c)


# Dtypes and layouts.

LAYOUTS: dict[str, Callable[[], Any]] = {
    "rows": lambda: np.ones((100, 80)),
    "columns": lambda: np.ones((100, 80), order="F"),
    "transposed": lambda: np.ones((20, 30, 40)).transpose(1, 2, 0),
    "strided": lambda: np.ones((200, 160))[::2, ::2],
    "reversed": lambda: np.ones((200, 160))[::-1, ::-1],
    "repeated": lambda: np.broadcast_to(np.ones(80), (100, 80)),
    "byte-swapped": lambda: np.ones((100, 80), ">f8"),
    "unaligned": lambda: np.ones(8000, [("a", "i1"), ("b", "f8")])["b"],
    "float16": lambda: np.ones((200, 160), np.float16),
    "float32": lambda: np.ones((200, 160), np.float32),
    "longdouble": lambda: np.ones((100, 80), np.longdouble),
    "complex64": lambda: np.ones((100, 80), np.complex64),
    "complex128": lambda: np.ones((100, 80), complex),
    "clongdouble": lambda: np.ones((100, 80), np.clongdouble),
    "int64": lambda: np.ones((100, 80), int),
    "uint8": lambda: np.ones((400, 160), np.uint8),
    "bool": lambda: np.ones((400, 160), bool),
    "no elements": lambda: np.ones((0, 3)),
    "0-d": lambda: np.array(1.0),
    "many axes": lambda: np.ones((1,) * 20 + (80, 100)),
    "subclass": lambda: np.ones((100, 80)).view(Tagged),
    "read-only": lambda: _frozen(np.ones((100, 80))),
    "read-only view": lambda: _frozen(np.ones((100, 80))[:]),
    "of a buffer": lambda: np.frombuffer(bytearray(64_000)) + 1,
}


class Tagged(np.ndarray[Any, Any]):
    """An array with no arithmetic of its own."""


def _frozen(x: Any) -> Any:
    x.flags.writeable = False
    return x


@pytest.mark.parametrize("make", LAYOUTS.values(), ids=list(LAYOUTS))
def test_every_dtype_and_layout(make: Any) -> None:
    c = make()

    def f(x: Any, c: Any) -> Any:
        assert (c.dtype, c.shape) == (given.dtype, given.shape)
        assert not c.flags.writeable or type(c) is Tagged
        return np.real(np.sum(x * c))

    given = c
    assert_allclose(grad(f)(2.0, c), c.size)
    if c.dtype.kind in "fc":
        found = grad(lambda c, x: np.real(np.sum(x * x * c)))(c, 0.5)
        assert (found.dtype, found.shape) == (c.dtype, c.shape)
        assert_allclose(found, np.full(c.shape, 0.25))
        assert_allclose(jvp(lambda c: c * c, (c,), (c,))[1], np.full(c.shape, 2.0))


class Batch(NamedTuple):
    images: Any
    labels: Any


@SIZES
def test_tuples_are_lent_and_containers_that_can_be_changed_are_handed_on(n: int) -> None:
    x, c = arrays(n)

    def f(x: Any, pair: Any, batch: Any, log: Any, *, table: Any) -> Any:
        assert type(batch) is Batch
        assert not any([pair[0].flags.writeable, pair[1][0].flags.writeable, batch.labels.flags.writeable])
        log.append("called")
        table["calls"] = table.get("calls", 0) + 1
        return np.sum(x * pair[0] * pair[1][0] * batch.labels)

    log: list[str] = []
    table: dict[str, int] = {}
    found = grad(f)(x, (c, (c, [c], 3)), Batch("images", c), log, table=table)
    assert_allclose(found, c**3)
    assert (log, table) == (["called"], {"calls": 1})


def test_threads_lend_the_same_array() -> None:
    x, c = arrays(LARGE)
    found: list[Any] = []

    def work() -> None:
        found.extend([grad(lambda x, c: np.sum(x * x * c))(x, c) for _ in range(50)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200
    for gradient in found:
        assert_array_equal(gradient, 2 * x * c)


def test_a_loan_ends_with_an_error() -> None:
    x, c = arrays(LARGE)

    def fails(x: Any, c: Any) -> Any:
        raise ZeroDivisionError

    for call in (
        lambda: grad(fails)(x, c),
        lambda: jvp(lambda x: fails(x, c), (x,), (x,)),
        lambda: pydezero.jacobian(fails)(x, c),
        lambda: pydezero.jacfwd(lambda x, c: x, holomorphic=True)(x, c),
        lambda: pydezero.hvp(lambda x: fails(x, c), (x,), (x,)),
        lambda: grad(lambda x, c: np.sum(x * c))(x, c, "one too many"),
    ):
        with pytest.raises((ZeroDivisionError, TypeError)):
            call()
        assert not snapshot._lent


# The note on NumPy's error.


def _assign(c: Any, d: Any) -> None:
    c[0] = d[0]


def _add_in_place(c: Any, d: Any) -> None:
    c += d


def _add_to_part(c: Any, d: Any) -> None:
    c[:2] *= d[:2]


def _out(c: Any, d: Any) -> None:
    np.add(1.0, 2.0, out=c)


def _sort(c: Any, d: Any) -> None:
    c.sort()


def _fill(c: Any, d: Any) -> None:
    c.fill(0.0)


def _view(c: Any, d: Any) -> None:
    part = c[1:]
    part[0] = 1.0


@SIZES
@pytest.mark.parametrize("write", [_assign, _add_in_place, _add_to_part, _out, _sort, _fill, _view])
def test_the_note_names_the_argument(write: Any, n: int) -> None:
    x, c = arrays(n)

    def f(x: Any, weights: Any, other: Any) -> Any:
        write(weights, other)
        return np.sum(x * weights)

    with pytest.raises(ValueError, match="read-only") as caught:
        grad(f)(x, c, c.copy())
    (note,) = caught.value.__notes__
    name = "part" if write is _view else "c"
    assert note.startswith(f"(as {name}, argument 1 (weights) is lent to the function")
    assert f"write {name} = {name}.copy() first" in note


def test_other_errors_have_no_note() -> None:
    frozen = np.ones(3)
    frozen.flags.writeable = False

    def f(x: Any, c: Any) -> Any:
        frozen[0] = 1.0
        return x

    with pytest.raises(ValueError, match="read-only") as caught:
        grad(f)(1.0, np.ones(3))
    assert not getattr(caught.value, "__notes__", [])


def test_a_read_only_array_that_is_made_writable_is_looked_at() -> None:
    x = np.ones(LARGE)
    c = np.ones(LARGE)
    c.flags.writeable = False

    def f(x: Any, c: Any) -> Any:
        y = np.sum(x * c)
        c.flags.writeable = True
        c[:] = 7.0
        return y

    with pytest.raises(ValueError, match=r"argument 1 \(c\) was written into"):
        grad(f)(x, c)


# What is allocated.


def allocated(run: Callable[[], object], size: int) -> float:
    """The most memory at once, in arrays of so many numbers."""
    run()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept = run()
        _, peak = tracemalloc.get_traced_memory()
        del kept
    finally:
        tracemalloc.stop()
    return (peak - before) / (8 * size)


def adds(x: Any) -> Any:
    y = x
    for _ in range(50):
        y = y + x
    return np.sum(y)


def weighted(x: Any, c: Any) -> Any:
    return np.sum(x[:1] * c)


ALLOCATED: dict[str, tuple[Callable[[Any, Any], object], int]] = {
    "a sum of 50": (lambda x, c: grad(adds)(x), 2),
    "a square": (lambda x, c: grad(lambda x: np.sum(x * x))(x), 1),
    "a constant": (lambda x, c: grad(weighted)(x[:1], c), 1),
    "a constant by keyword": (lambda x, c: grad(weighted)(x[:1], c=c), 1),
    "a constant in a tuple": (lambda x, c: grad(lambda x, pair: np.sum(x * pair[1]))(x[:1], (1, c)), 1),
    "forward mode": (lambda x, c: jvp(lambda x: x + 1.0, (x,), (c,)), 2),
    "a linear function forward": (lambda x, c: jvp(np.sum, (x,), (c,)), 0),
    "a vector product": (lambda x, c: pydezero.hvp(lambda x: np.sum(x * x), (x,), (c,)), 3),
    "a Jacobian": (lambda x, c: pydezero.jacfwd(lambda x, c: c @ (c * x))(1.0, c), 2),
    "a batch": (lambda x, c: vmap(np.sum)(x.reshape(10, -1)), 0),
    "a batch of gradients": (lambda x, c: vmap(grad(weighted), (0, None))(np.ones((2, 1)), c), 2),
}


@pytest.mark.parametrize(("run", "expected"), ALLOCATED.values(), ids=list(ALLOCATED))
def test_nothing_is_copied(run: Any, expected: int) -> None:
    size = 50_000
    x, c = arrays(size)
    assert round(allocated(lambda: run(x, c), size)) == expected
