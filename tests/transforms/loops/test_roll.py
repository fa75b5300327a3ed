"""Python loops that were traced become one equation again, which computes the same, bit for bit."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from pydezero import Function, draw, grad, hessian, jvp, roll, scan, simplify, trace, vmap
from pydezero.testing import check_grads
from pydezero.transforms.staging.graph import Graph
from pydezero.tree import flatten

R: Final = np.random.default_rng(1)
X: Final = R.normal(size=20)
ROWS: Final = R.normal(size=(6, 9))
CUBE: Final = R.normal(size=(5, 6, 4))
RNN: Final = (R.normal(size=(4, 4)) / 2, R.normal(size=(50, 4)), R.normal(size=4))


def index_loop(x: Any) -> Any:
    total = 0.0
    for i in range(len(x) - 1):
        total = total + x[i] * x[i + 1]
    return total


def chain(x: Any) -> Any:
    y = x
    for _ in range(12):
        y = np.sin(y) * x
    return y


def rnn(w: Any, xs: Any, h: Any) -> Any:
    for i in range(len(xs)):
        h = np.tanh(h @ w + xs[i])
    return np.sum(h)


def rnn_of_rows(w: Any, xs: Any, h: Any) -> Any:
    hs = []
    for x in xs:
        h = np.tanh(h @ w + x)
        hs.append(h)
    return np.stack(hs)


def lstm(w: Any, xs: Any, h: Any) -> Any:
    c = h
    for x in xs:
        z = np.concatenate([h, h]) @ w + x
        forget, new = 1 / (1 + np.exp(-z[:2])), np.tanh(z[2:])
        c = forget * c + (1 - forget) * new
        h = np.tanh(c)
    return np.sum(h * c)


def fibonacci(a: Any, b: Any) -> Any:
    for _ in range(10):
        a, b = b, a + np.sin(b)
    return b


def three_back(x: Any) -> Any:
    values = [x[0], x[1], x[2]]
    for _ in range(15):
        values.append(np.tanh(values[-1] + values[-2] * values[-3]))
    return values[-1]


def trajectory(x: Any) -> Any:
    y, ys = x[0], [x[0]]
    for i in range(1, len(x)):
        y = np.sin(y) + x[i]
        ys.append(y * 2)
    return np.stack(ys)


def scaled_by_step(x: Any) -> Any:
    for i in range(10):
        x = np.sin(x) * i + 1.5**i
    return x


def captured_table(x: Any) -> Any:
    for row in ROWS.T:
        x = np.cos(x) * row
    return x


def two_loops(x: Any) -> Any:
    ys = [np.sin(x[i]) * 2.0 for i in range(len(x))]
    total = 1.0
    for y in reversed(ys):
        total = total * y + 0.5
    return total


def nested(x: Any) -> Any:
    total = 0.0
    for i in range(x.shape[0]):
        row = 1.0
        for j in range(x.shape[1]):
            row = np.sin(row) * x[i, j]
        total = total + np.square(row)
    return total


def nested_without_an_end(x: Any) -> Any:
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            total = np.sin(total) + x[i, j]
    return total


def windows(x: Any) -> Any:
    total = 0.0
    for i in range(len(x) - 3):
        total = total + np.prod(np.sin(x[i : i + 3]))
    return total


def backwards(x: Any) -> Any:
    y = x[-1]
    for i in range(2, len(x)):
        y = np.cos(y) * x[-i] + np.sum(x[len(x) - i : len(x) - i + 2])
    return y


def columns(x: Any) -> Any:
    y = x[:, 0]
    for j in range(1, x.shape[1]):
        y = np.tanh(y) * x[:, j]
    return np.sum(y)


def middle_axis(x: Any) -> Any:
    y = x[:, 0, ::2]
    for j in range(x.shape[1]):
        y = np.tanh(y) + x[:, j, ::2] * x[None, 1, j, 1][0]
    return np.sum(y, axis=0)


def parts_of_the_carry(x: Any) -> Any:
    for _ in range(8):
        x = np.concatenate([x[3:], np.sin(x[:3])])
    return x


# The function, its arguments, and how many equations of the graph and of its gradient remain at most.
PROGRAMS: Final[dict[str, tuple[Callable[..., Any], tuple[Any, ...], int, int]]] = {
    "index loop": (index_loop, (X,), 7, 8),
    "index loop of 2,000": (index_loop, (R.normal(size=2000),), 7, 8),
    "chain": (chain, (X,), 1, 16),
    "rnn": (rnn, RNN, 2, 20),
    "rnn that returns all": (rnn_of_rows, RNN, 1, 24),
    "lstm": (lstm, (R.normal(size=(4, 4)), R.normal(size=(30, 4)), R.normal(size=2)), 10, 90),
    "fibonacci": (fibonacci, (0.25, 0.5), 1, 16),
    "three steps back": (three_back, (X[:3],), 10, 58),
    "trajectory": (trajectory, (X,), 6, 16),
    "numbers that differ": (scaled_by_step, (X,), 8, 40),
    "constants that differ": (captured_table, (X[:6],), 1, 20),
    "a loop after a loop": (two_loops, (X,), 12, 40),
    "nested": (nested, (ROWS,), 9, 40),
    "nested without an end": (nested_without_an_end, (ROWS,), 14, 60),
    "windows": (windows, (X,), 8, 40),
    "backwards": (backwards, (X,), 16, 60),
    "columns": (columns, (ROWS,), 6, 40),
    "middle axis": (middle_axis, (CUBE,), 8, 50),
    "parts of the carry": (parts_of_the_carry, (X,), 1, 40),
}
NAMES: Final = list(PROGRAMS)


def assert_same(a: Any, b: Any) -> None:
    """The same arrays, in the last bit."""
    for x, y in zip(flatten(a), flatten(b), strict=True):
        assert np.shape(x) == np.shape(y)
        assert np.asarray(x).dtype == np.asarray(y).dtype
        assert np.asarray(x).tobytes() == np.asarray(y).tobytes()


def rolled(graph: Graph[..., Any], *args: Any) -> Graph[..., Any]:
    """The graph, rolled, of which it is sure that it computes the same."""
    result = roll(graph)
    assert (result.name, result.arguments, result.inputs) == (graph.name, graph.arguments, graph.inputs)
    assert result.names == graph.names
    assert_same(result(*args), graph(*args))
    return result


def loops(graph: Graph[..., Any]) -> int:
    return sum(equation.name == "scan" for equation in graph.equations)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("first", [lambda graph: graph, simplify], ids=["traced", "simplified"])
def test_programs(name: str, first: Callable[[Any], Any]) -> None:
    f, args, most, _ = PROGRAMS[name]
    graph = first(trace(f)(*args))
    result = rolled(graph, *args)
    assert loops(result)
    assert len(result.equations) <= most
    assert roll(result) is result


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("first", [lambda graph: graph, simplify], ids=["traced", "simplified"])
def test_gradients_of_programs(name: str, first: Callable[[Any], Any]) -> None:
    f, args, _, most = PROGRAMS[name]
    graph = first(trace(grad(lambda *xs: np.sum(f(*xs)), argnums=tuple(range(len(args)))))(*args))
    result = rolled(graph, *args)
    assert loops(result)
    assert len(result.equations) <= most


def eigenvectors(a: Any) -> Any:
    for _ in range(8):
        w, v = np.linalg.eigh(a + a.T)
        a = v * w[0]
    return a


def pairs(x: Any) -> Any:
    total = 0.0
    for i in range(8):
        for j in range(8):
            total = total + np.exp(-np.square(x[i] - x[j]))
    return total


def power_of_complex(z: Any) -> Any:
    for _ in range(9):
        z = z * z * 0.1j + z[0]
    return z


def of_integers(n: Any) -> Any:
    for i in range(9):
        n = n * 3 + i
    return n


@pytest.mark.parametrize(
    ("f", "x", "most"),
    [
        (eigenvectors, CUBE[0, :4, :4], 1),
        (pairs, X, 11),
        (power_of_complex, X + 0.5j, 1),
        (of_integers, np.arange(4), 1),
        (vmap(grad(index_loop)), ROWS, 12),
        (hessian(lambda x: np.sum(chain(x))), X[:3], 40),
    ],
    ids=["several outputs", "pairs", "complex", "integers", "batch of gradients", "hessian"],
)
def test_further_programs(f: Callable[[Any], Any], x: Any, most: int) -> None:
    for graph in (trace(f)(x), simplify(trace(f)(x))):
        result = rolled(graph, x)
        assert loops(result)
        assert len(result.equations) <= most


SMALL: Final = [name for name in NAMES if name != "index loop of 2,000"]


@pytest.mark.parametrize("name", SMALL)
def test_a_rolled_graph_in_all_modes(name: str) -> None:
    f, args, _, _ = PROGRAMS[name]
    graph = roll(trace(f)(*args))

    def total(*xs: Any) -> Any:
        return np.sum(graph(*xs))

    places = tuple(range(len(args)))
    tangents = tuple([np.cos(x) for x in args])
    gradients = grad(lambda *xs: np.sum(f(*xs)), argnums=places)(*args)
    for a, b in zip(grad(total, argnums=places)(*args), gradients, strict=True):
        assert_allclose(a, b, rtol=1e-10, atol=1e-10)
    assert_allclose(jvp(graph, args, tangents)[1], jvp(f, args, tangents)[1], rtol=1e-10, atol=1e-10)
    batches = tuple([np.stack([x, np.sin(x)]) for x in args])
    assert_allclose(vmap(graph)(*batches), np.stack([f(*args), f(*map(np.sin, args))]), rtol=1e-10, atol=1e-10)


def test_second_derivatives_of_a_rolled_graph() -> None:
    check_grads(roll(trace(trajectory)(X[:7])), (X[:7],), order=2)


def uneven(x: Any) -> Any:
    for i in [0, 1, 3, 7, 8, 11, 13, 14, 19]:
        x = np.sin(x) * x[i]
    return x


def of_other_shapes(x: Any) -> Any:
    for _ in range(9):
        x = np.sin(x[1:])
    return x


# An operation of the user's own, which may do something else at each call.
add_one: Final = Function(forward=lambda x: x + 1.0, backward=lambda g, x: g)


def impure(x: Any) -> Any:
    for _ in range(9):
        x = add_one(x)
    return x


def wired_in_turns(x: Any) -> Any:
    a = b = x
    for i in [0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1, 0]:
        a, b = (np.add(a, b), a) if i else (np.add(b, a), b)
    return a


def at_an_index_of_the_carry(x: Any) -> Any:
    for i in range(9):
        x = x + np.sin(x[i])
    return x


def few(x: Any) -> Any:
    return np.sin(np.sin(np.sin(x)))


def windows_backward(x: Any) -> Any:
    return [np.sin(x[i + 3 : i : -1]) for i in range(9)]


def empty_windows(x: Any) -> Any:
    return [np.sin(x[i:i]) for i in range(9)]


@pytest.mark.parametrize(
    "f",
    [
        uneven,
        of_other_shapes,
        impure,
        wired_in_turns,
        at_an_index_of_the_carry,
        few,
        windows_backward,
        empty_windows,
        lambda x: x,
    ],
)
def test_what_is_no_loop_stays(f: Callable[[Any], Any]) -> None:
    graph = trace(f)(X)
    assert roll(graph) is graph


def test_a_loop_ends_where_the_index_leaps() -> None:
    def f(x: Any) -> Any:
        total = x[0]
        for i in [1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 15]:
            total = np.sin(total) * x[i]
        return total

    result = rolled(trace(f)(X), X)
    assert loops(result) == 2


def test_a_number_takes_the_dtype_of_what_it_meets() -> None:
    x = X.astype(np.float32)
    assert loops(rolled(trace(scaled_by_step)(x), x)) == 1


def test_signed_zeros_of_sums_of_cotangents() -> None:
    def f(x: Any, table: Any) -> Any:
        total = 0.0
        for i in range(8):
            total = total + np.sum(x[i] * table[i])
        return total

    args = np.ones((9, 3)), np.full((9, 3), -0.0)
    assert loops(rolled(trace(grad(f))(*args), *args))
    assert loops(rolled(trace(grad(lambda x, t: f(x[:, 0], t[:, 0])))(*args), *args))


def test_loops_in_bodies() -> None:
    def step(c: Any, x: Any) -> Any:
        for i in range(9):
            c = np.sin(c) * x[i]
        return c, c

    graph = trace(lambda x: scan(step, 1.0, x))(ROWS)
    result = rolled(graph, ROWS)
    (equation,) = result.equations
    assert loops(equation.primitive.bodies["body"]) == 1


def test_a_rolled_graph_is_printed_drawn_and_pickled() -> None:
    graph = roll(trace(rnn)(*RNN))
    assert str(graph) == (
        "rnn(a: f64[4,4], b: f64[50,4], c: f64[4]):\n"
        "    d: f64[4] = scan(a, c, b, length=50)\n"
        "        body: step(a: f64[4,4], b: f64[4], c: f64[4]):\n"
        "            d: f64[4] = matmul(b, a)\n"
        "            e: f64[4] = add(d, c)\n"
        "            f: f64[4] = tanh(e)\n"
        "            return (f,)\n"
        "    e: f64[] = sum(d, axis=None, keepdims=False)\n"
        "    return e"
    )
    assert "scan" in {box.title for box in draw(graph).diagram.boxes}
    assert_same(pickle.loads(pickle.dumps(graph))(*RNN), graph(*RNN))


def test_time_is_linear() -> None:
    """The number of Python calls, because a clock says little on a busy machine."""
    import cProfile
    import pstats

    def calls(n: int) -> int:
        graph = trace(grad(index_loop))(np.ones(n))
        profile = cProfile.Profile()
        profile.runcall(roll, graph)
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed does not know it

    assert calls(800) < 2.5 * calls(400)


# Random programs: some values that are carried, and statements that are the same in each step.

OPERANDS: Final = ("a", "b", "c", "x[i]", "x[i + 1]", "x[2 * i]", "x[-1 - i]", "x[3]", "w", "0.5", "float(i)", "old")
STATEMENTS: Final = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from(("np.sin({0}) + {1}", "{0} * {1}", "np.tanh({0} - {1})", "{0} / (2 + np.square({1}))")),
    st.sampled_from(OPERANDS),
    st.sampled_from(OPERANDS),
)


@given(st.lists(STATEMENTS, min_size=1, max_size=5), st.integers(4, 9), st.booleans(), st.booleans())
@settings(max_examples=60)
def test_random_programs(statements: list[Any], steps: int, stacks: bool, of_rows: bool) -> None:
    lines = ["def f(x, w):", "    a, b, c, old, out = w, w * 0.5, x[1], x[0], []", f"    for i in range({steps}):"]
    lines += [f"        {name} = np.asarray({form.format(*of)}) + w * 0" for name, form, *of in statements]
    lines += ["        out.append(a * b)", "        old = b"]
    lines += [f"    return np.sum({'np.stack(out)' if stacks else 'a + c'}) + np.sum(b)"]
    names: dict[str, Any] = {"np": np}
    exec("\n".join(lines).replace("np.asarray", ""), names)  # of the words above
    args = (CUBE.reshape(20, 6) if of_rows else X), (X[:6] if of_rows else X[5])
    with np.errstate(all="ignore"):
        for f in (names["f"], grad(names["f"], argnums=(0, 1))):
            graph = trace(f)(*args)
            rolled(graph, *args)
            rolled(simplify(graph), *args)
