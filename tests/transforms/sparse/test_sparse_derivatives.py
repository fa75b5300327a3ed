"""sparse_jacobian and sparse_hessian: they are jacobian and hessian, in all modes, for containers and dtypes."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import pytest
import scipy.sparse
from numpy.typing import NDArray

from pydezero import (
    Pattern,
    PreparedDerivative,
    grad,
    hessian,
    jacfwd,
    jacobian,
    jacrev,
    jit,
    jvp,
    sparse_hessian,
    sparse_jacobian,
    sparsity,
    vmap,
)
from pydezero.tree import flatten

RNG: Final = np.random.default_rng(0)
X: Final = RNG.uniform(0.5, 1.5, 12)
GRID: Final = RNG.uniform(0.5, 1.5, (5, 4))


def stencil(u: Any) -> Any:
    p = np.pad(u, 1)
    return p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:] - 4 * u + 0.1 * np.exp(u)


def arrow(x: Any) -> Any:
    return np.concatenate([x[:1] * x[1:] ** 2, np.array([1.0]) * np.sum(np.sin(x))])


def rosenbrock(x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def neighbours(u: Any) -> Any:
    return np.sum(u[1:] ** 2 * u[:-1]) + np.sum(np.sin(u[:, 1:] * u[:, :-1]))


class Pair(NamedTuple):
    a: Any
    b: Any


FUNCTIONS: Final[dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]] = {
    "banded": (lambda x: x[2:] * x[:-2] + x[1:-1] ** 3, (X,)),
    "grid": (stencil, (GRID,)),
    "arrow": (arrow, (X,)),
    "wide": (lambda x: x.reshape(3, 4).sum(axis=0) ** 2, (X,)),
    "a number of an array": (lambda x: np.sum(x**2), (X,)),
    "an array of a number": (lambda t: np.exp(t * X), (0.5,)),
    "a number of a number": (lambda t: t**2, (3.0,)),
    "0-d": (lambda x: np.sin(x), (np.array(0.5),)),
    "an integer": (lambda n: n**2, (3,)),
    "integers": (lambda x: x[1:] ** 2, (np.arange(4),)),
    "without influence": (lambda x: x[::2] ** 2, (X,)),
    "constant": (lambda x: np.ones(3) + 0 * x[:3], (X,)),
    "no results": (lambda x: x[:0] * 2, (X,)),
    "no arguments": (lambda x: x * 2, (np.zeros(0),)),
    "dense": (lambda x: np.cumsum(x) * np.sum(x), (X[:4],)),
    "single precision": (lambda x: x[1:] * x[:-1], (X.astype(np.float32),)),
    "half precision": (lambda x: x[1:] * x[:-1], (X.astype(np.float16),)),
    "to complex": (lambda x: np.exp(1j * x[1:]) * x[:-1], (X,)),
}


def dense(x: Any) -> NDArray[Any]:
    assert type(x) is scipy.sparse.csr_array
    assert x.has_canonical_format
    x.check_format()
    return np.asarray(x.toarray())


def two_dimensional(expected: NDArray[Any], columns: int) -> NDArray[Any]:
    return np.reshape(expected, (-1, columns) if columns else (np.shape(expected)[0], 0))


@pytest.mark.parametrize("mode", ["forward", "reverse", "both", None])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_it_is_the_jacobian(name: str, mode: Any) -> None:
    f, args = FUNCTIONS[name]
    if name == "to complex" and mode in ("reverse", "both"):
        with pytest.raises(TypeError, match=r"sparse_jacobian.*returns complex numbers"):
            sparse_jacobian(f, mode=mode)(*args)
        return
    expected = jacrev(f)(*args) if mode == "reverse" else jacfwd(f)(*args)
    found = sparse_jacobian(f, mode=mode)(*args)
    np.testing.assert_allclose(dense(found), two_dimensional(expected, np.size(args[0])), rtol=1e-5, atol=1e-12)
    assert found.dtype == (np.float32 if expected.dtype == np.float16 else expected.dtype)  # SciPy has no float16


@pytest.mark.parametrize("colouring", ["star", "acyclic"])
@pytest.mark.parametrize(
    ("f", "x"),
    [
        (rosenbrock, X),
        (neighbours, GRID),
        (lambda x: np.sum(x[0] * x**2) + np.sum(np.exp(x)), X),  # an arrow
        (lambda x: np.sum(x**4), X),
        (lambda x: np.sum(x), X),
        (lambda x: np.prod(x[:3]), X),
        (lambda t: t**3, 2.0),
        (lambda t: t**3, np.array(2.0)),
        (lambda n: n**3, 2),
        (lambda x: np.sum(x[1:] * x[:-1]), X.astype(np.float32)),
        (lambda x: np.sum(x[3:] ** 2 * x[:-3]), X),
    ],
)
def test_it_is_the_hessian(f: Callable[..., Any], x: Any, colouring: Any) -> None:
    expected = hessian(f)(x)
    found = sparse_hessian(f, colouring=colouring)(x)
    np.testing.assert_allclose(dense(found), two_dimensional(expected, np.size(x)), rtol=1e-5, atol=1e-9)
    assert found.dtype == expected.dtype


def test_blocks_of_containers() -> None:
    def f(p: Any, t: Any, scale: float) -> Any:
        return {"x": p.a[1:] * p.b[0] * scale, "y": (p.b**2 * t, t * scale)}

    args: Any = (Pair(X[:4], X[4:7]), 0.5, 3.0)
    argnums: Any
    for argnums in (0, 1, (0, 1), (1,)):
        expected: Any = jacobian(f, argnums)(*args)
        found: Any = sparse_jacobian(f, argnums)(*args)
        assert type(found) is dict
        blocks, arrays = flatten(found), flatten(expected)
        assert len(blocks) == len(arrays)
        for block, array in zip(blocks, arrays, strict=True):
            np.testing.assert_allclose(np.ravel(dense(block)), np.ravel(array), rtol=1e-12)
    both: Any = sparse_jacobian(f, (0, 1))(*args)
    assert type(both["y"][0]) is tuple
    assert type(both["y"][0][0]) is Pair
    assert both["y"][0][0].b.shape == (3, 3)

    def g(p: Any, t: Any) -> Any:
        return np.sum(p.a[1:] * p.a[:-1]) * t + np.sum(p.b**3) * t

    for argnums in (0, 1, (0, 1)):
        expected = hessian(g, argnums)(*args[:2])
        found = sparse_hessian(g, argnums)(*args[:2])
        for block, array in zip(flatten(found), flatten(expected), strict=True):
            np.testing.assert_allclose(np.ravel(dense(block)), np.ravel(array), rtol=1e-12, atol=1e-12)


def test_complex_arguments() -> None:
    z = X * np.exp(1j * X)
    with pytest.raises(TypeError, match=r"sparse_jacobian.*complex"):
        sparse_jacobian(lambda z: z**2)(z)
    found = sparse_jacobian(lambda z: z[1:] ** 2 * z[:-1], holomorphic=True)(z)
    np.testing.assert_allclose(dense(found), jacfwd(lambda z: z[1:] ** 2 * z[:-1], holomorphic=True)(z))
    absolute = sparse_jacobian(lambda z: np.abs(z[1:] * z[:-1]))
    np.testing.assert_allclose(dense(absolute(z)), jacrev(lambda z: np.abs(z[1:] * z[:-1]))(z))
    with pytest.raises(TypeError, match=r"sparse_hessian.*complex"):
        sparse_hessian(lambda z: np.sum(np.abs(z)))(z)


def test_the_function_runs_once_for_the_pattern_and_once_for_all_products() -> None:
    runs: list[str] = []

    def separable(x: Any) -> Any:
        runs.append("run")
        return np.sum(np.sin(x) * x**2)

    def neighbours(x: Any) -> Any:
        runs.append("run")
        return x[1:] * x[:-1]

    for transformed in (sparse_hessian(separable), sparse_jacobian(neighbours)):
        found = transformed.prepare(X)
        assert runs == ["run"]
        found(X)
        assert runs == ["run"] * 2
        runs.clear()
    assert sparse_hessian(separable).prepare(X).colouring.number == 1


def test_the_mode_with_the_fewest_products() -> None:
    tall = sparse_jacobian(lambda x: np.append(x, np.sum(x))).prepare(np.ones(20))
    assert (tall.colouring.kind, tall.colouring.number) == ("rows", 2)
    assert sparse_jacobian(np.diff).prepare(X).colouring.kind == "columns"
    both = sparse_jacobian(arrow).prepare(np.ones(40))
    assert (both.colouring.kind, both.colouring.number) == ("both", 3)


def test_prepared_derivatives() -> None:
    prepared = sparse_jacobian(lambda x, y, k: k * x[1:] * y[:-1], (0, 1)).prepare(X, X, k=1.0)
    assert isinstance(prepared, PreparedDerivative)
    left, right = prepared(2 * X, X, k=3.0)
    np.testing.assert_allclose(dense(left)[0, 1], 3 * X[0])
    np.testing.assert_allclose(dense(right)[0, 0], 6 * X[1])
    left.data[:] = 0
    left.indices[:] = 0  # SciPy's methods may do that
    again, _ = prepared(2 * X, X, k=3.0)
    np.testing.assert_allclose(dense(again)[0, 1], 3 * X[0])
    assert prepared.pattern.shape == (11, 24)
    single = sparse_jacobian(lambda x: x[1:] * x[:-1]).prepare(X)
    assert single(X.astype(np.float32)).dtype == np.float32


def test_what_is_said_of_a_prepared_derivative() -> None:
    assert repr(sparse_jacobian(np.diff).prepare(X)) == (
        "<prepared sparse_jacobian(diff): 11 x 12, 22 nonzeros, products: 2 by columns>"
    )
    assert repr(sparse_jacobian(np.cumsum).prepare(X)) == (
        "<prepared sparse_jacobian(cumsum): 12 x 12, 78 nonzeros, products: 12 by columns, as many as the dense matrix "
        "takes: sparsity does not pay here, use jacobian(cumsum)>"
    )
    assert not sparse_jacobian(np.cumsum).prepare(X).pays
    both = sparse_jacobian(arrow, mode="both").prepare(X)
    counts = both.colouring.of_columns, both.colouring.of_rows
    assert "products: {} by columns and {} by rows>".format(*counts) in repr(both)
    assert sum(counts) == 3


def test_a_branch_that_is_another_one_raises() -> None:
    def f(x: Any) -> Any:
        return np.concatenate([np.where(x[:-1] > 0, x[:-1], x[1:]), x[:1] ** 2])

    for mode in ("forward", "reverse", "both"):
        prepared = sparse_jacobian(f, mode=mode).prepare(X)
        other = X.copy()
        other[[3, 7]] *= -1
        np.testing.assert_allclose(dense(prepared(2 * X)), jacobian(f)(2 * X))
        with pytest.raises(
            ValueError, match=r"other than zero at \(row, column\) = .*\(3, 4\).*prepare\(\*args\) again"
        ):
            prepared(other)
        lasting = sparse_jacobian(f, mode=mode, pattern=sparsity(f, scope="global")(X)).prepare(X)
        np.testing.assert_allclose(dense(lasting(other)), jacobian(f)(other))

    def g(x: Any) -> Any:
        return np.sum(x[1:] * x[:-1]) if x[0] > 0 else np.sum(x[2:] * x[:-2])

    hessian_of_g = sparse_hessian(g).prepare(X)
    with pytest.raises(ValueError, match=r"sparse_hessian\(g\).*\(row, column\) = .*hessian_sparsity"):
        hessian_of_g(-X)


def test_each_single_element_that_a_pattern_lacks_is_found() -> None:
    full = sparsity(stencil)(GRID).toarray()
    for i, j in zip(*np.nonzero(full), strict=True):
        lacking = full.copy()
        lacking[i, j] = False
        for mode in ("forward", "reverse"):
            with pytest.raises(ValueError, match=rf"\({i}, {j}\)"):
                sparse_jacobian(stencil, mode=mode, pattern=lacking)(GRID)


def test_rounding_is_no_element() -> None:
    # What cancels in exact arithmetic leaves rounding, which depends on the vector.
    def f(x: Any) -> Any:
        return (x + 1e8 * x[::-1]) - 1e8 * x[::-1] + (0.1 * x + 0.2 * x - 0.3 * x)

    pattern = np.eye(12, dtype=bool) | np.eye(12, dtype=bool)[::-1]
    found = sparse_jacobian(f, pattern=pattern).prepare(X)
    np.testing.assert_allclose(dense(found(X)), np.eye(12), atol=1e-7)


def test_infinite_and_undefined_derivatives_are_handed_out() -> None:
    def f(x: Any) -> Any:  # its derivative is infinite at 0, and nan at nan
        with np.errstate(all="ignore"):
            return np.sqrt(x[1:]) * 2.0

    with np.errstate(divide="ignore"):  # of the rule; the check gives no warnings of its own
        found = sparse_jacobian(f)(np.array([1.0, 0.0, 4.0, np.nan]))
    np.testing.assert_array_equal(found.data, [np.inf, 0.5, np.nan])


@pytest.mark.parametrize("form", [np.asarray, scipy.sparse.csr_array, scipy.sparse.coo_matrix, "Pattern"])
def test_a_pattern_that_is_given(form: Any) -> None:
    mask = np.eye(4, 5, dtype=bool) | np.eye(4, 5, k=1, dtype=bool)
    rows, columns = np.nonzero(mask)
    pattern = Pattern.from_coordinates(rows, columns, (4, 5)) if form == "Pattern" else form(mask * 1.0)
    found = sparse_jacobian(lambda x: x[1:] * x[:-1], pattern=pattern).prepare(X[:5])
    np.testing.assert_array_equal(found.pattern.toarray(), mask)
    np.testing.assert_allclose(dense(found(X[:5])), jacobian(lambda x: x[1:] * x[:-1])(X[:5]))
    half = sparse_hessian(rosenbrock, pattern=np.eye(12) + np.eye(12, k=1))
    np.testing.assert_allclose(dense(half(X)), hessian(rosenbrock)(X))


@pytest.mark.parametrize("mode", ["forward", "reverse", "both"])
def test_compiled(mode: Any) -> None:
    @jit(static_argnames="power")
    def f(x: Any, scale: Any, power: int = 2) -> Any:
        return x[1:] ** power * x[:-1] * scale

    prepared = sparse_jacobian(f, mode=mode).prepare(X, 2.0, power=3)
    for scale, power in ((2.0, 3), (0.5, 2)):
        expected = jacobian(f)(X, scale, power=power)
        np.testing.assert_allclose(dense(prepared(X, scale, power=power)), expected, rtol=1e-12)
        np.testing.assert_allclose(dense(prepared(X, scale, power)), expected, rtol=1e-12)
    of_one = sparse_jacobian(f, pattern=np.eye(11, 12), mode=mode).prepare(X, 2.0)
    with pytest.raises(ValueError, match="the pattern does not cover the derivative"):
        of_one(X, 2.0)
    loaded = pickle.loads(pickle.dumps(sparse_hessian(jit(rosenbrock)).prepare(X)))
    np.testing.assert_allclose(dense(loaded(2 * X)), hessian(rosenbrock)(2 * X))


NESTED: Final[dict[str, Callable[[Any], Any]]] = {
    "jacobian by columns": lambda f: sparse_jacobian(f, mode="forward"),
    "by rows": lambda f: sparse_jacobian(f, mode="reverse"),
    "both": lambda f: sparse_jacobian(f, mode="both"),
    "of a compiled f": lambda f: sparse_jacobian(jit(f)),
    "hessian": lambda f: sparse_hessian(lambda x: np.sum(f(x))),
    "acyclic": lambda f: sparse_hessian(lambda x: np.sum(f(x)), colouring="acyclic"),
}


def banded(x: Any) -> Any:
    return x[1:] ** 2 * x[:-1]


@pytest.mark.parametrize("name", NESTED)
def test_inside_of_other_transforms(name: str) -> None:
    of = NESTED[name]
    prepared = of(banded).prepare(X)
    of_array: Any = hessian(lambda x: np.sum(banded(x))) if name in ("hessian", "acyclic") else jacobian(banded)
    batch = np.stack([X, 2 * X])
    for data, expected in (
        (jit(lambda x: prepared(x))(2 * X).toarray(), of_array(2 * X)),
        (vmap(lambda x: prepared(x).toarray())(batch), np.stack([of_array(x) for x in batch])),
        (jvp(lambda x: prepared(x).toarray(), (X,), (X,))[1], jvp(of_array, (X,), (X,))[1]),
        (grad(lambda x: np.sum((prepared(x) @ x) ** 2))(X), grad(lambda x: np.sum((of_array(x) @ x) ** 2))(X)),
        (hessian(lambda x: np.sum(prepared(x).data ** 3))(X), hessian(lambda x: np.sum(of_array(x) ** 3))(X)),
        # The pattern is found where the arguments have values.
        (grad(lambda x: np.sum(of(banded)(x).data ** 3))(X), grad(lambda x: np.sum(of_array(x) ** 3))(X)),
    ):
        np.testing.assert_allclose(data, expected, rtol=1e-10, atol=1e-12)
    for transform in (jit, vmap):
        with pytest.raises(TypeError, match=r"a pattern is found from values.*\.prepare\(x\).*plan\(x\) may be called"):
            transform(lambda x: of(banded)(x))(batch)


def test_a_pattern_that_does_not_cover_inside_of_other_transforms() -> None:
    prepared = sparse_jacobian(lambda x: x[::-1] ** 2 + x, pattern=np.eye(12)).prepare(X)
    with pytest.raises(ValueError, match=r"does not cover the derivative.*\(10, 1\)"):
        grad(lambda x: np.sum(prepared(x).data ** 2))(X)
    inside: Any = jit(lambda x: prepared(x).data)
    assert np.isnan(inside(X)).all()
    assert np.isnan(vmap(grad(lambda x: np.sum(prepared(x).data ** 2)))(np.stack([X, X]))).all()


def test_blocks_inside_of_other_transforms() -> None:
    def f(p: Any) -> Any:
        return {"a": p.a[1:] * p.b[0], "b": p.b**2}

    p = Pair(X[:4], X[4:7])
    prepared = sparse_jacobian(f).prepare(p)
    found = grad(lambda p: np.sum(prepared(p)["a"].b.data ** 2) + np.sum(prepared(p)["b"].b.toarray() ** 2))(p)
    np.testing.assert_allclose(found.a, [0, *2 * p.a[1:]])
    np.testing.assert_allclose(found.b, 8 * p.b)


def test_derivatives_that_take_derivatives() -> None:
    slope: Any = grad(lambda x: np.sum(x[1:] ** 2 * x[:-1]))
    curvature = sparse_jacobian(slope)(X)
    np.testing.assert_allclose(dense(curvature), hessian(lambda x: np.sum(x[1:] ** 2 * x[:-1]))(X))


def test_without_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    for transform in (sparse_jacobian(np.sin), sparse_hessian(rosenbrock)):
        with pytest.raises(ImportError, match=r"returns arrays of SciPy: pip install 'pydezero\[sparse\]'"):
            transform(X)


# Without types, which refuse some of these mistakes.
JACOBIAN: Final[Any] = sparse_jacobian
HESSIAN: Final[Any] = sparse_hessian


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: JACOBIAN(3), TypeError, r"sparse_jacobian\(f\): f must be a function"),
        (lambda: HESSIAN(X), TypeError, r"sparse_hessian\(f\): f must be a function"),
        (lambda: JACOBIAN(np.sin, mode="rows"), ValueError, "mode must be 'forward', 'reverse', 'both' or None"),
        (lambda: HESSIAN(rosenbrock, colouring="x"), ValueError, "colouring must be 'star' or 'acyclic'"),
        (lambda: HESSIAN(np.sin)(X), ValueError, "scalar"),
        (lambda: HESSIAN(np.argmax)(X), TypeError, r"sparse_hessian\(argmax\): the function returns int64"),
        (lambda: JACOBIAN(np.argsort)(X), TypeError, "returns int64"),
        (lambda: JACOBIAN(np.sin)("x"), TypeError, "no number and no array"),
        (lambda: JACOBIAN(np.sin, 1)(X), TypeError, "argnums is 1"),
        (
            lambda: JACOBIAN(np.sin, pattern=np.eye(3))(X),
            ValueError,
            r"\(3, 3\), and the derivative \(12, 12\)",
        ),
        (lambda: JACOBIAN(np.sin, pattern=[1])(X), TypeError, "pattern must be a Pattern, a sparse array"),
        (
            lambda: JACOBIAN(np.sin).prepare(X)(X[:3]),
            ValueError,
            r"\(12,\), called with \(3,\); call prepare",
        ),
        (
            lambda: JACOBIAN(lambda p: p["a"] * p["b"]).prepare({"a": X, "b": X})({"b": X, "a": X}),
            ValueError,
            r"prepared for a dict \(\['a'\], \['b'\]\), called with a dict \(\['b'\], \['a'\]\); call prepare",
        ),
        (lambda: JACOBIAN(np.sin).prepare(X)([X]), ValueError, r"for an array, called with a list \(\[0\]\)"),
        (
            lambda: JACOBIAN(lambda x: x[x > 1]).prepare(np.array([2.0, 3.0]))(np.array([0.0, 2.0])),
            ValueError,
            r"a result of shape \(2,\), got \(1,\): it depends on values; call prepare again",
        ),
    ],
)
def test_mistakes(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
