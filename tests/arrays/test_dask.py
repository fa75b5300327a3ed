"""Dask arrays through every transform: right, and without computing anything before it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import dask
import dask.array as da
import dask.bag
import numpy as np
import pytest
from numpy.testing import assert_allclose

from pydezero import (
    Function,
    Variable,
    check_finite,
    checkpoint,
    cond,
    custom_root,
    custom_vjp,
    explain,
    fori_loop,
    functions,
    grad,
    gradients,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jit,
    jvp,
    linearize,
    nn,
    optim,
    scan,
    sparsity,
    stop_gradient,
    trace,
    value,
    value_and_grad,
    vjp,
    vmap,
    while_loop,
)
from pydezero.core.operators import EscapeError
from pydezero.scipy.fft import dct
from pydezero.scipy.integrate import quad, solve_ivp
from pydezero.scipy.interpolate import CubicSpline
from pydezero.scipy.linalg import lu_factor, lu_solve, solve_continuous_are, solve_triangular
from pydezero.scipy.optimize import minimize
from pydezero.scipy.signal import detrend, lfilter
from pydezero.scipy.special import airy, logsumexp, softmax
from pydezero.scipy.stats import poisson
from tests.arrays.dask_rows import MODES, dask_computes, flat, in_chunks, lazily, outcome
from tests.functions.case import Case
from tests.functions.cases import CASES
from tests.functions.table_indexing import INDEXING

# Nobody has told a type checker that a Dask array is an array.
X: Final[Any] = np.arange(1.0, 13.0).reshape(4, 3) / 5
WEIGHTS: Final = np.arange(9.0).reshape(3, 3)


def chunked() -> Any:
    return da.from_array(X, chunks=(2, 3))


# Rows of all tables, spread evenly; all of them are gone through by `python -m tests.arrays.dask_table`.
SAMPLE: Final = [case for case in [*CASES[7::75], *INDEXING[3::25]] if not case.shaped_by_values]


@pytest.mark.parametrize("case", SAMPLE, ids=str)
def test_a_row(case: Case) -> None:
    is_computed = dask_computes(case)
    for mode in MODES:
        found = outcome(case, mode)
        is_refused = found and not is_computed and found.reason.startswith(("EscapeError", "TypeError"))
        assert found is None or not found.reason or is_refused, (mode, found)


def of_sines(x: Any) -> Any:
    return np.sum(np.sin(x) * x)


def of_rows(x: Any) -> Any:
    return np.sum(np.sin(x), axis=1) * x[:, 0]


TRANSFORMS: Final[dict[str, Callable[[Any], Any]]] = {
    "grad": grad(of_sines),
    "value_and_grad": value_and_grad(of_sines),
    "grad of grad": grad(lambda x: (grad(of_sines)(x) ** 2).sum()),
    "vjp": lambda x: vjp(np.sin, x)[1](x),
    "jvp": lambda x: jvp(of_rows, (x,), (x,)),
    "linearize": lambda x: linearize(of_rows, x)[1](x),
    "jacobian": jacobian(of_rows),
    "jacfwd": jacfwd(of_rows),
    "jacrev": jacrev(of_rows),
    "hessian": hessian(of_sines),
    "hvp": lambda x: hvp(of_sines, (x,), (x,)),
    "vmap of grad": vmap(grad(lambda row: np.sum(row**3))),
    "checkpoint": grad(checkpoint(of_sines)),
    "stop_gradient": grad(lambda x: np.sum(stop_gradient(x) * x)),
    "trace": lambda x: trace(of_sines)(x)(x),
    "trace of grad": lambda x: trace(grad(of_sines))(x)(x),
    "grad of a graph": lambda x: grad(trace(of_sines)(X))(x),
    "custom_vjp": grad(
        lambda x: np.sum(custom_vjp(lambda x: (np.exp(x), x), lambda x, g: (g * np.exp(x),))(np.exp)(x))
    ),
    "Function": grad(lambda x: Function(lambda x: np.sin(x), lambda g, x: g * np.cos(x))(x).sum()),
    "scan": grad(lambda x: scan(lambda c, row: (c + np.sin(row), c * row), np.zeros(3), x)[1].sum()),
    "fori_loop": grad(lambda x: fori_loop(0, 3, lambda i, c: c * np.sin(x), x).sum()),
    "cond": grad(lambda x: cond(x[0, 0] > 0, lambda x: x * 2, lambda x: x * 3, x).sum()),
    "gradients": lambda x: (lambda v: gradients((v * v).sum(), v))(Variable(x)),
    "has_aux": lambda x: grad(lambda x: (of_sines(x), x * 2), has_aux=True)(x),
    "the value inside": grad(lambda x: np.sum(x * value(x))),
    "containers": lambda x: list(
        grad(lambda p: np.sum(p["a"] * x) + np.sum(p["b"] ** 2))({"a": x, "b": X[0]}).values()
    ),
    "integers": lambda x: grad(lambda i: np.sum(i * i))(x.astype(int)),
    "at": grad(lambda x: (x.at[1].set(0.0) ** 2).sum()),
    "elements": grad(lambda x: sum(x[i, j] ** 2 for i in range(4) for j in range(3))),
    "a parameter and an element of it": lambda x: grad(lambda w: np.sum(w * 2) + w[0] * np.sum(x) + np.sum(w**2))(X[0]),
    "functions of plain arrays": lambda x: grad(lambda w: functions.sum(x) * np.sum(functions.matmul(x, w)))(X[0]),
    "what was not taken": grad(lambda x: np.sum(np.where(x > 1, np.log(x - 1), 0.0))),
    "a choice again": grad(lambda x: np.sum(grad(lambda x: np.sum(np.where(x > 1, np.sqrt(x - 1), x)))(x) * x)),
    "check_finite": check_finite(vmap(grad(lambda row: np.sum(np.where(row > 1, np.log(row), 0.0))))),
    "grad of check_finite": grad(check_finite(of_sines)),
    "no influence": grad(lambda x: np.array(1.0)),
    "jacobian of a linear function": lambda x: [j(lambda x: np.sum(x, axis=0))(x) for j in (jacobian, jacfwd, jacrev)],
    "hessian of a linear function": hessian(np.sum),
    "linear functions of seeds on the host": lambda x: [
        jvp(np.transpose, (x,), (X,))[1],
        vjp(np.transpose, x)[1](X.T)[0],
        linearize(np.cumsum, x)[1](X),
    ],
    "losses of labels": lambda x: [grad(loss)(x, target) for loss, target in _targets(x)],
    "a batch of Hessians": vmap(hessian(lambda row: np.sum(np.sin(row) * row[0]))),
    "functions of plain arrays that NumPy and SciPy have": lambda x: [
        softmax(x, axis=1),
        functions.sort(x, axis=0),
        functions.array([x, x]),
        functions.real_if_close(x),
        functions.take(x, [0, 1], axis=0),
        *functions.split(x, 2),
        functions.linalg.eigh(functions.matmul(functions.transpose(x), x)).eigenvalues,
        *functions.linalg.slogdet(functions.matmul(functions.transpose(x), x) + np.eye(3)),
        *airy(x),
    ],
    "an initial value": lambda x: grad(lambda w: np.sum(w, initial=x[0, 0]) ** 2)(X[0]),
    "those beside a parameter": lambda x: grad(
        lambda w: np.sum(softmax(x, axis=1) * w) + functions.linalg.svdvals(x)[0] * w[0]
    )(X[0]),
    # Dask gives tasks with these constants the same name.
    "a constant and its transpose": grad(lambda x: np.sum(x[:3] * WEIGHTS) + np.sum(x[:3] ** 2 * WEIGHTS.T)),
    "a product of vectors": grad(lambda x: np.sum(np.cross(x, X[0]) * X)),
    "elements at places": grad(lambda x: np.sum(np.take_along_axis(x, np.argsort(x, axis=1), 1) * X[0])),
    "rows of a table": lambda x: grad(lambda w: np.sum(w[np.argmin(x, axis=1)] ** 2 * x[:, :1]))(X[:3]),
    "places among new axes": lambda x: hessian(lambda w: np.sum(w[None, np.argmin(x, axis=1), None] ** 3))(X[0]),
    "polynomials": vmap(lambda row: np.polyval(row, row[:2] + 1j)),
    "a regular stand-in": lambda x: grad(lambda w: np.sum(solve_continuous_are(w, w, w @ w.T, w @ w.T, e=w)))(
        x[:2, :2] @ x[:2, :2].T
    ),
    "counts": lambda x: (
        grad(lambda a: np.sum(poisson.logpmf(np.asarray(x * 5).astype(int), a)))(1.5)
        if x is X
        else grad(lambda a: np.sum(poisson.logpmf((x * 5).astype(int), a)))(1.5)
    ),
}


def _targets(x: Any) -> list[tuple[Any, Any]]:
    """Losses of logits x, each with targets of the same library."""
    shares = x / np.sum(x, axis=1, keepdims=True)
    labels = np.argmin(x, axis=1)
    losses = (nn.soft_cross_entropy, nn.binary_cross_entropy, nn.kl_divergence, nn.mean_squared_error, nn.huber)
    return [(nn.cross_entropy, labels), *[(loss, shares) for loss in losses]]


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the logarithms of what was not taken
def test_a_transform_computes_nothing_and_is_right(name: str) -> None:
    f = TRANSFORMS[name]
    x = chunked()
    found = lazily(lambda: flat(f(x)))
    assert all(isinstance(y, da.Array) or not isinstance(y, Variable | np.ndarray) for y in found), found
    for y, expected in zip(dask.compute(*found, scheduler="sync"), flat(f(X)), strict=True):
        assert_allclose(y, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("transform", [jacobian, jacfwd, jacrev])
def test_what_belongs_to_a_dask_array_has_its_chunks(transform: Any) -> None:
    x = chunked()
    assert lazily(lambda: transform(lambda x: 2 * x)(x)).chunks[-2:] in (x.chunks, ((4,), (3,)))
    assert lazily(lambda: jvp(lambda x: 2 * x, (x,), (X,))[1]).chunks == x.chunks
    assert lazily(lambda: vjp(lambda x: 2 * x, x)[1](X)[0]).chunks == x.chunks


def test_minimize_computes_what_it_looks_at_in_one_pass() -> None:
    passes = []

    def counted(graph: Any, keys: Any, **kwargs: Any) -> Any:
        passes.append(keys)
        return dask.get(graph, keys, **kwargs)

    def loss(w: Any, x: Any) -> Any:
        return np.mean((np.dot(x, w) - 1) ** 2)

    with dask.config.set(scheduler=counted):
        found = optim.minimize(loss, X[0], optim.adam(0.1), 5, args=(chunked(),))
    assert len(passes) == 6
    expected = optim.minimize(loss, X[0], optim.adam(0.1), 5, args=(X,))
    assert type(found.params) is np.ndarray
    assert_allclose(found.params, expected.params)
    assert_allclose(found.history, expected.history)
    with pytest.raises(TypeError, match=r"minimize\(sum\): params is a Dask array.*optimizer\.update, and persist"):
        optim.minimize(np.sum, chunked(), optim.adam(), 1)


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "Newton-CG"])
def test_a_solver_gets_the_numbers_of_what_it_minimises(method: str) -> None:
    def loss(w: Any, x: Any) -> Any:
        return np.mean((np.dot(x, w) - 1) ** 2)

    wanted = minimize(loss, X[0], (X,), method, grad(loss)).x
    captured = minimize(value_and_grad(lambda w: loss(w, chunked())), X[0], method=method, jac=True)
    for found in (minimize(loss, X[0], (chunked(),), method, grad(loss)), captured):
        assert type(found.x) is type(found.jac) is np.ndarray
        assert_allclose(found.x, wanted, atol=1e-3)  # as precise as the solver is


def test_a_graph_built_by_hand_has_a_dask_array_as_its_value() -> None:
    x = chunked()
    y = (Variable(x) ** 2).sum()
    assert isinstance(y.data, da.Array)
    assert y.shape == ()
    assert y.dtype == np.float64
    assert "dask.array" in repr(y)
    assert_allclose(y.data.compute(scheduler="sync"), np.sum(X**2))


def test_chunks_are_kept() -> None:
    x = da.from_array(np.ones((10, 6)), chunks=((3, 3, 4), (2, 4)))
    for f in (
        lambda x: np.sum(np.exp(x) * x),
        lambda x: np.sum(np.sum(x, axis=0) ** 2) + np.mean(x),
        lambda x: np.sum(x.T @ x),
        lambda x: np.sum(np.reshape(x, (-1,))),
        lambda x: np.sum(x[2:5, ::2] ** 2) + np.sum(x[[0, 0, 9]]),
        lambda x: np.sum(np.concatenate([x, x**2], axis=1)),
        lambda x: np.sum(np.max(x, axis=1)),
        lambda x: np.sum(np.flip(x) * x[:, :1]),
        lambda x: np.sum(np.roll(x, 1) * x[:, :1]),
        lambda x: np.sum(np.pad(x, 2, mode="edge") ** 2),
        lambda x: np.sum(np.cumprod(x, axis=1)) + np.prod(x),
        lambda x: np.trace(x[:6]),
    ):
        gradient: Any = grad(f)(x)
        assert gradient.chunks == x.chunks


@pytest.mark.parametrize(
    "f",
    [
        np.var,
        lambda x: functions.sum(logsumexp(x, axis=0)),
        lambda x: np.sum(np.max(x, axis=0) * np.min(x)),
        lambda x: np.sum(np.cumprod(x, axis=0)),
        lambda x: np.sum(np.tril(x) ** 2),
        lambda x: np.sum(np.nanmax(x, axis=1)),
        lambda x: np.sum(x[[0, 0, 3]] ** 2),
    ],
)
def test_chunks_without_elements(f: Any) -> None:
    x = da.from_array(X, chunks=(2, 3)).rechunk(((0, 2, 0, 2), (3,)))  # as a selection leaves them
    found = lazily(lambda: grad(f)(x))
    assert found.chunks == x.chunks
    assert_allclose(found.compute(scheduler="sync"), grad(f)(X), rtol=1e-12)


def size_of(x: Any) -> int:
    return len(dict(x.__dask_graph__()))


def logistic(w: Any, x: Any) -> Any:
    z = x @ w
    return np.mean(np.logaddexp(0, z) - z * x[:, 0])


def mixture(w: Any, x: Any) -> Any:
    return -np.mean(logsumexp(-np.sum((x[:, None, :] - w[:, None]) ** 2, axis=2), axis=1))


@pytest.mark.parametrize("loss", [logistic, mixture])
@pytest.mark.parametrize("argnum", [0, 1])
def test_the_graph_grows_with_the_number_of_chunks(loss: Any, argnum: int) -> None:
    sizes = []
    for count in (4, 8, 16):
        x = da.ones((10 * count, 3), chunks=(10, 3))
        sizes.append(size_of(grad(loss, argnum)(np.ones(3), x)))
    assert sizes[0] < sizes[1] < 2.2 * sizes[0]
    assert sizes[1] < sizes[2] < 2.2 * sizes[1]
    assert sizes[2] < 50 * 16


def test_gradients_of_parameters_add_up_in_a_tree() -> None:
    x = da.ones((640, 3), chunks=(10, 3))
    gradient: Any = grad(logistic)(np.ones(3), x)
    assert isinstance(gradient, da.Array)
    assert gradient.chunks == ((3,),)
    assert max(map(len, gradient.__dask_graph__().get_all_dependencies().values())) <= 16


def test_the_graph_does_not_grow_with_the_number_of_elements() -> None:
    sizes = [size_of(grad(lambda x: np.sum(np.cumprod(x)))(da.ones(n, chunks=n // 4))) for n in (500, 4_000)]
    assert sizes[1] < 1.5 * sizes[0]


def of_labels(x: Any) -> Any:
    return nn.cross_entropy(x, np.argmax(x, axis=1))


# Functions that put a whole axis, or a whole array, into one task.
AT_ONCE: Final[dict[str, Callable[[Any], Any]]] = {
    "labels": of_labels,
    "places": lambda x: np.sum(np.median(x, axis=0)),
    "a solution": lambda x: np.sum(lu_solve(lu_factor(x.T @ x), x[0])),
    "a filter": lambda x: np.sum(lfilter([1.0, 0.5], [1.0, 0.2], x[:, 0])),
    "a spline": lambda x: np.sum(CubicSpline(np.arange(3.0), np.sum(x, axis=0))(x[:, 0])),
    "a verdict": lambda x: np.sum(check_finite(grad(lambda x: np.sum(np.log(x + 1) * np.exp(-x))))(x)),
}


@pytest.mark.parametrize("f", AT_ONCE.values(), ids=list(AT_ONCE))
def test_a_value_and_a_gradient_are_one_pass_over_the_data(f: Callable[[Any], Any]) -> None:
    loads: list[None] = []

    def load() -> Any:
        loads.append(None)
        return X

    x = da.map_blocks(load, chunks=((4, 4), (3,)), dtype=float, meta=np.empty((0, 0)))
    dask.compute(*flat(lazily(lambda: value_and_grad(f)(x))), scheduler="sync")
    assert len(loads) == 2


# Of arrays that no task may get whole: functions of rows, of the matrices in a stack, and of elements at places.
LARGE: Final[dict[str, Callable[[Any], Any]]] = {
    "labels": of_labels,
    "rows of a table": lambda x: grad(lambda w: np.sum(w[np.argmax(x, axis=1)] * x))(np.ones((3, 3))),
    "a triangle": lambda x: np.tril(x[:, None] * np.ones((3, 1))),
    "a triangular system": lambda x: solve_triangular(x[:, None] * np.ones((3, 1)), x[:, :, None], lower=True),
    "a cosine transform": dct,
    "a trend": detrend,
}


@pytest.mark.parametrize("f", LARGE.values(), ids=list(LARGE))
def test_a_large_array_is_computed_chunk_by_chunk(f: Callable[[Any], Any]) -> None:
    x = da.ones((1 << 20, 3), chunks=(1 << 18, 3))
    found = lazily(lambda: vjp(f, x)[1](vjp(f, x)[0])[0])
    assert found.chunks == x.chunks


def test_the_argument_may_be_changed_by_assignment_afterwards() -> None:
    x = chunked()
    _, pullback = vjp(lambda x: x * x, x)
    x[0] = 100.0
    assert_allclose(pullback(da.ones((4, 3)))[0].compute(scheduler="sync"), 2 * X)


def unknown() -> Any:
    x = chunked()
    return x[x[:, 0] > 0]


class OtherArray:
    """An array of a library that Dask knows nothing of."""

    shape = (4, 3)
    dtype = np.dtype(float)
    ndim = 2
    __array_ufunc__ = __array_function__ = None


other: Any = OtherArray()

MISTAKES: Final[dict[str, tuple[Callable[[], Any], type[Exception], str]]] = {
    "unknown sizes": (
        lambda: grad(of_sines)(unknown()),
        ValueError,
        r"grad\(of_sines\): argument 0.*compute_chunk_sizes",
    ),
    "unknown sizes of a constant": (
        lambda: grad(lambda w: np.sum(np.multiply(unknown(), w)))(np.ones(3)),
        ValueError,
        "multiply: a Dask array of shape .* unknown sizes",
    ),
    "objects": (
        lambda: grad(of_sines)(da.from_array(np.array([None, 1]), chunks=1)),
        TypeError,
        r"grad\(of_sines\): argument 0: a Dask array of dtype object holds no numbers, as its meta says",
    ),
    "unknown sizes in a loop": (
        lambda: scan(lambda c, row: (c + np.sum(row), c), 0.0, unknown()),
        ValueError,
        r"scan\(.*: xs: a Dask array of shape .*compute_chunk_sizes",
    ),
    "objects that are to be finite": (
        lambda: check_finite(of_sines)(da.from_array(np.array([None, 1]), chunks=1)),
        TypeError,
        r"check_finite\(of_sines\): argument 0 \(x\): a Dask array of dtype object holds no numbers",
    ),
    "a bag of examples": (
        lambda: vmap(of_sines)(dask.bag.from_sequence([1.0])),
        TypeError,
        r"vmap\(of_sines\): an argument: a .*Bag is no Dask array",
    ),
    "a bag that is explained": (
        lambda: explain(of_sines)(dask.bag.from_sequence([1.0])),
        TypeError,
        r"explain\(of_sines\): a .*Bag is no Dask array",
    ),
    "an array of another library": (
        lambda: grad(lambda x: np.sum(functions.add(x, other)))(chunked()),
        TypeError,
        "add: a Dask array meets an array of tests",
    ),
    "the truth": (
        lambda: grad(lambda x: of_sines(x) if np.sum(x) > 0 else x)(chunked()),
        EscapeError,
        r"test_dask.py:\d+: bool\(\) of it needs a value, and a Dask array has none before it is computed",
    ),
    "a loop": (
        lambda: jvp(lambda x: while_loop(lambda i: np.sum(i) < 10, lambda i: i * 2, x), (chunked(),), (chunked(),)),
        EscapeError,
        "the condition of a loop needs a value",
    ),
    "a mask": (lambda: grad(lambda x: np.sum(x[x > 1]))(chunked()), EscapeError, r"the shape of x\[mask\] depends"),
    "a function of Dask's": (lambda: grad(lambda x: da.sum(x))(chunked()), EscapeError, r"Write np\.sum\(x\)"),
    "one of an ndarray": (lambda: grad(lambda x: da.from_array(x).sum())(X), EscapeError, "a part of a Dask array"),
    "eigenvalues": (
        lambda: grad(lambda x: np.sum(np.real(np.linalg.eigvals(x))))(da.ones((3, 3))),
        EscapeError,
        "whether eig of real numbers is real or complex depends on the values of a Dask array",
    ),
    "out of bounds": (lambda: grad(lambda x: np.sum(x[[7]]))(chunked()), IndexError, "out of bounds for axis 0"),
    "compiled": (lambda: jit(of_sines)(chunked()), TypeError, "compiled code takes arrays of NumPy and CuPy"),
    "compiled with a captured one": (
        lambda: jit(grad(lambda w: np.sum(chunked() * w)))(np.ones(3)),
        TypeError,
        r"jit\(.*: a captured array: .* a Dask array of shape \(4, 3\); .*da.map_blocks\(jit\(f\), x\)",
    ),
    "explained": (
        lambda: explain(lambda w: np.sum(chunked() * w))(np.ones(3)),
        TypeError,
        r"explain\(.*: a Dask array of shape \(4, 3\).*x.blocks\[0\].compute\(\)",
    ),
    "matrices that do not fit": (
        lambda: grad(lambda x: np.sum(x @ x))(chunked()),
        ValueError,
        r"matmul: shapes \(4, 3\) and \(4, 3\) do not fit: 3 columns, 4 rows",
    ),
    "a method of Dask's": (
        lambda: grad(lambda x: np.sum(getattr(x, "rechunk")(1)))(chunked()),  # noqa: B009  # a Variable has none
        AttributeError,
        r"no attribute 'rechunk': neither methods nor functions of Dask's own .* np\.cumsum\(x\)",
    ),
    "a function of Dask's that asks for chunks": (
        lambda: grad(lambda x: np.sum(da.linalg.qr(x)[1]))(chunked()),
        AttributeError,
        r"write NumPy's, which are as lazy: .*np\.linalg\.qr\(x\)",
    ),
    "masked chunks": (
        lambda: grad(of_sines)(da.ma.masked_greater(chunked(), 1)),
        TypeError,
        r"argument 0: a chunk of a Dask array: MaskedArray has arithmetic of its own",
    ),
    "a pattern": (
        lambda: sparsity(np.sin)(chunked()[0]),
        EscapeError,
        "a pattern is found from values, and a Dask array has none",
    ),
    "a solver of the user's": (
        lambda: grad(lambda x: custom_root(lambda y, x: y**3 - x, lambda f, y, x: np.cbrt(x))(X, x).sum())(chunked()),
        TypeError,
        r"custom_root\(<lambda>\): an argument is a Dask array, .*x\.compute\(\)",
    ),
    "a solver of SciPy's": (
        lambda: grad(lambda x: minimize(lambda y, x: np.sum((y - x) ** 2), X[0], (x,)).x.sum())(chunked()[0]),
        TypeError,
        "minimize: a parameter is a Dask array",
    ),
    "a solver of SciPy's for a captured array": (
        lambda: grad(lambda b: minimize(lambda y: np.sum((chunked() - y - b) ** 2), X[0]).x.sum())(1.0),
        TypeError,
        "a Dask array",
    ),
    "a state": (
        lambda: grad(lambda x: np.sum(solve_ivp(lambda t, y: -y, (0, 1), x).y))(chunked()[0]),
        TypeError,
        "solve_ivp: a state, time or parameter is a Dask array",
    ),
    "another shape": (
        lambda: vjp(np.sin, chunked())[1](da.ones(3)),
        ValueError,
        r"the output has shape \(4, 3\), the cotangent \(3,\)",
    ),
    "what is counted": (
        lambda: grad(lambda w: np.sum(np.bincount(da.from_array(np.arange(4)), weights=w)))(X[:, 0]),
        EscapeError,
        "np.bincount of it, whose length depends on the values needs a value",
    ),
    "a limit": (lambda: grad(lambda b: quad(np.sin, 0, b)[0])(da.ones(())), TypeError, "quad: a limit is a Dask array"),
    "a parameter": (
        lambda: grad(lambda a: quad(lambda t: t * a, 0, 1)[0])(da.ones(())),
        TypeError,
        "quad: a parameter is a Dask array",
    ),
    "too large for one task": (
        lambda: grad(lambda x: np.sum(x[np.argsort(x)]))(da.ones(1 << 21)),
        TypeError,
        r"gather of a Dask array of shape \(2097152,\): it is computed at once, not chunk by chunk",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_explained(name: str) -> None:
    call, kind, message = MISTAKES[name]
    with pytest.raises(kind, match=message):
        lazily(call)


# Functions that check_finite finds a fault in at X - 1, of which an element is 0 and some are negative.
FAULTY: Final[dict[str, Callable[[Any], Any]]] = {
    "on the way forward": lambda x: np.sum(np.sqrt(x)),
    "on the way back": grad(lambda x: np.sum(np.sqrt(np.maximum(x, 0.0)))),
    "hidden by arithmetic": lambda x: np.sum(1 / np.exp(x * 1000)),
    "in the argument": lambda x: x / np.where(x > 0, 1.0, np.nan),
    "not left out": lambda x: np.where(x > -0.5, np.log(x), 0.0),
}


@pytest.mark.parametrize("f", FAULTY.values(), ids=list(FAULTY))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_check_finite_blames_the_same_operation_when_the_result_is_computed(f: Callable[[Any], Any]) -> None:
    with pytest.raises(FloatingPointError) as eager:
        check_finite(f)(X - 1)
    found = lazily(lambda: check_finite(f)(chunked() - 1))
    for _ in range(2):  # computing it again is judged anew
        with pytest.raises(FloatingPointError) as later:
            found.compute(scheduler="sync")
        ours, theirs = (str(error.value).splitlines()[:2] for error in (later, eager))
        assert ours == theirs


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(np.linalg.eigh(x)[1] * WEIGHTS),
        lambda x: np.sum(np.linalg.svd(x)[0] * WEIGHTS),
        lambda x: np.sum(np.linalg.qr(np.ones((3, 3)) * x[0])[0] * WEIGHTS),
    ],
)
def test_a_derivative_that_is_not_defined_raises_when_it_is_computed(f: Callable[[Any], Any]) -> None:
    x = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    with pytest.raises(np.linalg.LinAlgError):
        grad(f)(x)
    found: Any = grad(f)(da.from_array(x, chunks=2))
    with pytest.raises(np.linalg.LinAlgError):
        found.compute(scheduler="sync")


def test_a_bag_is_no_array() -> None:
    with pytest.raises(TypeError, match=r"argument 0: a .*Bag is no Dask array; .*da\.from_delayed"):
        grad(of_sines)(dask.bag.from_sequence([1.0, 2.0]))


def test_in_chunks_of_two() -> None:
    assert in_chunks(X).numblocks == (2, 2)
