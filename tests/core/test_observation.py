"""The hook of observers: told of each rule that runs, left when a pass ends, and never entered without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import FrameType
from typing import Any

import attrs
import numpy as np
import pytest

from pydezero import Function, grad, jvp, vjp
from pydezero.core.bind import bind, unwrap
from pydezero.core.level import Level, next_level
from pydezero.core.observation import ObservedPass
from pydezero.core.primitive import Elementwise, Primitive, define
from pydezero.core.variable import AnyNode, Variable, new_variable
from pydezero.graph.seeds import observed_passes


class Recording:
    """An observer that writes down what it is told."""

    def __init__(self) -> None:
        self.level = next_level()
        self.roles: list[str] = []
        self.depth = 0

    def enter(self, frame: FrameType) -> Recording:
        assert frame.f_code.co_name in ("pull_back_in_general", "apply")
        self.depth += 1
        return self

    def rule(self, role: str, order: int | None = None) -> None:
        assert (order is None) == role.startswith("tangent")
        self.roles.append(role)

    def leave(self) -> None:
        self.depth -= 1

    def observed(self, x: Any) -> Variable:
        return new_variable(x, RecordingNode(self.level, self))


@attrs.frozen(eq=False)
class RecordingNode(AnyNode):
    level: Level
    observer: Recording

    def apply(self, primitive: Primitive, args: Sequence[Any], params: Mapping[str, Any]) -> Any:
        values, _ = unwrap(args, self.level, primitive.name)
        out = bind(primitive, *values, **params)
        return tuple(map(self.observer.observed, out)) if primitive.several_outputs else self.observer.observed(out)

    def constant(self, value: Any) -> Variable:
        return self.observer.observed(value)


def f(x: Any) -> Any:
    return np.sum(np.sin(x) * x)


def test_a_reverse_pass() -> None:
    observer = Recording()
    grad(f)(observer.observed(np.ones(3)))
    assert observer.roles == ["backward of sum", "backward of multiply", "backward of sin"]
    assert observer.depth == 0


def test_forward_mode() -> None:
    observer = Recording()
    jvp(f, (observer.observed(np.ones(3)),), (np.ones(3),))
    assert observer.roles == ["tangent of sin", "tangent of multiply", "tangent of sum"]
    assert observer.depth == 0


def test_a_derivative_of_a_derivative() -> None:
    observer = Recording()
    sine: Any = np.sin
    grad(grad(sine))(observer.observed(np.array(0.5)))
    assert observer.roles[0] == "backward of sin"  # the inner pass
    assert observer.roles[1:] == ["backward of multiply", "backward of cos"]
    assert observer.depth == 0


def test_an_exception_leaves_the_pass() -> None:
    observer = Recording()
    with pytest.raises(ZeroDivisionError), np.errstate(all="ignore"):
        grad(lambda x: _failing(x))(observer.observed(np.array(0.5)))
    assert observer.roles == ["backward of Function <lambda>"]
    assert observer.depth == 0


def _failing(x: Any) -> Any:
    return Function(lambda x: x * 1.0, lambda g, x: 1 / 0)(x)


def test_an_exception_leaves_the_pass_of_forward_mode() -> None:
    observer = Recording()
    failing = define(Elementwise, "test failing", np.negative, lambda t, x: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        jvp(lambda x: bind(failing, x), (observer.observed(np.ones(3)),), (np.ones(3),))
    assert observer.roles == ["tangent of test failing"]
    assert observer.depth == 0


def test_a_derivative_in_forward_mode_of_one_in_reverse_mode() -> None:
    observer = Recording()
    sine: Any = np.sin
    jvp(grad(sine), (observer.observed(np.array(0.5)),), (1.0,))
    # The rule of the inner pass multiplies by cos(x), and forward mode pushes tangents through both operations.
    assert observer.roles == ["tangent of sin", "backward of sin", "tangent of cos", "tangent of multiply"]
    assert observer.depth == 0


def test_without_an_observer_no_pass_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[list[ObservedPass]] = []

    def recorded(values: Iterable[Any], frame: FrameType) -> list[ObservedPass]:
        found.append(observed_passes(values, frame))
        return found[-1]

    for place in ("pydezero.graph.general", "pydezero.transforms.forward.tangent"):
        monkeypatch.setattr(f"{place}.observed_passes", recorded)
    sine: Any = np.sin
    grad(f)(np.ones(3))
    jvp(f, (np.ones(3),), (np.ones(3),))
    assert not found  # arrays are not even looked at
    # The cotangent of an inner reverse pass, and the tangent of an inner forward pass, are Variables.
    grad(lambda x: vjp(sine, 0.5)[1](x)[0])(1.0)
    assert len(found) == 1
    jvp(lambda x: jvp(sine, (x,), (x,))[1], (0.5,), (1.0,))
    assert len(found) > 1
    assert not any(found)


def test_without_an_observer_nothing_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    def entered(*args: object) -> None:
        raise AssertionError("a pass was entered")

    monkeypatch.setattr("pydezero.graph.general.tell_backward", entered)
    monkeypatch.setattr("pydezero.graph.branches.tell_backward", entered)
    grad(f)(np.ones(3))
    slope: Any = grad(f)
    grad(lambda x: slope(x)[0])(np.ones(3))
