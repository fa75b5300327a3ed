"""The costs of a gradient by line: what is counted exactly, what time is given to, and how it reads."""

from __future__ import annotations

import inspect
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import numpy as np
import pytest

from pydezero import (
    Costs,
    Function,
    LineCost,
    Variable,
    checkpoint,
    custom_vjp,
    explain,
    functions,
    grad,
    jvp,
    vmap,
)

N: Final = 1000
ARRAY: Final = 8 * N


def loss(x: Any, w: Any) -> Any:
    y = x * w
    z = np.exp(y)
    z = z + 1.0
    return np.sum(z)


FIRST: Final = inspect.getsourcelines(loss)[1]


def lines(costs: Costs) -> list[int]:
    """The lines of rows, counted from the head of `loss`."""
    return [row.line - FIRST for row in costs.rows]


def test_a_row_for_each_line_with_what_it_costs() -> None:
    costs = explain(loss)(np.ones(N), np.full(N, 0.5))
    assert lines(costs) == [1, 2, 3, 4]
    assert [row.text for row in costs.rows] == ["y = x * w", "z = np.exp(y)", "z = z + 1.0", "return np.sum(z)"]
    assert {row.file for row in costs.rows} == {__file__}
    assert [row.operations for row in costs.rows] == [1, 1, 1, 1]
    assert [row.backward_operations for row in costs.rows] == [2, 1, 0, 1]
    assert [row.forward_bytes for row in costs.rows] == [ARRAY, ARRAY, ARRAY, 8]
    # A product keeps both factors, an exponential its result.
    assert [row.kept_bytes for row in costs.rows] == [2 * ARRAY, ARRAY, 0, 0]
    assert [row.backward_bytes for row in costs.rows][:3] == [2 * ARRAY, ARRAY, 0]
    assert all(row.forward_seconds > 0 for row in costs.rows)
    assert [row.backward_seconds > 0 for row in costs.rows] == [True, True, False, True]


def test_the_total_is_the_sum() -> None:
    costs = explain(loss)(np.ones(N), np.full(N, 0.5))
    assert costs.total.operations == 4
    assert costs.total.kept_bytes == 3 * ARRAY
    assert costs.total.seconds == pytest.approx(sum(row.forward_seconds + row.backward_seconds for row in costs.rows))


def test_what_is_kept_twice_is_counted_for_the_first_line() -> None:
    def f(x: Any) -> Any:
        y = np.sin(x)
        return np.cos(x) + y

    assert [row.kept_bytes for row in explain(f)(np.ones(N)).rows] == [ARRAY, 0]


def test_a_view_makes_no_memory() -> None:
    assert explain(lambda x: np.reshape(x, (10, 100)).T)(np.ones(N)).total.forward_bytes == 0


def test_a_line_in_a_loop_is_one_row() -> None:
    def f(x: Any) -> Any:
        for _ in range(7):
            x = np.sin(x)
        return x

    (row,) = explain(f)(1.0).rows
    assert row.operations == row.backward_operations / 2 == 7


class Parameters(NamedTuple):
    weights: Any
    steps: int
    name: str


def test_containers_and_arguments_that_are_not_differentiated() -> None:
    def f(p: Parameters, *, rows: Any) -> Any:
        total = p.weights[rows]
        for _ in range(p.steps):
            total = total * p.weights[0]
        return {"total": total, "name": p.name}

    costs = explain(f)(Parameters(np.ones(3), 2, "a"), rows=np.array([0, 2]))
    assert [row.operations for row in costs.rows] == [1, 4]
    assert costs.name == "f"


def test_integers_are_differentiated_where_there_is_nothing_else() -> None:
    assert explain(lambda x: x * x * 2)(3).total.operations == 2
    assert explain(lambda x: x + 1)(np.arange(3)).total.operations == 1


def test_a_result_twice_and_one_that_does_not_depend_on_the_arguments() -> None:
    def f(x: Any) -> Any:
        y = x * 2.0
        return y, y, np.ones(2), 1.0, None

    assert explain(f)(np.ones(2)).total.backward_operations == 1
    assert explain(lambda x: 1.0)(2.0).rows == ()


NESTED: dict[str, Any] = {
    "grad": lambda x: grad(lambda x: np.sum(np.sin(x) * x))(x),
    "jvp": lambda x: jvp(np.sin, (x,), (np.ones(3),))[1],
    "vmap": vmap(lambda x: np.sin(x) * x),
    "checkpoint": checkpoint(lambda x: np.sin(x) * x),
    "custom_vjp": custom_vjp(lambda x: (np.sin(x) * x, x), lambda x, g: (g * np.cos(x),))(lambda x: np.sin(x) * x),
    "Function": Function(lambda x: np.sin(x), lambda g, x: g * np.cos(x)),
    "linalg": lambda x: np.linalg.eigh(np.outer(x, x) + np.diag(x)),
}


@pytest.mark.parametrize("f", NESTED.values(), ids=list(NESTED))
def test_other_transforms_inside(f: Any) -> None:
    costs = explain(f)(np.array([0.5, -1.0, 2.0]))
    assert {row.file for row in costs.rows} <= {__file__}
    assert costs.total.operations > 0
    assert costs.total.backward_operations > 0


def test_inside_of_other_transforms() -> None:
    found: list[Costs] = []

    def f(x: Any) -> Any:
        found.append(explain(lambda x: np.sum(np.sin(x) * x))(x))
        return np.sum(x)

    for run in (grad(f), vmap(f), lambda x: jvp(f, (x,), (x,))):
        run(np.ones((2, 3)))
    explain(f)(np.ones(3))
    explain(functions.sin)(Variable(np.ones(3)))
    assert {costs.total.operations for costs in found} == {3}


def test_what_a_checkpoint_computes_again_is_backward() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sin(x) * x)

    plain, again = explain(f)(np.ones(N)).total, explain(checkpoint(f))(np.ones(N)).total
    assert again.operations == plain.operations
    assert again.backward_operations > plain.backward_operations
    assert again.kept_bytes < plain.kept_bytes


def test_the_table() -> None:
    costs = Costs(
        "f",
        (
            LineCost("a.py", 9, "y = x * w", 1, 2, 0.001, 0.002, 1500, 500, 999),
            LineCost("b.py", 10, "return <y>", 1, 0, 0.001, 0.0, 10**6, 10**9, 0),
        ),
    )
    assert str(costs) == (
        "explain(f)\n"
        " line  operations  forward ms  backward ms   time    made   kept\n"
        "a.py\n"
        "    9         1+2       1.000        2.000   75 %  2.0 kB  999 B  y = x * w\n"
        "b.py\n"
        "   10         1+0       1.000        0.000   25 %  1.0 GB    0 B  return <y>\n"
        "total         2+2       2.000        2.000  100 %  1.0 GB  999 B"
    )
    assert costs._repr_html_().startswith("<pre>explain(f)\n")
    assert "return &lt;y&gt;" in costs._repr_html_()


def test_a_real_table_is_plain_text() -> None:
    text = str(explain(loss)(np.ones(N), np.full(N, 0.5)))
    assert text.isascii()
    assert len(text.splitlines()) == 8
    assert re.search(r"1\+2 .* 8\.0 kB|1\+2 .* 24\.0 kB +16\.0 kB  y = x \* w", text)


def test_mistakes() -> None:
    with pytest.raises(TypeError, match=r"write explain\(f\)\(x\)"):
        explain(2.0)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match=r"explain\(len\): there is no number and no array"):
        explain(len)("text")  # type: ignore[call-overload]  # the types refuse it, too
    with pytest.raises(KeyError):
        explain(lambda x: {}[x])(1.0)


def test_threads_do_not_disturb_each_other() -> None:
    def run(i: int) -> list[tuple[int, int, int]]:
        costs = explain(loss)(np.ones(10 + i), np.full(10 + i, 0.5))
        return [(row.line, row.operations, row.kept_bytes) for row in costs.rows]

    expected = [run(i) for i in range(16)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, range(16))) == expected
