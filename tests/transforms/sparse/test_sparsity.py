"""`sparsity` and `hessian_sparsity`: what they find, and what they refuse."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pytest

import pydezero
from pydezero import Pattern, grad, hessian_sparsity, jacobian, jit, sparsity, trace, vmap
from pydezero.core.operators import EscapeError
from pydezero.functions import linalg
from pydezero.scipy.linalg import solve_triangular
from pydezero.scipy.ndimage import map_coordinates
from pydezero.scipy.signal import lfilter
from pydezero.transforms.sparse.pattern.pattern import Scope

X: Final = np.array([1.0, 2.0, 3.0])
SCOPES: Final[tuple[Scope, ...]] = ("local", "global")

# A pattern as rows of text: "#" for what may be other than zero.
DIAGONAL: Final = "#.. .#. ..#"
BACKWARDS: Final = "..# .#. #.."
BOTH: Final = "#.# .#. #.#"
FIRST: Final = "#.. ##. #.#"
TRIANGLE: Final = "#.. ##. ###"
ALL: Final = "### ### ###"


def text(pattern: Pattern) -> str:
    return " ".join(["".join(["#" if x else "." for x in row]) for row in pattern.toarray()])


def choice(x: Any) -> Any:
    return pydezero.cond(x[0] > 0, lambda x: x * x[0], lambda x: x[::-1], x)


def running(x: Any) -> Any:
    return pydezero.scan(lambda c, v: (c * v, c * v), 1.0, x)[1]


def until(x: Any) -> Any:
    return pydezero.while_loop(lambda c: c[0] < 10.0, lambda c: c * c[1], x)


def of_switch(x: Any) -> Any:
    return pydezero.switch(np.argmax(x), [lambda x: x, lambda x: x, lambda x: x[::-1]], x)


@pydezero.custom_vjp(lambda x: (np.round(x), None), lambda _, g: (g,))
def straight_through(x: Any) -> Any:
    return np.round(x)


@pydezero.custom_vjp(lambda x: (x, None), lambda _, g: (np.clip(g, -1, 1),))
def clipped(x: Any) -> Any:
    return x


@pydezero.custom_vjp(lambda x: (2 * x, None), lambda _, g: (2 * np.array(pydezero.value(g)),))
def escaping(x: Any) -> Any:
    return 2 * x


@pydezero.custom_jvp(lambda primals, tangents: (np.cumsum(primals[0]), np.cumsum(tangents[0])))
def summed_up(x: Any) -> Any:
    return np.cumsum(x)


def opaque(x: Any) -> Any:
    return 2 * np.asarray(x)


of_numpy: Final = pydezero.Function(opaque, lambda g, _: opaque(g))
MASK: Final = np.array([0.0, 1.0, 1.0])
MATRIX: Final = np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 3.0]])


def rooted(x: Any) -> Any:
    return pydezero.custom_root(lambda y, x: y**2 - x, lambda f, init, x: np.sqrt(x))(np.ones(3), x)


# What is found near the arguments, and for all of them; "" where the latter is refused.
FOUND: Final[dict[str, tuple[Callable[..., Any], str, str]]] = {
    "elementwise": (lambda x: np.sin(x) * x + 1, DIAGONAL, DIAGONAL),
    "view": (lambda x: x[::-1].reshape(3, 1), BACKWARDS, BACKWARDS),
    "constant result": (lambda x: np.ones(2), "... ...", "... ..."),
    "constant zeros": (lambda x: x * MASK, "... .#. ..#", "... .#. ..#"),
    "a value that is zero here": (lambda x: x * (x[0] - 1.0), FIRST, FIRST),
    "constant matrix": (lambda x: MATRIX @ x, "#.. .##", "#.. .##"),
    "where": (lambda x: np.where(x > 2, x, x[::-1]), "..# .#. ..#", BOTH),
    "if": (lambda x: x if x[0] > 0 else x[::-1], DIAGONAL, ""),
    "float": (lambda x: x[int(np.argmax(x)) :], "..#", ""),
    "mask": (lambda x: x[x > 1], ".#. ..#", ""),
    "index": (lambda x: x[np.argmax(x)], "..#", "###"),
    "max": (np.max, "..#", "###"),
    "sort": (lambda x: np.sort(x[::-1]), DIAGONAL, ALL),
    "median": (np.median, ".#.", "###"),
    "prod": (np.prod, "###", "###"),
    "cumsum": (np.cumsum, TRIANGLE, TRIANGLE),
    "cumprod": (np.cumprod, TRIANGLE, TRIANGLE),
    "diff": (np.diff, "##. .##", "##. .##"),
    "cross": (lambda x: np.cross(x, [1.0, 0.0, 2.0]), ".#. #.# .#.", ".#. #.# .#."),
    "filter": (lambda x: lfilter([1.0, 0.5], [1.0], x), "#.. ##. .##", "#.. ##. .##"),
    "recursive filter": (lambda x: lfilter([1.0], [1.0, 0.5], x), TRIANGLE, TRIANGLE),
    "piecewise": (lambda x: np.piecewise(x, [x > 2], [np.sin, np.cos]), DIAGONAL, DIAGONAL),
    "pad": (lambda x: np.pad(x, 1)[:3], "... #.. .#.", "... #.. .#."),
    "convolve": (lambda x: np.convolve(x, [1.0, 0.0, 1.0], "same"), ".#. #.# .#.", ".#. #.# .#."),
    "fft": (lambda x: np.real(np.fft.fft(x)), ALL, ALL),
    "scatter": (lambda x: pydezero.at(np.zeros(2))[[0, 1, 0]].add(x), "#.# .#.", "#.# .#."),
    "stop_gradient": (lambda x: x * pydezero.stop_gradient(x[0] - 1.0), DIAGONAL, DIAGONAL),
    "custom_vjp": (straight_through, DIAGONAL, DIAGONAL),
    "custom_vjp that is not linear": (clipped, ALL, ALL),
    "custom_vjp that loses the cotangent": (escaping, ALL, ALL),
    "custom_jvp": (summed_up, TRIANGLE, TRIANGLE),
    "Function": (of_numpy, ALL, ALL),
    "custom_root": (rooted, ALL, ALL),
    "spline at places": (lambda x: map_coordinates(x, [[0.5, 2.0]], order=1), "##. ..#", "##. ..#"),
    "smooth spline at places": (lambda x: map_coordinates(x, [[1.0]], prefilter=False), "###", "###"),
    "spline filtered first": (lambda x: map_coordinates(x, [[1.0]]), "###", "###"),
    "places in a spline": (lambda x: map_coordinates(X**2, [x / 2]), DIAGONAL, DIAGONAL),
    "places between elements": (lambda x: map_coordinates(X**2, [x / 2], order=0), "... ... ...", "... ... ..."),
    "places in its own spline": (lambda x: map_coordinates(x, [x[:1] / 2], order=1), "##.", "###"),
    "slopes of a spline": (
        grad(lambda x: (map_coordinates(x, [[0.5, 2.0]], order=1) ** 2).sum()),
        "##. ##. ..#",
        "##. ##. ..#",
    ),
    "cond": (choice, FIRST, "#.# ##. #.#"),
    "cond in a graph": (trace(choice)(X), FIRST, "#.# ##. #.#"),
    "switch in a graph": (trace(of_switch)(X), BACKWARDS, BOTH),
    "scan": (running, TRIANGLE, TRIANGLE),
    "scan in a graph": (trace(running)(X), TRIANGLE, TRIANGLE),
    "while_loop": (until, "##. .#. .##", ""),
    "while_loop in a graph": (trace(until)(X), "##. .#. .##", ""),
    "fori_loop in a graph": (
        trace(lambda x: pydezero.fori_loop(0, 2, lambda i, c: c * x[i], x))(X),
        "##. ##. ###",
        "##. ##. ###",
    ),
    "map": (lambda x: pydezero.map(lambda v: v * v, x), DIAGONAL, DIAGONAL),
    "associative_scan": (lambda x: pydezero.associative_scan(np.multiply, x), TRIANGLE, TRIANGLE),
    "vmap": (lambda x: vmap(lambda v: v * x[0])(x), FIRST, FIRST),
    "checkpoint": (pydezero.checkpoint(lambda x: x * x[0]), FIRST, FIRST),
    "jit": (jit(lambda x: x * x[0]), FIRST, FIRST),
    "grad": (grad(lambda x: np.sum(x[1:] * x[:-1])), ".#. #.# .#.", ".#. #.# .#."),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_found(name: str) -> None:
    f, local, everywhere = FOUND[name]
    found = sparsity(f)(X)
    assert (text(found), found.scope) == (local, "local")
    if everywhere:
        found = sparsity(f, scope="global")(X)
        assert (text(found), found.scope) == (everywhere, "global")
    else:
        with pytest.raises(EscapeError, match=r"scope='local' finds a pattern that holds as long as no branch changes"):
            sparsity(f, scope="global")(X)


def rosenbrock(x: Any) -> Any:
    return np.sum((x[1:] - x[:-1] ** 2) ** 2)


CURVED: Final[dict[str, tuple[Callable[..., Any], str]]] = {
    "linear": (lambda x: np.sum(3 * x) + x[0], "... ... ..."),
    "separable": (lambda x: np.sum(np.sin(x) * x), DIAGONAL),
    "product of two": (lambda x: x[0] * x[1], ".#. #.. ..."),
    "a part that is not used": (lambda x: (x * x[0])[2], "..# ... #.."),
    "chain": (rosenbrock, "##. ### .##"),
    "of all": (lambda x: np.exp(np.sum(x)), ALL),
    "several results": (lambda x: {"a": x[0] * x[1], "b": [x[2] ** 2]}, ".#. #.. ..#"),
    "least squares": (lambda x: np.sum((MATRIX @ x - 1.0) ** 2), "#.. .## .##"),
    "compiled": (jit(rosenbrock), "##. ### .##"),
    "a loop with checkpoints": (
        lambda x: pydezero.scan(lambda c, v: (c * v, None), 1.0, x, checkpoint=2)[0],
        ".## #.# ##.",
    ),
    "a choice in a graph": (lambda x: np.sum(trace(choice)(X)(x)), "### #.. #.."),
    "straight through": (lambda x: np.sum(straight_through(x) ** 2), DIAGONAL),
}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("name", CURVED)
def test_what_interacts(name: str, scope: Scope) -> None:
    f, expected = CURVED[name]
    found = hessian_sparsity(f, scope=scope)(X)
    assert (text(found), found.scope) == (expected, scope)
    assert found.results == found.arguments


def test_a_global_pattern_of_second_order_does_not_count_steps() -> None:
    assert text(hessian_sparsity(lambda x: np.sum(trace(until)(X)(x)))(X)) == ".#. ### .#."
    with pytest.raises(EscapeError, match="the condition of a loop needs a value"):
        hessian_sparsity(lambda x: np.sum(trace(until)(X)(x)), scope="global")(X)


def test_containers_are_blocks() -> None:
    def f(p: Any, scale: Any) -> Any:
        return {"s": p["a"] * scale, "t": (p["a"][0] * p["b"], np.ones(2))}

    found = sparsity(f, (0, 1))({"a": X[:2], "b": 2.0}, np.ones(2))
    assert text(found) == "#..#. .#..# #.#.. ..... ....."
    assert [(leaf.path, leaf.shape, leaf.start) for leaf in found.arguments] == [
        ("p['a']", (2,), 0),
        ("p['b']", (), 2),
        ("scale", (2,), 3),
    ]
    assert [leaf.path for leaf in found.results] == ["['s']", "['t'][0]", "['t'][1]"]
    assert text(found.block(0, 2)) == "#. .#"
    assert text(found.block(1, 1)) == "#"
    assert text(sparsity(f, 1)({"a": X[:2], "b": 2.0}, np.ones(2))) == "#. .# .. .. .."


def test_stacks_of_matrices_are_blocks() -> None:
    stack = np.eye(2) + np.ones((3, 2, 2))
    blocks = np.kron(np.eye(3), np.ones((4, 4))) > 0
    assert np.array_equal(sparsity(np.linalg.inv)(stack).toarray(), blocks)
    of_vectors = np.kron(np.eye(3), np.ones((2, 4))) > 0
    assert np.array_equal(sparsity(np.linalg.eigvalsh)(stack).toarray(), of_vectors)
    # Each right-hand side has a solution of its own.
    sides = sparsity(lambda b: np.linalg.solve(stack[0], b))(np.ones((2, 3))).toarray().reshape(2, 3, 2, 3)
    assert np.array_equal(sides, np.broadcast_to(np.eye(3, dtype=bool)[np.newaxis, :, np.newaxis], (2, 3, 2, 3)))


def by_rank(x: Any) -> Any:
    return np.take_along_axis(x, np.argsort(x, axis=1), axis=1)


def solved(x: Any) -> Any:
    return np.linalg.solve(np.reshape(x, (-1, 3, 1)) * (np.eye(3) + 1.0), x[..., None])


# How many columns each row of a pattern has near the arguments, and for all of them: of 900 vectors, side by side.
APART: Final[dict[str, tuple[Callable[..., Any], float, float]]] = {
    "cross with itself": (lambda x: np.cross(x, x[::-1]), 4.0, 4.0),
    "cross with a constant": (lambda x: np.cross(x, np.ones(3)), 2.0, 2.0),
    "solve, both arguments": (solved, 3.0, 3.0),
    "median": (lambda x: np.median(x, axis=1), 1.0, 3.0),
    "quantile": (lambda x: np.quantile(x, 0.3, axis=1), 2.0, 3.0),
    "take along an axis": (by_rank, 1.0, 3.0),
    "piecewise": (lambda x: np.piecewise(x, [x > 1], [np.sin, np.cos]), 1.0, 1.0),
    "filter": (lambda x: lfilter([1.0, 2.0], [1.0], x, axis=0), 2.0 - 1 / 900, 2.0 - 1 / 900),
}


@pytest.mark.parametrize("name", APART)
def test_large_stacks_are_kept_apart(name: str) -> None:
    f, near, everywhere = APART[name]
    x = np.random.default_rng(0).random((900, 3)) + 0.5
    for scope, expected in zip(SCOPES, (near, everywhere), strict=True):
        found = sparsity(f, scope=scope)(x)
        np.testing.assert_allclose(found.nnz / found.shape[0], expected)


def test_triangles() -> None:
    def lower(a: Any) -> Any:
        return np.linalg.cholesky(a)

    def upper(a: Any) -> Any:
        return linalg.cholesky(a, upper=True)

    a = np.eye(3) + np.outer(X, X) + 0.1 * np.add.outer(X, X)
    for f in (lower, upper, lambda a: solve_triangular(a, X, lower=True), lambda b: solve_triangular(a, b)):
        found = sparsity(f)(a).toarray()
        exact = np.reshape(jacobian(f)(a), found.shape)
        np.testing.assert_array_equal(found, np.abs(exact) > 1e-14)
    large = np.eye(40) + 0.1
    assert sparsity(lower)(large).nnz == 820 * 1600


@pytest.mark.parametrize("scope", SCOPES)
def test_edges(scope: Scope) -> None:
    def found(f: Callable[..., Any], x: Any) -> Pattern:
        pattern: Pattern = sparsity(f, scope=scope)(x)
        return pattern

    assert found(lambda x: x[:0], X).shape == (0, 3)
    assert found(np.sum, X[:0]).shape == (1, 0)
    assert text(found(lambda x: x[1:2] * 2, X)) == ".#."
    assert text(found(lambda x: x**2, np.arange(3))) == DIAGONAL  # integers are taken as float64
    assert text(found(lambda x: x * 2, 3.0)) == text(found(lambda x: x * 2, np.array(3.0))) == "#"
    assert text(found(lambda z: np.real(z) * np.imag(z[::-1]), X + 1j)) == BOTH
    assert text(found(lambda z: np.imag(z) + 0.0, X + 1j)) == DIAGONAL
    assert text(found(lambda z: np.imag(z) + 0.0, X)) == "... ... ..."
    assert text(found(lambda x: np.fft.irfft(x, 4)[:1], X + 1j)) == "###"
    single = found(lambda x: np.concatenate([x[1:] * 2, x[:1]]), X.astype(np.float32))
    assert text(single) == ".#. ..# #.."


def test_large_arrays_of_single_precision_keep_their_elements_apart() -> None:
    x = np.zeros(1 << 17, np.float32)
    assert sparsity(lambda x: np.concatenate([np.sin(x), x]).astype(np.float64))(x).nnz == 1 << 18


def test_many_terms() -> None:
    x = np.ones(200)
    chain = hessian_sparsity(lambda x: sum(x[i] * x[j] for i, j in pairwise(range(200))))(x)
    assert chain.nnz == 2 * 199
    moved = sparsity(lambda x: sum(np.roll(x, i) for i in range(60)))(x)
    assert moved.nnz == 200 * 60
    assert sparsity(lambda x: np.sum(np.outer(x, x), axis=1))(x).density == 1.0


def test_the_jacobian_of_a_stencil_twice() -> None:
    def stencil(u: Any) -> Any:
        return u[1:-1, 1:-1] * 4.0 - u[2:, 1:-1] - u[:-2, 1:-1] - u[1:-1, 2:] - u[1:-1, :-2]

    assert sparsity(lambda u: stencil(stencil(u)))(np.ones((9, 9))).nnz == 25 * 13


REFUSED: Final[dict[str, tuple[Callable[[], object], type[Exception], str]]] = {
    "no function": (lambda: sparsity(3), TypeError, "sparsity(f): f must be a function"),  # type: ignore[call-overload]  # on purpose
    "scope": (
        lambda: sparsity(np.sin, scope="all"),  # type: ignore[call-overload]  # on purpose
        ValueError,
        "sparsity(sin): scope must be 'local' or 'global', got 'all'",
    ),
    "text": (lambda: sparsity(lambda x: "a")(X), TypeError, "must return an array, or a container of arrays"),
    "nothing": (lambda: sparsity(lambda x: [])(X), TypeError, "must return an array, or a container of arrays"),
    "integers": (lambda: sparsity(np.argmax)(X), TypeError, "returns int64, which has no derivative"),
    "no numbers": (lambda: sparsity(lambda x: x)("a"), TypeError, "there is no number and no array"),
    "no argument": (lambda: sparsity(lambda x: x, 1)(X), TypeError, "argnums"),
    "twice": (lambda: sparsity(lambda x: x, (0, 0))(X), ValueError, "twice"),
    "complex": (lambda: hessian_sparsity(np.sum)(X + 1j), TypeError, "an argument is complex"),
    "escape": (lambda: sparsity(lambda x: x * float(x[0]))(X), EscapeError, "cannot be turned into a float"),
    "batch": (lambda: vmap(lambda x: x * (sparsity(np.cumsum)(x).nnz))(np.ones((2, 3))), TypeError, "vmap"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    call, error, message = REFUSED[name]
    with pytest.raises(error, match=re.escape(message)):
        call()


def test_it_describes_itself_and_pickles() -> None:
    found = sparsity(rosenbrock, scope="global")
    assert repr(found) == "<sparsity of rosenbrock>"
    assert found.__name__ == "rosenbrock"
    again = pickle.loads(pickle.dumps(found))
    assert text(again(X)) == "###"
