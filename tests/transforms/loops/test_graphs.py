"""Under a trace a loop is one equation, which holds its bodies: their text, their pictures, and passes over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import (
    Function,
    associative_scan,
    cond,
    draw,
    eliminate_common_subexpressions,
    eliminate_dead_code,
    fold_constants,
    fori_loop,
    grad,
    jacfwd,
    linear_transpose,
    map,  # noqa: A004  # the one that is tested
    scan,
    simplify,
    switch,
    trace,
    vmap,
    while_loop,
)
from tests.core.test_primitive import PRIMITIVES

X: Final = np.array([0.5, 0.25])
ROWS: Final = np.ones((3, 2))


def test_the_text() -> None:
    def step(c: Any, row: Any) -> Any:
        return c * row, c[0]

    def f(x: Any) -> Any:
        return scan(step, x, ROWS, reverse=True)

    assert str(trace(f)(X)) == (
        "f(a: f64[2]):\n"
        "    b: f64[3,2] = constant([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])\n"
        "    c: f64[2], d: f64[3] = scan(a, b, length=3, reverse=True)\n"
        "        body: step(a: f64[2], b: f64[2]):\n"
        "            c: f64[2] = multiply(a, b)\n"
        "            d: f64[] = getitem(a, index=0)\n"
        "            return (c, d)\n"
        "    return (c, d)"
    )


def test_the_text_of_bodies_in_bodies() -> None:
    def f(x: Any) -> Any:
        return while_loop(lambda c: c < 9.0, lambda c: cond(c < x, np.exp, np.square, c), x)

    lines = [line.split("(")[0] for line in str(trace(f)(2.0)).splitlines()]
    assert lines == [
        "f",
        "    b: f64[] = while_loop",
        "        condition: <lambda>",
        "            b: bool[] = less",
        "            return ",
        "        body: <lambda>",
        "            c: bool[] = less",
        "            d: f64[] = cond",
        "                if_true: exp",
        "                    b: f64[] = exp",
        "                    return ",
        "                if_false: square",
        "                    b: f64[] = square",
        "                    return ",
        "            return ",
        "    return b",
    ]


ONE_EQUATION: Final[dict[str, Callable[[Any], Any]]] = {
    "scan": lambda x: scan(lambda c, row: (np.sin(c) * row, c), x, ROWS),
    "while_loop": lambda x: while_loop(lambda c: c[0] < 9, lambda c: c + 1.0, x),
    "fori_loop": lambda x: fori_loop(0, 3, lambda i, c: np.sin(c) * i, x),
    "map": lambda x: map(lambda a: np.sin(a) * 2, x),
    "associative_scan": lambda x: associative_scan(lambda a, b: a * b + 0.0, x),
    # What is captured is found when the body has run: that run leaves nothing in the graph.
    "scan of what is captured": lambda x: scan(lambda c, row: (c * row + x, None), np.ones(2), ROWS),
    "while_loop with a condition that captures": lambda x: while_loop(
        lambda c: np.all(c < x), lambda c: c * 2, np.ones(2)
    ),
    "while_loop with a body that captures": lambda x: while_loop(lambda c: c[0] < 9, lambda c: c + x, np.ones(2)),
    "fori_loop of what is captured": lambda x: fori_loop(0, 3, lambda _, c: c * x, np.ones(2)),
    "map of what is captured": lambda x: map(lambda row: row * x, ROWS),
    "associative_scan of what is captured": lambda x: associative_scan(lambda a, b: a + b * 0 * x, ROWS),
    "scan of a number": lambda x: scan(lambda c, row: (c + np.sum(row * x), None), 0, ROWS)[0],
}


@pytest.mark.parametrize(("name", "f"), ONE_EQUATION.items(), ids=list(ONE_EQUATION))
def test_one_equation(name: str, f: Callable[[Any], Any]) -> None:
    graph = trace(f)(X)
    assert [equation.name for equation in graph.equations] == [name.split()[0]]
    assert len(graph.constants) <= 2
    assert graph.equations[0].primitive.bodies


def test_what_depends_on_no_step_is_outside() -> None:
    graph = trace(lambda x: scan(lambda c, row: (c * np.sin(x), None), np.ones(2), ROWS)[0])(X)
    assert [equation.name for equation in graph.equations] == ["sin", "scan"]


def test_derivatives_and_batches_are_loops() -> None:
    def names(f: Callable[..., Any], x: Any) -> set[str]:
        return {equation.name for equation in simplify(trace(f)(x)).equations if equation.primitive.bodies}

    def power(x: Any) -> Any:
        return np.sum(scan(lambda c, row: (c * row * x, None), x, ROWS)[0])

    def until(x: Any) -> Any:
        return np.sum(while_loop(lambda c: c[0] < 9, lambda c: c * (1 + x), x))

    assert names(grad(power), X) == {"scan"} == names(vmap(power), ROWS) == names(vmap(grad(power)), ROWS)
    assert names(vmap(until), ROWS) == {"while_loop"}
    assert names(grad(until), X) == {"pullback of while_loop"}


def test_passes_go_into_bodies() -> None:
    def step(c: Any, row: Any) -> Any:
        np.exp(row)  # nothing depends on it
        return np.sin(c) * np.sin(c) + np.cos(np.ones(2)), None

    def names(graph: Any) -> list[str]:
        return [equation.name for equation in graph.equations[0].primitive.bodies["body"].equations]

    graph = trace(lambda x: scan(step, x, ROWS)[0])(X)
    assert names(graph) == ["exp", "sin", "sin", "multiply", "add"]
    assert names(eliminate_dead_code(graph)) == ["sin", "sin", "multiply", "add"]
    assert names(eliminate_common_subexpressions(graph)) == ["exp", "sin", "multiply", "add"]
    assert names(fold_constants(graph)) == ["exp", "sin", "sin", "multiply", "add"]
    assert names(simplify(graph)) == ["sin", "multiply", "add"] == names(simplify(simplify(graph)))
    assert_array_equal(simplify(graph)(X), graph(X))


def test_a_loop_that_no_output_depends_on_goes() -> None:
    def f(x: Any) -> Any:
        scan(lambda c, row: (c * row, None), x, ROWS)
        return x + 1

    assert len(trace(f)(X).equations) == 2
    assert len(simplify(trace(f)(X)).equations) == 1


def test_a_function_of_the_users_in_the_body_is_called_at_every_evaluation() -> None:
    calls = []

    def forward(x: Any) -> Any:
        calls.append(0)
        return x * 2

    double: Any = Function(forward, lambda g, x: 2 * g)
    graph = simplify(trace(lambda x: scan(lambda c, _: (double(c), None), x, length=3)[0])(X))
    before = len(calls)
    assert_array_equal(graph(X), X * 8)
    assert len(calls) == before + 3


def test_the_body_is_traced_once() -> None:
    runs = []

    def step(c: Any, row: Any) -> Any:
        runs.append(0)
        return c * row, None

    graph = trace(lambda x: np.sum(scan(step, x, ROWS)[0]))(X)
    before = len(runs)
    for _ in range(2):
        assert_array_equal(grad(graph)(X), np.ones(2))
    assert len(runs) == before == 1


def test_a_graph_does_not_change_with_what_was_captured() -> None:
    factor, rows = np.full(2, 2.0), np.ones((3, 2))
    graph = trace(lambda x: scan(lambda c, row: (c * factor * row, None), x, rows)[0])(X)
    factor[:] = rows[:] = 0.0
    assert_array_equal(graph(X), X * 8)


def test_a_picture_has_a_box_for_a_loop() -> None:
    def step(c: Any, row: Any) -> Any:
        return c * row, None

    picture = draw(lambda x: scan(step, x, ROWS)[0])(X)
    assert "length=3" in picture.to_dot()
    assert "body: step" in picture.to_dot()
    assert "if_false: negative" in draw(lambda x: cond(x > 0, np.sqrt, np.negative, x))(2.0).to_dot()


def test_branches_with_what_each_of_them_captures() -> None:
    def f(x: Any, y: Any, z: Any) -> Any:
        return cond(x > 1, lambda: y * 2, lambda: z + y)

    graph = trace(f)(2.0, 3.0, 4.0)
    assert graph(2.0, 3.0, 4.0) == 6.0
    assert graph(0.0, 3.0, 4.0) == 7.0
    assert trace(grad(f, argnums=(1, 2)))(2.0, 3.0, 4.0)(0.0, 3.0, 4.0) == (1.0, 1.0)


def test_single_precision_stays() -> None:
    x = X.astype(np.float32)
    graph = trace(lambda x: scan(lambda c, _: (c + x, c * 0.5), 0.0 * x[0] + np.zeros(2, np.float32), length=2))(x)
    assert {y.dtype for y in graph(x)} == {np.dtype(np.float32)}
    assert {y.dtype for y in scan(lambda c, _: (c + np.float32(1), c), 0.0, length=2)} == {np.dtype(np.float32)}
    numbers: Any = trace(lambda x: scan(lambda c, _: (c + x, c), 0.0, length=2))(np.float32(1))(np.float32(1))
    assert {y.dtype for y in numbers} == {np.dtype(np.float32)}


def test_no_outputs() -> None:
    graph = trace(lambda x: (scan(lambda c, row: ((), None), (), {"rows": ROWS, "x": np.stack([x, x, x])}), x))(X)
    assert graph(X)[0] == ((), None)


NOT_TAKEN: Final[dict[str, Callable[[Any], Any]]] = {
    "cond": lambda x: cond(x > 0, lambda: np.sqrt(x), lambda: x * 0.0) + x,
    "cond, the other one": lambda x: cond(x <= 0, lambda: x * 0.0, lambda: np.sqrt(x)) + x,
    "cond of an operand": lambda x: cond(x > 0, np.sqrt, lambda x: x * 0.0, x) + x,
    "switch": lambda x: switch((x > 0) * 1, [lambda: x * 0.0, lambda: np.sqrt(x)]) + x,
    "while_loop": lambda x: while_loop(lambda c: c[0] < x, lambda c: (c[0] + 1, c[1] * np.sqrt(x)), (0.0, 1.0))[1] * x,
    "fori_loop": lambda x: fori_loop(0, (x > 0) * 2, lambda _, c: c * np.sqrt(x), 1.0) * x,
    "scan": lambda x: scan(lambda c, _: (c * np.sqrt(x), None), 1.0, length=0)[0] * x,
}


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize("f", NOT_TAKEN.values(), ids=list(NOT_TAKEN))
def test_what_did_not_run_has_no_influence(f: Callable[[Any], Any]) -> None:
    # The derivative of the square root at 0 is infinite; what is captured is computed before the loop or the choice.
    assert grad(f)(0.0) == 1.0
    assert trace(grad(f))(1.0)(0.0) == 1.0 == grad(trace(f)(1.0))(0.0)
    assert_array_equal(vmap(grad(f))(np.zeros(2)), np.ones(2))
    assert_array_equal(trace(vmap(grad(f)))(np.ones(2))(np.zeros(2)), np.ones(2))
    assert_array_equal(vmap(grad(trace(f)(1.0)))(np.zeros(2)), np.ones(2))
    assert_array_equal(trace(vmap(trace(grad(f))(1.0)))(np.ones(2))(np.zeros(2)), np.ones(2))


def test_linear_loops_have_a_transpose() -> None:
    def transposed(f: Callable[[Any, Any], Any]) -> Any:
        return trace(lambda g: linear_transpose(lambda t: f(t, g), np.ones(2))(g)[0])(np.ones(2))(np.ones(2))

    assert_array_equal(
        transposed(lambda t, g: scan(lambda c, row: (c * row[0] * 2 + t * g, c), t, ROWS)[0]), [15.0, 15.0]
    )
    assert_array_equal(
        transposed(lambda t, g: while_loop(lambda c: c[1] < 3, lambda c: (c[0] * 2 * g, c[1] + 1), (t, 0))[0]),
        [8.0, 8.0],
    )
    assert_array_equal(transposed(lambda t, g: cond(g[0] > 0, lambda: t * g, lambda: t)), [1.0, 1.0])
    for f in (
        lambda t, g: scan(lambda c, _: (c * c * g, None), t, ROWS)[0],
        lambda t, g: while_loop(lambda c: c[0] < 3, lambda c: c + g, t),
        lambda t, g: cond(g[0] > 0, lambda t: t * t, lambda t: t, t),
    ):
        with pytest.raises(ValueError, match="the function is not linear"):
            transposed(f)


def test_no_primitive_has_the_name_of_a_loop() -> None:
    loops = {"scan", "while_loop", "fori_loop", "cond", "switch", "map", "associative_scan"}
    assert loops.isdisjoint([primitive.name for primitive in PRIMITIVES])


def test_bounds_of_a_batch_in_a_trace() -> None:
    counts = np.array([0, 3, 1])

    def f(x: Any) -> Any:
        return vmap(lambda n: fori_loop(0, n, lambda _, c: c * x, 1.0))(counts)

    graph = trace(f)(2.0)
    assert [equation.name for equation in graph.equations if equation.primitive.bodies] == ["fori_loop"]
    assert_array_equal(graph(3.0), [1.0, 27.0, 3.0])
    assert_array_equal(trace(jacfwd(f))(2.0)(3.0), [0.0, 27.0, 1.0])


def test_a_loop_in_a_loop_takes_what_both_capture_once() -> None:
    def f(x: Any) -> Any:
        def outer(c: Any, row: Any) -> Any:
            return scan(lambda d, _: (d * row * np.sin(x), None), c, length=2)[0], None

        return scan(outer, np.ones(2), ROWS)[0]

    graph = simplify(trace(f)(X))
    assert [equation.name for equation in graph.equations] == ["sin", "scan"]
    assert len(graph.equations[1].inputs) == 3
    assert_array_equal(graph(X), f(X))
