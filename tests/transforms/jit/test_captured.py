"""`jit`: what is written into captured arrays between calls is seen, wherever they are read and however found."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import partial
from itertools import repeat
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar, Final

import attrs
import numpy as np
import pytest

from pydezero import associative_scan, checkpoint, cond, fori_loop, grad, jit, jvp, scan, switch, vjp, vmap, while_loop
from pydezero import functions as F
from pydezero import map as map_
from pydezero.transforms.jit.first_call import recorded

pytestmark = pytest.mark.usefixtures("uncompiled")

x: Final = np.array([0.5, 1.0, 2.0])
steps: Final = np.arange(3.0)

_weights: Final = np.ones(3)
# Nothing tells what a function of the interpreter reads, so no name leads to the array.
get: Final[Callable[[], Any]] = repeat(_weights).__next__


# In the bodies of loops, under transforms, in both at once


def _scanned(step: Callable[[Any, Any], Any], x: Any) -> Any:
    return scan(lambda c, t: (step(c, t), None), x, steps)[0]


HIDDEN: Final[dict[str, Callable[[Any], Any]]] = {
    "plain": lambda x: x * get(),
    "a view": lambda x: x * get()[::-1],
    "of shape ()": lambda x: x * get()[1:2].reshape(()),
    "scan": lambda x: _scanned(lambda c, t: c + get() * t, x),
    "scan, stacked": lambda x: scan(lambda c, t: (c, c * get() * t), x, steps)[1],
    "scan with checkpoints": lambda x: scan(lambda c, t: (c * get() + t, None), x, steps, checkpoint=2)[0],
    "scan that captures the argument": lambda x: _scanned(lambda c, t: c + get() * t * x, np.zeros(3)),
    "scan of the array": lambda x: scan(lambda c, t: (c + t * x, None), np.zeros(3), get())[0],
    "scan, an element": lambda x: _scanned(lambda c, t: c + get()[1:2].reshape(()) * t, x),
    "scan, twice": lambda x: _scanned(lambda c, t: c * get() + get() + t, x),
    "scan from a number": lambda x: scan(lambda c, t: (c + np.sum(get() * x) * t, None), 0.0, steps)[0],
    "while_loop": lambda x: while_loop(lambda c: np.sum(c) < 40.0, lambda c: c + abs(x) + abs(c * get()), x),
    "a condition": lambda x: while_loop(lambda c: np.sum(abs(c * get())) < 40.0, lambda c: c + abs(x) + 1, x),
    "fori_loop": lambda x: fori_loop(0, 3, lambda i, c: c * get(), x),
    "fori_loop, a traced bound": lambda x: fori_loop(0, F.astype(x[1] * 3, int), lambda i, c: c + get(), x),
    "cond": lambda x: cond(x[0] > 0, lambda y: y * get(), lambda y: y, x),
    "switch": lambda x: switch(F.astype(x[1], int), [lambda: x, lambda: x * get()]),
    "map": lambda x: map_(lambda y: y * F.sum(get() * x), x),
    "associative_scan": lambda x: associative_scan(lambda a, b: a * b + 0 * F.sum(get()), x * get()),
    "nested": lambda x: _scanned(lambda c, t: fori_loop(0, 2, lambda i, d: d * get() + t, c), x),
    "a choice in a loop": lambda x: _scanned(lambda c, t: cond(t > 1, lambda: c * get(), lambda: c + get()), x),
    "jit": lambda x: jit(lambda y: y * get())(x),
    "jit in a loop": lambda x: _scanned(lambda c, t: jit(lambda y: y * get())(c), x),
    "grad": lambda x: grad(lambda y: F.sum(y * get() * y))(x),
    "grad, a product": lambda x: grad(lambda y: F.sum(F.sin(y * get()) @ get()))(x),
    "grad, a decomposition": lambda x: grad(lambda y: F.sum(np.linalg.solve(np.diag(y) + 4, get() * x)))(x),
    "grad of a loop": lambda x: grad(lambda y: F.sum(_scanned(lambda c, t: c * get() * y, y)))(x),
    "grad of a checkpoint": lambda x: grad(lambda y: F.sum(checkpoint(lambda y: F.sin(y * get()) * y)(y)))(x),
    "grad in a loop": lambda x: _scanned(lambda c, t: grad(lambda y: F.sum(y**2 * get()))(c) + t, x),
    "twice": lambda x: grad(lambda y: F.sum(grad(lambda z: F.sum(z**3 * get()))(y) * get()))(x),
    "jvp": lambda x: jvp(lambda y: F.sin(y * get()), (x,), (get(),))[1],
    "vmap": lambda x: vmap(lambda y: y * F.sum(get() * x))(x),
    "vmap of a loop": lambda x: vmap(lambda y: _scanned(lambda c, t: c + F.sum(get() * x) * t, y))(x),
}


@pytest.mark.parametrize("f", HIDDEN.values(), ids=list(HIDDEN))
def test_an_array_to_which_no_name_leads(f: Callable[[Any], Any]) -> None:
    _weights[:] = [1.0, 2.0, -1.0]
    compiled = jit(f)
    weights = np.array([1.0, -2.0, 0.5])

    def weighted(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda x: F.sum(f(x).T * weights)

    inside = jit(grad(weighted(f)))
    for place, value in ((1, 3.0), (1, -2.0), (2, 0.5)):
        np.testing.assert_allclose(compiled(x), f(x), rtol=1e-12)
        expected = grad(weighted(f))(x)
        np.testing.assert_allclose(inside(x), expected, rtol=1e-10)
        np.testing.assert_allclose(grad(weighted(compiled))(x), expected, rtol=1e-10)
        _weights[place] = value
        np.testing.assert_allclose(compiled(x), f(x), rtol=1e-12)


def test_constants_of_a_loop_that_the_function_makes_itself_are_constants() -> None:
    def f(x: Any) -> Any:
        table = np.ones(3)
        return scan(lambda c, t: (c + t * table * np.ones(3), None), x, steps)[0]

    assert len(jit(f).lower(x).graph.inputs) == 2  # x and steps


def test_an_array_that_a_branch_captures_is_an_operand_as_it_is() -> None:
    for f in (
        lambda x: cond(x[0] > 0, lambda y: y * get(), lambda y: y, x),
        lambda x: while_loop(lambda c: np.sum(c) < 40.0, lambda c: c + abs(c * get()) + 1, x),
    ):
        assert "where" not in [equation.name for equation in jit(f).lower(x).graph.equations]


# What the code looks at


def _cycle(x: Any, a: Any) -> Any:
    t = np.sin(a)

    def step(y: Any, n: int) -> Any:
        return y if not n else step(y * t, n - 1)

    return x * a + step(x, 2)


LOOKS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "a float": lambda x, a: x * a + float(a[1]),
    "an item": lambda x, a: x * a + a[1].item(),
    "a function of Python's": lambda x, a: x * a * math.sin(a[1]),
    "a builtin": lambda x, a: x * a + max(a),
    "a decision": lambda x, a: x * a if a[1] > 0 else -x * a,
    "a decision in an expression": lambda x, a: x * a * (a[1] > 0 and 2.0),
    "a decision in a comprehension": lambda x, a: sum(x * a for y in steps if y < a[1]),
    "membership": lambda x, a: x * a * (0.5 in a),
    "an index": lambda x, a: x * a + x[int(a[1]) % 3],
    "an index of NumPy's": lambda x, a: x * a + x[np.argmax(a)],
    "an array of indices": lambda x, a: x * a + x[a.astype(int) % 3],
    "a number of steps": lambda x, a: x * a + sum(x for _ in range(int(abs(a[1])))),
    "a number of NumPy's": lambda x, a: x * a + a[1],
    "a number of NumPy's in a loop": lambda x, a: x * a + _scanned(lambda c, t: c * a[1] + t, x),
    "a truth of NumPy's": lambda x, a: x * a * np.array_equal(a, a[::-1]),
    "an array of its own": lambda x, a: x * a + x * np.sin(a),
    "an array of its own in a loop": lambda x, a: x * a + _scanned(lambda c, t: c * np.sin(a) + t, x),
    "an array of its own that is kept alive": _cycle,
}


@pytest.mark.parametrize("f", LOOKS.values(), ids=list(LOOKS))
def test_what_is_read_beside_operations(f: Callable[[Any, Any], Any]) -> None:
    a = np.array([1.0, 2.0, -1.0])
    compiled = jit(lambda x: f(x, a))
    for place, value in ((1, 3.0), (1, -2.0), (2, 0.5), (0, 4.0)):
        np.testing.assert_allclose(compiled(x), f(x, a), rtol=1e-12)
        a[place] = value
        np.testing.assert_allclose(compiled(x), f(x, a), rtol=1e-12)


def test_an_element_of_an_array_of_integers() -> None:
    n = np.array([0, 1, 2])
    inside = jit(lambda x: _scanned(lambda c, t: c * n + t * x[n], x))
    compiled = jit(lambda x: x * n + x[n[1]] + np.reshape(x, (n[1], -1))[0])
    for value in (0, 1):
        n[0] = value
        np.testing.assert_array_equal(compiled(x), x * n + 1.0 + x)
        np.testing.assert_array_equal(inside(x), _scanned(lambda c, t: c * n + t * x[n], x))


def _helper(x: Any, a: Any) -> Any:
    return sum([x * a + len(a) for _ in range(2)])


OPERATES: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "arithmetic": lambda x, a: 2.0 * x * a + 1.0,
    "functions": lambda x, a: np.max(np.abs(x @ a)) * F.sum(x * a),
    "a view": lambda x, a: x * a[::-1],
    "a loop": lambda x, a: _scanned(lambda c, t: c * a + t, x),
    "a helper": _helper,
}


@pytest.mark.parametrize("f", OPERATES.values(), ids=list(OPERATES))
def test_an_array_that_operations_alone_read_is_not_compared(f: Callable[[Any, Any], Any]) -> None:
    a = np.array([1.0, 2.0, -1.0])
    entry, _ = recorded(lambda x: f(x, a), "f", (x,), {}, ())
    assert any(np.shares_memory(a, captured) for captured in entry.captured)
    assert entry.compared == ()


# How it is found


module: Final[Any] = ModuleType("module")
exec("def scaled(x):\n    return x * weights\n", vars(module))


class Settings:
    weights: ClassVar[Any] = np.ones(3)

    @staticmethod
    def scaled(x: Any) -> Any:
        return x * np.sin(Settings.weights)

    @classmethod
    def scaled_too(cls, x: Any) -> Any:
        return x * np.sin(cls.weights)


class Slots:
    __slots__ = ("weights",)
    weights: Any


@attrs.define
class Model:
    weights: Any
    rates: list[Any]


# For each: the function, and what sets the array that it captures.
Pair = tuple[Callable[[Any], Any], Callable[[Any], None]]


def _of(place: Any) -> Pair:
    return lambda x: x * np.sin(place.weights), partial(setattr, place, "weights")


def _by_instance() -> Pair:
    settings = Settings()
    return lambda x: x * np.sin(settings.weights), partial(setattr, Settings, "weights")


def _by_partial(key: str) -> Pair:
    def f(w: Any, x: Any) -> Any:
        return x * np.sin(w)

    made: Any = partial(f, np.ones(3)) if key == "args" else partial(lambda x, w: f(w, x), w=np.ones(3))

    def change(w: Any) -> None:
        (made.args[0] if key == "args" else made.keywords["w"])[:] = w

    return lambda x: made(x), change


def _by_default(key: str) -> Pair:
    w = np.ones(3)

    def positional(x: Any, w: Any = w) -> Any:
        return x * np.sin(w)

    def keyword(x: Any, *, w: Any = w) -> Any:
        return x * np.sin(w)

    made: Any = positional if key == "positional" else keyword
    return lambda x: made(x), partial(operator.setitem, w, slice(None))


def _by_module(f: Callable[[Any], Any]) -> Pair:
    return f, partial(setattr, module, "weights")


PLACES: Final[dict[str, Callable[[], Pair]]] = {
    "a namespace": lambda: _of(SimpleNamespace(weights=np.ones(3))),
    "a class": lambda: _of(Settings),
    "a class by an instance": _by_instance,
    "a static method": lambda: (lambda x: Settings.scaled(x), partial(setattr, Settings, "weights")),
    "a class method": lambda: (lambda x: Settings.scaled_too(x), partial(setattr, Settings, "weights")),
    "slots": lambda: _of(Slots()),
    "fields": lambda: _of(Model(np.ones(3), [])),
    "a module": lambda: _by_module(lambda x: x * np.sin(module.weights)),
    "a function in a module": lambda: _by_module(lambda x: module.scaled(x)),
    "partial": lambda: _by_partial("args"),
    "partial, by keyword": lambda: _by_partial("keywords"),
    "a default": lambda: _by_default("positional"),
    "a default, by keyword": lambda: _by_default("keyword"),
}


@pytest.mark.parametrize("make", PLACES.values(), ids=list(PLACES))
def test_where_it_is(make: Callable[[], Pair]) -> None:
    f, change = make()
    values = [np.array([0.5, 1.0, 2.0]), np.array([2.0, 0.5, 1.0])]
    change(values[0])
    compiled = jit(f)
    np.testing.assert_allclose(compiled(x), f(x), rtol=1e-15)
    change(values[1])  # another array, where it can be
    np.testing.assert_allclose(compiled(x), f(x), rtol=1e-15)
    values[1][0] = 7.0
    np.testing.assert_allclose(compiled(x), f(x), rtol=1e-15)


def test_a_function_among_the_arguments() -> None:
    a = np.ones(3)

    def scaled(x: Any) -> Any:
        return x * np.sin(a)

    compiled = jit(lambda f, x: f(x) + 1)
    for value in (2.0, 3.0):
        a[:] = value
        np.testing.assert_allclose(compiled(scaled, x), scaled(x) + 1, rtol=1e-15)


def test_modules_that_refer_to_each_other() -> None:
    other: Any = ModuleType("other")
    vars(module)["other"], vars(other)["module"] = other, module
    vars(module)["weights"] = np.ones(3)
    compiled = jit(lambda x: x * module.other.module.weights)
    np.testing.assert_array_equal(compiled(x), x)
    module.weights = np.full(3, 2.0)
    np.testing.assert_array_equal(compiled(x), 2 * x)


def test_what_a_pullback_was_made_with_stays() -> None:
    _weights[:] = [1.0, 2.0, -1.0]
    compiled = jit(lambda x: _scanned(lambda c, t: c * get() + t, x))
    _, pullback = vjp(compiled, x)
    expected = pullback(np.ones(3))[0]
    _weights[:] = 5.0
    np.testing.assert_array_equal(pullback(np.ones(3))[0], expected)
