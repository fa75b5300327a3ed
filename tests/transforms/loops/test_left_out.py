"""What a choice leaves out has no influence in a traced loop either, in any mode: as in the loop in Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, Final

import numpy as np
import pytest

from pydezero import (
    associative_scan,
    checkpoint,
    cond,
    custom_root,
    custom_vjp,
    fori_loop,
    grad,
    hessian,
    jacfwd,
    jit,
    jvp,
    scan,
    switch,
    trace,
    vjp,
    vmap,
    while_loop,
)
from pydezero import map as loop_map

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

F = Callable[[Any], Any]

X: Final = np.array([0.0, 2.0, -1.0, 1.5])  # the functions below are singular at 0
POSITIVE: Final = np.abs(X)
V: Final = np.array([0.3, -1.0, 2.0, 0.7])
ROWS: Final = np.array([[1.0, 0.5, 2.0, 1.0], [0.5, 2.0, 1.0, 1.0]])
MASKS: Final = np.array([[1, 1, 0, 1], [0, 1, 1, 1], [0, 1, 0, 1]], bool)
MIX: Final = np.array([[0.5, 0.2], [0.1, 0.3]])

SINGULAR: Final[dict[str, F]] = {
    "log": np.log,
    "sqrt": np.sqrt,
    "power": lambda x: x**-0.5,
    "arccos": lambda x: np.arccos(2 - np.abs(x)),
    "divide": lambda x: 1 / x,
    "norm": lambda x: np.linalg.norm(np.stack([np.sqrt(x), x]), axis=0),
}


def by_hand(step: Callable[[Any, Any], Any], carry: Any, xs: Sequence[Any] | np.ndarray[Any, Any]) -> Any:
    """The last carry of a loop in Python."""
    return reduce(step, xs, carry)


def _step(h: F, x: Any) -> Callable[[Any, Any], Any]:
    return lambda c, row: c * h(x) * 0.5 + row


def _by_vjp(h: F) -> F:
    """3 h(x), with a loop in the rule for its cotangent."""

    def backward(x: Any, g: Any) -> tuple[Any]:
        return (scan(lambda c, _: (c + vjp(h, x)[1](g)[0], None), np.zeros(4), length=3)[0],)

    rules = custom_vjp(lambda x: (3 * h(x), x), backward)
    return rules(lambda x: 3 * h(x))


def _root(x: Any) -> Any:
    """The solution y of 2 y = x, with a loop in the equation."""

    def residual(y: Any, x: Any) -> Any:
        return scan(lambda c, _: (c * 2 - x, None), y, length=1)[0]

    return custom_root(residual, lambda f, start, x: start - f(start) / 2)(np.ones(4), x)


# What stands behind a partial `where`: a function of the singular one and of x, and the same without the construct.
BEHIND: Final[dict[str, tuple[Callable[[F, Any], Any], Callable[[F, Any], Any]]]] = {
    "scan": (
        lambda h, x: scan(lambda c, row: (_step(h, x)(c, row), None), x * 1.0, ROWS)[0],
        lambda h, x: by_hand(_step(h, x), x, ROWS),
    ),
    "xs and ys": (lambda h, x: scan(lambda c, e: (c + 1, h(e) * c), 1.0, x)[1], lambda h, x: h(x) * np.arange(1, 5)),
    "reverse": (
        lambda h, x: scan(lambda c, row: (_step(h, x)(c, row), None), x * 1.0, ROWS, reverse=True)[0],
        lambda h, x: by_hand(_step(h, x), x, ROWS[::-1]),
    ),
    "in segments": (
        lambda h, x: scan(lambda c, row: (_step(h, x)(c, row), None), x, np.vstack([ROWS, ROWS[:1]]), checkpoint=2)[0],
        lambda h, x: by_hand(_step(h, x), x, np.vstack([ROWS, ROWS[:1]])),
    ),
    "no steps": (lambda h, x: scan(lambda c, _: (c * h(x), None), h(x), length=0)[0], lambda h, x: h(x)),
    "rows are mixed": (
        lambda h, x: scan(lambda c, _: (MIX @ c + np.stack([h(x), x]), None), np.stack([x, x]), length=2)[0][0],
        lambda h, x: by_hand(lambda c, _: MIX @ c + np.stack([h(x), x]), np.stack([x, x]), [0, 1])[0],
    ),
    "largest": (
        lambda h, x: scan(lambda c, row: (np.max(np.stack([c * h(x), row]), axis=0), None), x * 1.0, ROWS)[0],
        lambda h, x: by_hand(lambda c, row: np.max(np.stack([c * h(x), row]), axis=0), x, ROWS),
    ),
    "fori_loop": (
        lambda h, x: fori_loop(0, 3, lambda i, c: c * h(x) + i, x),
        lambda h, x: by_hand(lambda c, i: c * h(x) + i, x, range(3)),
    ),
    "map": (lambda h, x: loop_map(lambda e: h(e) * e, x, batch_size=3), lambda h, x: h(x) * x),
    "while_loop": (
        lambda h, x: while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, s[1] * h(x) + 1), (0, x))[1],
        lambda h, x: by_hand(lambda c, _: c * h(x) + 1, x, range(3)),
    ),
    "cond": (lambda h, x: cond(x.sum() > 0, lambda v: h(v) * 2, lambda v: v, x), lambda h, x: h(x) * 2),
    "switch": (
        lambda h, x: switch((x.sum() > 0).astype(int), [lambda v: v, lambda v: h(v) * v], x),
        lambda h, x: h(x) * x,
    ),
    "associative_scan": (
        lambda h, x: associative_scan(lambda a, b: h(x) * (a + b), ROWS)[-1],
        lambda h, x: h(x) * (ROWS[0] + ROWS[1]),
    ),
    "nested": (
        lambda h, x: scan(
            lambda c, row: (scan(lambda d, r: (d * h(x) + r * row, None), c, ROWS)[0], None), x * 1.0, ROWS
        )[0],
        lambda h, x: by_hand(lambda c, row: by_hand(lambda d, r: d * h(x) + r * row, c, ROWS), x, ROWS),
    ),
    "checkpoint inside": (
        lambda h, x: scan(lambda c, row: (checkpoint(lambda c: c * h(x) + row)(c), None), x * 1.0, ROWS)[0],
        lambda h, x: by_hand(lambda c, row: c * h(x) + row, x, ROWS),
    ),
    "a loop in a rule": (lambda h, x: _by_vjp(h)(x), lambda h, x: 3 * h(x)),
}

# Programs with a choice, a step or a result that leaves something out, and the same without the construct.
INSIDE: Final[dict[str, tuple[F, F]]] = {
    "by a later step": (
        lambda x: scan(lambda c, m: (np.where(m, np.log(c), 0.5), None), x, MASKS[:2])[0],
        lambda x: by_hand(lambda c, m: np.where(m, np.log(c), 0.5), x, MASKS[:2]),
    ),
    "in segments": (
        lambda x: scan(lambda c, m: (np.where(m, np.log(c), 0.5), None), x, MASKS, checkpoint=2)[0],
        lambda x: by_hand(lambda c, m: np.where(m, np.log(c), 0.5), x, MASKS),
    ),
    "of what comes before": (
        lambda x: scan(lambda c, _: (np.where(c > -1, c * 2, 5.0), None), np.log(x), length=2)[0],
        lambda x: by_hand(lambda c, _: np.where(c > -1, c * 2, 5.0), np.log(x), [0, 1]),
    ),
    "by rounds of a while_loop": (
        lambda x: while_loop(
            lambda s: s[0] < 3, lambda s: (s[0] + 1, np.where(s[1] > s[0] - 0.5, np.sqrt(s[1]), 1.0)), (0, x)
        )[1],
        lambda x: by_hand(lambda c, i: np.where(c > i - 0.5, np.sqrt(c), 1.0), x, range(3)),
    ),
    "without a round": (
        lambda x: (lambda y: while_loop(lambda c: np.sum(c) < 0, lambda c: c * y, x))(np.log(x)),
        lambda x: x * 1.0,
    ),
    "by cond": (lambda x: cond(x.sum() > 0, lambda p, q: p * 2, lambda p, q: q, x, np.log(x)), lambda x: x * 2),
    "by switch": (
        lambda x: switch((x.sum() > 0).astype(int), [lambda p, q: q, lambda p, q: p * 2], x, np.log(x)),
        lambda x: x * 2,
    ),
    "in a running result": (
        lambda x: associative_scan(lambda a, b: np.where(b > -1, a + b, a), np.stack([x, np.log(x)] * 20))[-1],
        lambda x: by_hand(lambda a, b: np.where(b > -1, a + b, a), x, ([np.log(x), x] * 20)[:-1]),
    ),
    "results not used": (lambda x: scan(lambda c, _: (c * 2, np.log(c)), x, length=3)[0], lambda x: x * 8),
    "a carry not used": (
        lambda x: scan(lambda c, r: ((np.log(c[0]) * r, c[1] * r), c[1]), (x, x), ROWS)[1].sum(axis=0),
        lambda x: x * (1 + ROWS[0]),
    ),
    "a carry of while_loop not used": (
        lambda x: while_loop(lambda s: s[0] < 2, lambda s: (s[0] + 1, np.sqrt(s[1]), s[2] * 2), (0, x, x))[2],
        lambda x: x * 4,
    ),
    "a result of cond not used": (
        lambda x: cond(x.sum() > 0, lambda v: (np.log(v), v * 2), lambda v: (v, v), x)[1],
        lambda x: x * 2,
    ),
    "in a checkpoint": (
        lambda x: checkpoint(lambda v: np.where(v > -1, v, 5.0))(np.log(x)),
        lambda x: np.where(np.log(x) > -1, np.log(x), 5.0),
    ),
    "a result of a checkpoint not used": (lambda x: checkpoint(lambda v: (np.log(v), v * v))(x)[1], lambda x: x * x),
    "behind a solver": (lambda x: np.where(x > 1, _root(np.sqrt(x)), x), lambda x: np.where(x > 1, np.sqrt(x) / 2, x)),
    "a sum in a checkpoint": (
        lambda x: (lambda w: np.where(x > 0, checkpoint(lambda w: w * np.log(POSITIVE))(w), x))(np.sum(x)),
        lambda x: (lambda w: np.where(x > 0, w * np.log(POSITIVE), x))(np.sum(x)),
    ),
}

# A nan or an infinity that is right.
STAYS: Final[dict[str, tuple[F, F]]] = {
    "a factor of 0": (
        lambda x: scan(lambda c, _: (c + 0 * np.log(x), None), x, length=2)[0],
        lambda x: by_hand(lambda c, _: c + 0 * np.log(x), x, [0, 1]),
    ),
    "beside a choice": (
        lambda x: (lambda y: np.where(x > 0, y, 0.0) + 0 * y)(scan(lambda c, _: (c * np.log(x), None), x, length=2)[0]),
        lambda x: (lambda y: np.where(x > 0, y, 0.0) + 0 * y)(by_hand(lambda c, _: c * np.log(x), x, [0, 1])),
    ),
    "in the branch that is taken": (
        lambda x: scan(lambda c, m: (np.where(m | True, 0 * np.log(c), 1.0), None), x, MASKS[:1])[0],
        lambda x: np.where(MASKS[0] | True, 0 * np.log(x), 1.0),
    ),
    "in rounds of a while_loop": (
        lambda x: while_loop(lambda s: s[0] < 2, lambda s: (s[0] + 1, s[1] + 0 * np.log(x)), (0, x))[1],
        lambda x: x + 0 * np.log(x),
    ),
    "an infinite slope": (
        lambda x: scan(lambda c, _: (np.where(c >= 0, np.sqrt(c), 1.0), None), x, length=1)[0],
        lambda x: np.sqrt(x),
    ),
}


def total(f: F) -> F:
    return lambda x: np.sum(f(x) * (1 + np.arange(4.0)))


def slope(f: F) -> F:
    """The derivative of f along its gradient's product with V, which has a gradient of its own."""
    of_f: Any = grad(f)
    return lambda x: np.sum(of_f(x) * V)


FIRST: Final[dict[str, Callable[[F, Any], Any]]] = {
    "grad": lambda f, x: grad(f)(x),
    "trace of grad": lambda f, x: trace(grad(f))(x)(x),
    "grad of trace": lambda f, x: grad(trace(f)(x))(x),
    "trace of vmap of grad": lambda f, x: trace(vmap(grad(f)))(np.stack([x, x]))(np.stack([x, x]))[1],
}
SECOND: Final[dict[str, Callable[[F, Any], Any]]] = {
    "trace of grad of grad": lambda f, x: trace(grad(slope(f)))(x)(x),
    "trace of jvp of grad": lambda f, x: trace(lambda x: jvp(grad(f), (x,), (V,))[1])(x)(x),
    "hessian": lambda f, x: hessian(f)(x) @ V,
}
COMPILED: Final[dict[str, Callable[[F, Any], Any]]] = {
    "jit of grad": lambda f, x: jit(grad(f))(x),
    "grad of jit": lambda f, x: grad(jit(f))(x),
}


def check(f: F, g: F, x: Any, ways: dict[str, Callable[[F, Any], Any]], expected: Any) -> None:
    for name, way in ways.items():
        np.testing.assert_allclose(way(f, x), expected, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("h", SINGULAR.values(), ids=list(SINGULAR))
@pytest.mark.parametrize(("f", "g"), BEHIND.values(), ids=list(BEHIND))
def test_a_loop_behind_a_choice(f: Callable[[F, Any], Any], g: Callable[[F, Any], Any], h: F) -> None:
    looped, plain = total(lambda x: np.where(x > 1, f(h, x), x)), total(lambda x: np.where(x > 1, g(h, x), x))
    expected = jacfwd(plain)(X)
    assert np.isfinite(expected).all()
    check(looped, plain, X, {"trace of grad": FIRST["trace of grad"]}, expected)
    if h is np.log:
        check(looped, plain, X, FIRST, expected)
        check(looped, plain, X, SECOND, jacfwd(slope(plain))(X))


@pytest.mark.parametrize(("f", "g"), INSIDE.values(), ids=list(INSIDE))
def test_what_is_left_out_inside(f: F, g: F) -> None:
    expected = grad(total(g))(POSITIVE)
    assert np.isfinite(expected).all()
    check(total(f), total(g), POSITIVE, FIRST, expected)
    check(total(f), total(g), POSITIVE, SECOND, grad(slope(total(g)))(POSITIVE))


@pytest.mark.parametrize(("f", "g"), STAYS.values(), ids=list(STAYS))
def test_what_is_not_finite_stays(f: F, g: F) -> None:
    expected = grad(total(g))(POSITIVE)
    assert not np.isfinite(expected).all()
    check(total(f), total(g), POSITIVE, FIRST, expected)


COMPILED_ROWS: Final = {
    "behind a choice": (
        lambda x: np.where(x > 1, BEHIND["rows are mixed"][0](np.log, x), x),
        lambda x: np.where(x > 1, BEHIND["rows are mixed"][1](np.log, x), x),
    ),
    "by a later step": INSIDE["by a later step"],
    "results not used": INSIDE["results not used"],
    "a carry not used": INSIDE["a carry not used"],
    "by cond": INSIDE["by cond"],
    "in a compiled function": (
        lambda x: jit(lambda v: np.where(v > -1, v * v, 5.0))(np.log(x)),
        lambda x: np.where(np.log(x) > -1, np.log(x) ** 2, 5.0),
    ),
    "a result of a compiled function not used": (lambda x: jit(lambda v: (np.log(v), v * v))(x)[1], lambda x: x * x),
}


@pytest.mark.parametrize(("f", "g"), COMPILED_ROWS.values(), ids=list(COMPILED_ROWS))
def test_compiled(f: F, g: F) -> None:
    pytest.importorskip("llvmlite")
    check(total(f), total(g), POSITIVE, {"grad": FIRST["grad"], **COMPILED}, grad(total(g))(POSITIVE))
    np.testing.assert_allclose(grad(slope(jit(total(f))))(POSITIVE), grad(slope(total(g)))(POSITIVE), atol=1e-12)


def test_a_loop_without_a_choice_records_no_marks() -> None:
    f = total(lambda x: scan(lambda c, row: (np.sin(c) * row + x, c), x, ROWS)[0])
    graph = trace(grad(f))(X)
    assert "marks" not in str(graph)
    assert "where" not in str(graph)
