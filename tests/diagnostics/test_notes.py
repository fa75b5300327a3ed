"""An error inside a derivative rule says of which operation it is, and which line of the user's applied that."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any, Final

import numpy as np
import pytest

from pydezero import (
    Function,
    Variable,
    check_finite,
    checkpoint,
    custom_jvp,
    custom_vjp,
    explain,
    grad,
    gradients,
    hessian,
    jacfwd,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero.core.bind import bind
from pydezero.core.level import next_level
from pydezero.core.primitive import Elementwise, define
from pydezero.core.variable import reverse_node, variable_at
from pydezero.diagnostics.observer import Observer
from pydezero.graph.walk import depending, reachable

# Any: NumPy's stubs know no Variable.
Make = Callable[[Any], Any]


class RuleError(Exception):
    """What the rules below raise."""


def _raise(*args: Any) -> Any:
    raise RuleError


def _kept(x: Any) -> Any:
    return x * 1.0


failing_p: Final = define(Elementwise, "failing", _kept, lambda t, x: _raise())
failing: Final[Make] = partial(bind, failing_p)
in_function: Final[Make] = Function(lambda x: x * 1.0, lambda g, x: _raise())
in_custom_vjp: Final[Make] = custom_vjp(lambda x: (x * 1.0, x), _raise)(lambda x: x * 1.0)
in_custom_jvp: Final[Make] = custom_jvp(_raise)(lambda x: x * 1.0)

x: Final = np.array([0.5, -1.0, 2.0])


def line_with(text: str) -> str:
    """The place of the one line of this file with a comment."""
    lines = inspect.getsource(inspect.getmodule(line_with)).splitlines()  # type: ignore[arg-type]  # it has one
    (number,) = [i for i, line in enumerate(lines, start=1) if line.endswith(f"# {text}")]
    return f"{__file__}:{number}: {lines[number - 1].strip()}"


def total(f: Make) -> Make:
    return lambda x: np.sum(f(x))


def notes_of(run: Callable[[], object], error: type[Exception] = RuleError) -> list[str]:
    with pytest.raises(error) as caught:
        run()
    return getattr(caught.value, "__notes__", [])


def model(rule: Make) -> Make:
    def f(x: Any) -> Any:
        y = np.tanh(x[1:] * 2.0 + 1)
        y = rule(y)  # the operation
        return np.sum(np.where(x > 0, x, 0.0)) + np.sum(y)

    return f


RULES: dict[str, tuple[Make, str]] = {
    "primitive": (failing, "failing"),
    "Function": (in_function, "Function <lambda>"),
    "custom_vjp": (in_custom_vjp, "custom_vjp(<lambda>)"),
}

REVERSE: dict[str, Callable[[Make], Make]] = {
    "grad": grad,
    "value_and_grad": value_and_grad,
    "vjp": lambda f: lambda x: vjp(f, x)[1](1.0),
    "linearize": lambda f: lambda x: linearize(f, x),
    "jacrev": jacrev,
    "vmap of grad": lambda f: lambda x: vmap(grad(f))(np.stack([x, x])),
    "grad of grad": lambda f: grad(total(grad(f))),
    "grad in a closure": lambda f: grad(lambda y: np.sum(y * grad(lambda x: f(x * np.sum(y)))(x))),
    "with aux": lambda f: grad(lambda x: (f(x), "aux"), has_aux=True),
    "of a checked function": lambda f: grad(check_finite(f)),
    "checked": lambda f: check_finite(grad(f)),
}


@pytest.mark.parametrize(("rule", "name"), RULES.values(), ids=list(RULES))
@pytest.mark.parametrize("transform", REVERSE.values(), ids=list(REVERSE))
def test_reverse_mode(transform: Callable[[Make], Make], rule: Make, name: str) -> None:
    notes = notes_of(lambda: transform(model(rule))(x))
    assert notes[0].startswith(f"(in the backward of {name}: cotangent (2,)")
    assert f"(recorded at {line_with('the operation')})" in notes


@pytest.mark.parametrize(("rule", "name"), RULES.values(), ids=list(RULES))
@pytest.mark.parametrize("transform", [lambda f: lambda x: jvp(f, (x,), (x,)), jacfwd], ids=["jvp", "jacfwd"])
def test_forward_mode(transform: Callable[[Make], Make], rule: Make, name: str) -> None:
    notes = notes_of(lambda: transform(model(rule))(x))
    assert notes[-1] == f"(in the tangent of {name}: operands (2,), tangents (2,), at {line_with('the operation')})"


def test_a_tangent_rule_of_ones_own() -> None:
    (note,) = notes_of(lambda: jvp(model(in_custom_jvp), (x,), (x,)))
    assert note.startswith("(in the tangent of custom_jvp(<lambda>): operands (2,)")
    assert line_with("the operation") in note


def test_the_shapes() -> None:
    p = define(Elementwise, "odd", lambda x: x * 1.0, lambda t, x: t * np.ones(7))
    notes = notes_of(lambda: grad(lambda x: np.sum(bind(p, x)))(x), ValueError)
    assert notes[0] == "(in the backward of odd: cotangent (3,), kept for it (3,))"


def test_one_operation_among_many_of_its_kind() -> None:
    calls = 0

    def rule(g: Any, x: Any) -> Any:
        nonlocal calls
        calls += 1
        return _raise() if calls == 3 else g

    step = Function(lambda x: x * 1.0, rule)

    def f(x: Any) -> Any:
        x = step(x)
        x = step(x)  # the third from behind
        x = step(x)
        x = step(x)
        return np.sum(x)

    assert notes_of(lambda: grad(f)(x))[-1] == f"(recorded at {line_with('the third from behind')})"


def test_in_the_backward_of_a_backward() -> None:
    def f(x: Any) -> Any:
        slope = grad(total(squared))(x)  # differentiated twice
        return np.sum(slope)

    squared = Function(lambda x: x**2, lambda g, x: g * in_function(x) * 2)
    notes = notes_of(lambda: grad(f)(x))
    assert notes[0] == "(in the backward of Function <lambda>: cotangent (3,))"
    assert notes[-1].startswith(f"(recorded at {__file__}")


def test_a_checkpoint() -> None:
    notes = notes_of(lambda: grad(checkpoint(model(failing)))(x))
    assert [note.split(":")[0] for note in notes[:2]] == [
        "(in the backward of failing",
        "(in the backward of checkpoint(f)",
    ]
    assert notes[-1].startswith(f"(recorded at {__file__}")


def test_a_graph_by_hand_has_no_line() -> None:
    v = Variable(x)
    notes = notes_of(lambda: gradients(model(failing)(v), v))
    assert notes == ["(in the backward of failing: cotangent (2,), kept for it (2,))"]


def test_a_function_that_is_not_pure_has_no_line() -> None:
    calls = 0

    def f(x: Any) -> Any:
        nonlocal calls
        calls += 1
        return np.sum(failing(x)) if calls == 1 else _raise()

    assert len(notes_of(lambda: grad(f)(x))) == 1
    calls = 0

    def g(x: Any) -> Any:
        nonlocal calls
        calls += 1
        return np.sum(failing(x) if calls == 1 else np.sin(x))

    assert len(notes_of(lambda: grad(g)(x))) == 1


def test_explain() -> None:
    assert notes_of(lambda: explain(model(failing))(x))[0].startswith("(in the backward of failing")


def test_errors_on_the_way_forward_have_no_notes() -> None:
    def f(x: Any) -> Any:
        return np.sum(x @ np.ones(2))

    for transform in (grad, hessian, jacfwd):
        assert notes_of(lambda transform=transform: transform(f)(x), ValueError) == []  # type: ignore[misc]  # bound


FUNCTIONS: dict[str, Make] = {
    "elementwise": lambda x: np.sum(np.sin(x) * np.exp(0.3 * x) + x * x - np.float32(2.0)),
    "indexing": lambda x: x[0] * x[1] ** 2 + np.sum(x[1:] * x[:2]) + np.sum(x[[0, 0, 2]] ** 3),
    "broadcasting": lambda x: np.sum(x[:, None] * x + np.ones((2, 3, 3)) * np.sum(x)),
    "matmul": lambda x: np.tanh(x @ np.ones((3, 3))) @ x,
    "where": lambda x: np.sum(np.where(x > 0, x**3, np.sin(x))),
    "reductions": lambda x: np.max(x) ** 2 + np.var(x) * np.mean(x) + np.std(x) + np.prod(x) + np.linalg.norm(x),
    "shapes": lambda x: np.sum(np.reshape(np.stack([x, x**2]), (3, 2)).T @ np.concatenate([x[:1], x[1:] ** 2])),
    "branches": lambda x: x[0] if x[0] > x[1] else x[1] * x[2],
}
WRAPPED: dict[str, Callable[[Make], Make]] = {
    "alone": lambda f: f,
    "grad": lambda f: lambda x: np.sum(x * grad(f)(x)),
    "jvp": lambda f: lambda x: jvp(f, (x,), (np.cos(x),))[1],
    "vmap": lambda f: lambda x: np.sum(vmap(f)(np.stack([x, 0.5 * x]))),
    "checkpoint": checkpoint,
    "custom_vjp": lambda f: custom_vjp(lambda x: (f(x), x), lambda x, g: (g * grad(f)(x),))(f),
    "hessian": lambda f: lambda x: np.sum(hessian(f)(x) * x),
}


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=list(FUNCTIONS))
@pytest.mark.parametrize(("outer", "inner"), [*product(WRAPPED, ["alone", "grad", "checkpoint"])])
def test_a_function_that_is_watched_records_the_same_graph(outer: str, inner: str, f: Make) -> None:
    if outer == "vmap" and f is FUNCTIONS["branches"]:
        return  # examples take no branches
    wrapped = WRAPPED[outer](WRAPPED[inner](f))

    def recorded(value: Any) -> list[str]:
        level = next_level()
        variable = variable_at(value, level)
        y: Any = wrapped(variable)
        if not (isinstance(y, Variable) and y.node.level == level):
            return []
        nodes = depending(reachable([reverse_node(y)], 0), [reverse_node(variable)])
        return ["" if node.primitive is None else node.primitive.name for node in nodes]

    assert recorded(Observer().lifted(x)) == recorded(x)
