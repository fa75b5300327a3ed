"""`jit`: when a program is made, what it reads, and what is refused. Programs are interpreted here."""

from __future__ import annotations

import inspect
import pickle
import re
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import pytest
from scipy import sparse

from pydezero import (
    Function,
    check_finite,
    cond,
    draw,
    explain,
    grad,
    jit,
    jvp,
    trace,
    vjp,
    vmap,
    while_loop,
)
from pydezero import functions as F
from pydezero.core.operators import EscapeError
from pydezero.transforms.jit import installed, operation
from pydezero.tree import STATIC

pytestmark = pytest.mark.usefixtures("uncompiled")

x: Final = np.array([0.5, 1.0, 2.0])


class Counted:
    """A function with any arguments that counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, x: Any, *others: Any, **named: Any) -> Any:
        self.calls += 1
        return np.sin(x) if isinstance(x, np.ndarray) or not isinstance(x, list | dict) else np.float64(0.0)


@dataclass(frozen=True)
class Point:
    at: Any
    name: str = "p"
    power: Any = field(default=1, metadata=STATIC)


single: Final = x.astype(np.float32)
RNG: Final = np.random.default_rng(0)
OLD_RNG: Final = np.random.RandomState(0)
SAME: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
    "arrays": ((x,), (2 * x,)),
    "layouts": ((np.ones((2, 3)),), (np.ones((3, 2)).T,)),
    "floats": ((x, 1.0), (x, 2.0)),
    "ints": ((x, 1), (x, 2)),
    "NumPy numbers and arrays of shape ()": ((np.float64(1.0),), (np.array(2.0),)),
    "strings": ((x, "a"), (x, "a")),
    "None and booleans": ((x, None, True), (x, None, True)),
    "containers": ((x, {"w": [x, 1.0]}), (x, {"w": [2 * x, 3.0]})),
    "fields": ((x, Point(x)), (x, Point(2 * x))),
}
OTHER: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
    "shape": ((x,), (x[:2],)),
    "dtype": ((x,), (single,)),
    "byte order": ((x,), (x.astype(">f8"),)),
    "the type of a number": ((x, 1.0), (x, 1)),
    "a number of NumPy's": ((x, 1.0), (x, np.float64(1.0))),
    "string": ((x, "a"), (x, "b")),
    "None": ((x, None), (x, 1.0)),
    "boolean": ((x, True), (x, False)),
    "boolean or number": ((x, True), (x, 1)),
    "kind of container": ((x, [x]), (x, (x,))),
    "length": ((x, [x]), (x, [x, x])),
    "nesting": ((x, [[x], x]), (x, [x, [x]])),
    "keys": ((x, {"a": x}), (x, {"b": x})),
    "field": ((x, Point(x)), (x, Point(x, "q"))),
    "static field": ((x, Point(x)), (x, Point(x, power=2))),
    "type of a static field": ((x, Point(x)), (x, Point(x, power=1.0))),
    "number of arguments": ((x,), (x, x)),
}


@pytest.mark.parametrize("calls", SAME.values(), ids=list(SAME))
def test_one_program(calls: tuple[tuple[Any, ...], tuple[Any, ...]]) -> None:
    f = Counted()
    compiled = jit(f)
    for args in (*calls, *calls):
        np.testing.assert_allclose(compiled(*args), np.sin(args[0]))
    assert f.calls == 1


@pytest.mark.parametrize("calls", OTHER.values(), ids=list(OTHER))
def test_two_programs(calls: tuple[tuple[Any, ...], tuple[Any, ...]]) -> None:
    f = Counted()
    compiled = jit(f)
    for args in (*calls, *calls):
        out = compiled(*args)
        np.testing.assert_allclose(out, np.sin(args[0]))
        assert out.dtype == np.sin(args[0]).dtype
    assert f.calls == 2


def test_arguments_by_keyword_in_any_order() -> None:
    f = Counted()
    compiled = jit(f)
    compiled(x, a=x, b=1.0)
    compiled(x, b=2.0, a=x)
    assert f.calls == 1
    compiled(x, x, 1.0)
    assert f.calls == 2


def test_a_number_of_python_takes_the_dtype_of_what_it_meets() -> None:
    scaled = jit(lambda x, s: x * s)
    assert scaled(single, 2.0).dtype == np.float32
    assert scaled(single, 2).dtype == np.float32
    assert scaled(single, np.float64(2.0)).dtype == np.float64
    assert grad(lambda x: np.sum(scaled(x, 2.0)))(single).dtype == np.float32


@pytest.mark.parametrize("names", ["n", ("n", "kind"), ["n"]])
def test_static_arguments(names: Any) -> None:
    calls = []

    @jit(static_argnames=names)
    def power(x: Any, n: int, *, kind: str = "a") -> Any:
        calls.append(n)
        return np.ones_like(x) if n == 0 else x * power(x, n - 1, kind=kind)

    for n in (2, 3):
        np.testing.assert_allclose(power(x, n), x**n)
        np.testing.assert_allclose(power(x, n=n), x**n)
    before = len(calls)
    power(2 * x, 3)
    power(x, n=2)
    assert len(calls) == before
    np.testing.assert_allclose(grad(lambda x: np.sum(power(x, 3)))(x), 3 * x**2)


def test_static_values_that_are_equal_are_told_apart() -> None:
    named = jit(lambda x, n: x * (2.0 if str(n) in ("True", "-0.0", "(1,)") else 3.0), static_argnames="n")
    for a, b in ((1, True), (0.0, -0.0), ((1.0,), (1,))):
        np.testing.assert_array_equal(named(x, a), 3 * x)
        np.testing.assert_array_equal(named(x, b), 2 * x)


def test_results_are_built_like_those_of_the_function() -> None:
    compiled: Any = jit(lambda x: {"y": (x + 1, None), "name": "a", "n": 3})
    first = compiled(x)
    assert first["name"] == "a"
    assert first["n"] == 3
    assert first["y"][1] is None
    first["name"] = "b"
    np.testing.assert_array_equal(compiled(2 * x)["y"][0], 2 * x + 1)
    assert compiled(x)["name"] == "a"


def test_it_runs_when_it_is_traced_alone(capsys: pytest.CaptureFixture[str]) -> None:
    @jit
    def noisy(x: Any) -> Any:
        print("traced")
        return x + 1

    noisy(x), noisy(x), grad(lambda x: np.sum(noisy(x)))(x)
    assert capsys.readouterr().out == "traced\n"


# Captured arrays


scale = 2.0
weights = np.ones(3)


def helper(x: Any) -> Any:
    return x * weights


def test_names_of_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = jit(lambda x: helper(x) * scale)
    np.testing.assert_array_equal(compiled(x), 2 * x)
    monkeypatch.setitem(globals(), "scale", 3.0)
    np.testing.assert_array_equal(compiled(x), 3 * x)
    monkeypatch.setitem(globals(), "weights", np.full(3, 2.0))
    np.testing.assert_array_equal(compiled(x), 6 * x)
    monkeypatch.setitem(globals(), "helper", lambda x: x)
    np.testing.assert_array_equal(compiled(x), 3 * x)


CAPTURING: dict[str, Callable[[Any, Any], Any]] = {
    "as it is": lambda x, a: x * a,
    "a view": lambda x, a: x * a[::-1],
    "transposed": lambda x, a: x @ np.stack([x, x, x]).T * a.T,
    "what NumPy computes of it": lambda x, a: x * np.sin(a),
    "that, beside itself": lambda x, a: x * a + a.max(),
    "a number of it": lambda x, a: x * float(a[1]),
    "what it decides": lambda x, a: x if a[1] > 0 else -x,
    "an index": lambda x, a: x[a.astype(int) % 3],
    "in a container": lambda x, a: {"a": [x * a]}["a"][0],
    "in a loop": lambda x, a: while_loop(lambda y: np.sum(y) < 5.0, lambda y: y + abs(a) + 0.1, x),
    "in a branch": lambda x, a: cond(x[0] > 0, lambda: x * a, lambda: x),
    "returned": lambda x, a: (x, a)[1],
}


@pytest.mark.parametrize("f", CAPTURING.values(), ids=list(CAPTURING))
def test_what_is_written_into_a_captured_array_is_seen(f: Callable[[Any, Any], Any]) -> None:
    a = np.array([1.0, 2.0, -1.0])
    compiled = jit(lambda x: f(x, a))
    for place, value in ((1, 3.0), (1, -2.0), (2, 0.5)):
        np.testing.assert_allclose(compiled(x), f(x, a), rtol=1e-12)
        a[place] = value
        np.testing.assert_allclose(compiled(x), f(x, a), rtol=1e-12)
        np.testing.assert_allclose(
            grad(lambda x: np.sum(x * compiled(x)))(x), grad(lambda x: np.sum(x * f(x, a)))(x), rtol=1e-12
        )


@pytest.mark.parametrize("make", [sparse.csr_array, sparse.csc_array, sparse.coo_array, sparse.dia_array])
def test_what_is_written_into_a_captured_sparse_matrix_is_seen(make: Callable[[Any], Any]) -> None:
    matrix = make(np.diag([1.0, 2.0, 3.0]))
    compiled = jit(lambda x: matrix @ x)
    np.testing.assert_allclose(compiled(x), matrix @ x)
    matrix.data[...] = 5.0
    np.testing.assert_allclose(compiled(x), 5 * x)
    matrix.data = np.full(matrix.data.shape, 7.0)
    np.testing.assert_allclose(compiled(x), 7 * x)


def test_a_captured_array_is_not_copied_and_not_traced_again() -> None:
    a, calls = np.ones(3), []

    def f(x: Any) -> Any:
        calls.append(1)
        return x * a

    compiled = jit(f)
    for i in range(3):
        a[0] = i
        np.testing.assert_array_equal(compiled(x), x * a)
        assert not np.shares_memory(compiled(np.ones(3)), a)
    # Its list is a captured container that changes, for which it is traced again.
    calls.clear()
    del compiled
    bare = jit(lambda x: x * a)
    for i in range(3):
        a[0] = i
        np.testing.assert_array_equal(bare(x), x * a)
    graphs = {id(bare.lower(x)) for _ in range(3)}
    assert len(graphs) == 1


def test_indices_that_are_captured() -> None:
    at = np.array([0, 1])
    compiled = jit(lambda x: x[at])
    np.testing.assert_array_equal(compiled(x), x[[0, 1]])
    at[0] = 2
    np.testing.assert_array_equal(compiled(x), x[[2, 1]])


def test_a_captured_array_of_another_size() -> None:
    a = np.ones(2)
    compiled = jit(lambda x: np.sum(x) * a)
    assert compiled(x).shape == (2,)
    a.resize(4, refcheck=False)
    assert compiled(x).shape == (4,)


def test_arrays_that_do_not_change_are_part_of_the_program() -> None:
    a = np.ones(3)
    a.flags.writeable = False
    assert len(jit(lambda x: x * a).lower(x).graph.inputs) == 1
    assert len(jit(lambda x: x * np.ones(3)).lower(x).graph.inputs) == 1
    b = np.ones(3)
    assert len(jit(lambda x: x * b + np.sin(x) * b).lower(x).graph.inputs) == 2


def test_an_array_that_the_function_writes_into() -> None:
    def f(x: Any) -> Any:
        table = np.zeros(3)
        y = x * table
        table[1] = 2.0
        return y + x * table

    np.testing.assert_array_equal(jit(f)(x), f(x))
    np.testing.assert_array_equal(jit(f)(2 * x), f(2 * x))


def test_attributes_of_objects() -> None:
    class Model:
        def __init__(self) -> None:
            self.w = np.ones(3)
            self.rate = 2.0

        def scaled(self, x: Any) -> Any:
            return x * self.w

        @jit
        def __call__(self, x: Any) -> Any:
            return np.sum(self.scaled(x)) * self.rate

    model, other = Model(), Model()
    bound = jit(model.scaled)
    for change in ("", "model.w = 3 * model.w", "model.rate = 0.5", "model.w[0] = 7.0"):
        exec(change)
        assert model(x) == np.sum(x * model.w) * model.rate
        np.testing.assert_array_equal(bound(x), x * model.w)
        assert other(x) == 2 * np.sum(x)


def test_captured_variables_have_their_derivatives() -> None:
    def loss(w: Any) -> Any:
        def step(y: Any) -> Any:
            return np.tanh(w * y)

        compiled: Any = jit(lambda y: step(y))
        return np.sum(compiled(compiled(x)) * compiled(w))

    def plain(w: Any) -> Any:
        return np.sum(np.tanh(w * np.tanh(w * x)) * np.tanh(w * w))

    w = np.array([0.3, -0.2, 0.7])
    transforms: list[Callable[[Any], Any]] = [
        grad,
        lambda f: lambda w: jvp(f, (w,), (w,))[1],
        lambda f: grad(lambda w: F.sum(grad(f)(w) ** 2)),
    ]
    for of in transforms:
        np.testing.assert_allclose(of(loss)(w), of(plain)(w), rtol=1e-12)
    np.testing.assert_allclose(vmap(loss)(np.stack([w, 2 * w])), [plain(w), plain(2 * w)], rtol=1e-12)


def test_results_are_fresh_and_arguments_are_not_written_to() -> None:
    for f in (lambda x: x, lambda x: x[::-1], lambda x: (x, x), lambda x: x + 1):
        compiled = jit(f)
        y = x.copy()
        outs = compiled(y), compiled(y)
        arrays = [a for out in outs for a in (out if isinstance(out, tuple) else (out,))]
        for i, a in enumerate(arrays):
            assert a.flags.writeable
            a[:] = i
        np.testing.assert_array_equal(y, x)
        assert all(np.all(a == i) for i, a in enumerate(arrays))


def test_what_is_written_between_forward_and_backward_has_no_influence() -> None:
    a, y = np.ones(3), x.copy()
    compiled = jit(lambda x: np.sin(x * a) * x)
    _, pullback = vjp(compiled, y)
    expected = pullback(np.ones(3))[0]
    a[:], y[:] = 5.0, 7.0
    np.testing.assert_array_equal(pullback(np.ones(3))[0], expected)
    np.testing.assert_allclose(expected, x * np.cos(x) + np.sin(x))


# How it composes


def test_under_a_trace_it_is_what_the_function_does() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sin(x) * x)

    assert str(trace(jit(f))(x)) == str(trace(f)(x))
    assert str(trace(grad(jit(f)))(x)) == str(trace(grad(f))(x))
    inner = jit(f)
    assert [e.name for e in jit(lambda x: inner(x) + 1).lower(x).graph.equations] == ["sin", "multiply", "sum", "add"]


def test_diagnostics_see_the_operations_inside() -> None:
    f = jit(lambda x: np.sum(np.log(x - 0.5)))
    with pytest.raises(FloatingPointError, match=r"log makes inf .*\n.*test_jit.py:\d+: f = jit"):
        check_finite(f)(x)
    with pytest.raises(FloatingPointError, match=r"divide, in the backward of sqrt, makes inf .*\n.*test_jit.py:\d+: "):
        check_finite(grad(jit(lambda x: np.sum(np.sqrt(x - 0.5)))))(x)
    with pytest.raises(FloatingPointError, match=r"sqrt makes nan .*\n.*test_jit.py:\d+: "):
        jit(check_finite(lambda x: np.sum(np.sqrt(x - 1.5))))(x)
    costs = explain(jit(lambda x: np.sum(x * x)))(x)
    assert costs.total.operations == 2
    assert explain(grad(jit(lambda x: np.sum(x * x))))(x).total.operations == 5
    drawn: list[Callable[[Any], Any]] = [lambda x: np.sum(np.sin(x)), grad(lambda x: np.sum(np.sin(x)))]
    for g in drawn:
        assert draw(jit(g))(x).to_mermaid() == draw(g)(x).to_mermaid()


def test_an_error_in_a_rule_has_the_line() -> None:
    wrong = Function(forward=lambda x: 2 * x, backward=lambda gy, x: np.ones(7))
    for f in (jit(grad(lambda x: F.sum(wrong(x)))), grad(jit(lambda x: F.sum(wrong(x))))):
        with pytest.raises(ValueError, match=r"a gradient of shape \(7,\) for input 0 of shape \(3,\)") as caught:
            f(x)
        assert any(re.search(r"recorded at .*test_jit.py:\d+", note) for note in caught.value.__notes__)
    with pytest.raises(ValueError, match="matmul") as failed:
        jit(lambda x: x @ np.ones((4, 2)))(x)
    assert any("x @ np.ones" in str(entry.statement) for entry in list(failed.traceback)[1:])


def test_signature_name_and_pickle() -> None:
    compiled = jit(documented)
    assert inspect.signature(compiled) == inspect.signature(documented)
    assert compiled.__doc__ == documented.__doc__
    assert repr(compiled) == "<jit of documented>"
    loaded = pickle.loads(pickle.dumps(jit(documented, static_argnames="n")))
    assert loaded(2.0, n=3) == 8.0
    assert pickle.loads(pickle.dumps(decorated)) is decorated


def documented(x: float, n: int = 2) -> float:
    """x to the n."""
    return x**n


@jit(static_argnames=("n",))
def decorated(x: float, n: int = 2) -> float:
    return x**n


def test_threads() -> None:
    compiled = jit(lambda x, n: np.sum(np.sin(x) * n))
    wrong = []

    def work(seed: int) -> None:
        for i in range(40):
            y = np.full(1 + (seed + i) % 5, float(i))
            if not np.isclose(compiled(y, 2.0), 2 * np.sum(np.sin(y))):
                wrong.append((seed, i))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_threads_that_make_the_first_call_together(monkeypatch: pytest.MonkeyPatch) -> None:
    count, made = 6, []
    interpreted: Any = operation.compiled  # type: ignore[attr-defined]  # which the fixture has put there

    def slow(graph: Any) -> Any:
        made.append(graph)
        time.sleep(0.01)
        return interpreted(graph)

    monkeypatch.setattr(operation, "compiled", slow)
    compiled = jit(lambda x: np.sum(np.sin(x) * x))
    gradient = jit(grad(compiled))
    barrier, results = threading.Barrier(count), []

    def work(i: int) -> None:
        y = x + i
        barrier.wait()
        results.append((compiled(y) - np.sum(np.sin(y) * y), gradient(y) - np.sin(y) - np.cos(y) * y))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    for value, derivative in results:
        np.testing.assert_allclose(value, 0.0, atol=1e-12)
        np.testing.assert_allclose(derivative, 0.0, atol=1e-12)
    assert len(made) == 2


# What is refused


def _kept(box: list[Any], x: Any) -> Any:
    box.append(x)
    return x * 2


def test_a_variable_that_is_kept_cannot_be_used() -> None:
    box: list[Any] = []
    jit(lambda x: _kept(box, x))(x)
    with pytest.raises(
        EscapeError, match=r"test_jit.py:\d+: computes with a Variable that was traced by jit\(<lambda>\)"
    ):
        box[0] * 2
    with pytest.raises(EscapeError, match=r"jit\(<lambda>\)"):
        grad(lambda y: np.sum(y * box[0]))(x)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x if x[0] > 0 else -x,
        lambda x: np.full(3, float(x[0])),
        lambda x: np.zeros(int(x[0])),
        lambda x: next(y for y in (x,) if y.any()),
        lambda x: np.asarray(x),
        lambda x: np.sum(x[x > 1]),
    ],
)
def test_control_flow_that_depends_on_values(f: Callable[[Any], Any]) -> None:
    with pytest.raises(EscapeError, match=r"test_jit.py:\d+.*(jit\(<lambda>\)|np.asarray)"):
        jit(f)(x)


def test_it_says_what_to_write() -> None:
    with pytest.raises(EscapeError, match=r"np.where.*pydezero.cond.*while_loop.*static_argnames"):
        jit(lambda x, n: x if n > 1 else -x)(x, 2)


BAD: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "objects": (lambda: jit(np.sin)(np.array([1.0, None])), TypeError, r"jit\(sin\): argument 0.*dtype object"),
    "strings in an array": (lambda: jit(Counted())(x, np.array(["a"])), TypeError, r"argument 1.*dtype <U1"),
    "a masked array": (lambda: jit(np.sin)(np.ma.array(x)), TypeError, r"argument 0: MaskedArray"),
    "a set": (lambda: jit(Counted())(x, {1}), TypeError, r"argument 1: .* must be hashable.*a set"),
    "a list as a static argument": (
        lambda: jit(documented, static_argnames="n")(x, [1]),  # type: ignore[arg-type]
        TypeError,
        r"argument 1: .* must be hashable",
    ),
    "a large integer": (lambda: jit(np.sin)(10**30), TypeError, r"argument 0: an integer is too large"),
    "no such argument": (lambda: jit(documented, static_argnames="m"), ValueError, r"has 'm', .* x, n"),
    "a number as a name": (lambda: jit(documented, static_argnames=(1,)), TypeError, r"must be the names"),  # type: ignore[arg-type]
    "no function": (lambda: jit(x), TypeError, r"f must be a function"),  # type: ignore[call-overload]
    "a list in a static field": (
        lambda: jit(Counted())(x, Point(x, power=[1])),
        TypeError,
        r"Point.power is a static field, .* must be hashable",
    ),
    "random numbers from an argument": (
        lambda: jit(lambda x, rng: x + rng.random())(x, np.random.default_rng(0)),
        TypeError,
        r"jit\(<lambda>\): the function draws random numbers.* Draw them outside",
    ),
    "random numbers from what is captured": (
        lambda: jit(lambda x: x * RNG.random() + OLD_RNG.rand())(x),
        TypeError,
        "the function draws random numbers",
    ),
    "random numbers from NumPy's own generator": (
        lambda: jit(lambda x: x + np.random.normal())(x),
        TypeError,
        "the function draws random numbers",
    ),
    "a list of strings": (lambda: jit(lambda x: np.sin(x))(["a"]), TypeError, "dtype <U1|not supported|no numbers"),
}


def test_a_generator_may_be_there_if_nothing_is_drawn() -> None:
    np.testing.assert_array_equal(jit(lambda x, rng: x if rng is RNG else 2 * x)(x, RNG), x)


@pytest.mark.parametrize("field", ["name", "power"])
def test_what_a_function_in_a_field_captures_is_read(field: Any) -> None:
    offsets = [np.ones(3)]
    f = jit(lambda point: point.at + getattr(point, field)())
    named: dict[str, Any] = {field: lambda: offsets[0].max()}
    point = Point(x, **named)
    np.testing.assert_array_equal(f(point), x + 1)
    offsets[0][:] = 2.0
    np.testing.assert_array_equal(f(point), x + 2)
    of_captured = jit(lambda x: x + getattr(point, field)())
    np.testing.assert_array_equal(of_captured(x), x + 2)
    offsets[0][:] = 3.0
    np.testing.assert_array_equal(of_captured(x), x + 3)


@pytest.mark.parametrize(("call", "error", "words"), BAD.values(), ids=list(BAD))
def test_bad_input(call: Callable[[], object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_a_function_that_calls_itself_without_end() -> None:
    endless: Any = jit(lambda x: endless(x) + 1)
    with pytest.raises(RecursionError):
        endless(x)


def test_an_error_leaves_nothing_behind() -> None:
    fails = [True]

    @jit
    def f(x: Any) -> Any:
        if fails[0]:
            raise KeyError("later")
        return x + 1

    for _ in range(2):
        with pytest.raises(KeyError, match="later"):
            f(x)
    fails[0] = False
    np.testing.assert_array_equal(f(x), x + 1)


@pytest.mark.parametrize(
    ("numba", "words"),
    [
        (None, r"jit\(<lambda>\) compiles with Numba.*pip install 'pydezero\[jit\]'"),
        ("0.61.2", r"needs Numba 0.62 or later, and 0.61.2 is installed: pip install --upgrade 'pydezero\[jit\]'"),
    ],
)
def test_without_numba(monkeypatch: pytest.MonkeyPatch, numba: str | None, words: str) -> None:
    old = None if numba is None else SimpleNamespace(__version__=numba)
    monkeypatch.setitem(sys.modules, "numba", old)
    installed.check_numba.cache_clear()
    compiled = jit(lambda x: x + 1)
    with pytest.raises(ImportError, match=words):
        compiled(x)
    with pytest.raises(ImportError, match=words):
        grad(lambda x: np.sum(compiled(x)))(x)
    assert str(trace(compiled)(x))
    installed.check_numba.cache_clear()


def test_no_large_array_is_kept() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sin(x) * np.max(x))

    compiled: Any = jit(f)
    compiled(x)  # imports Numba
    tracemalloc.start()
    big = np.linspace(0.0, 1.0, 200_000)
    before = tracemalloc.get_traced_memory()[0]
    compiled(big), grad(compiled)(big), jvp(compiled, (big,), (big,))
    assert tracemalloc.get_traced_memory()[0] - before < big.nbytes / 2
    tracemalloc.stop()


def test_values_that_an_operation_needs_are_kept_to_record_with() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.linalg.inv(np.reshape(x, (70, 70)) + 0 * x[0]))

    a = np.ravel(np.eye(70) + 0.01 * np.arange(4900.0).reshape(70, 70) / 4900)
    np.testing.assert_allclose(grad(jit(f))(a), grad(f)(a), rtol=1e-10)
