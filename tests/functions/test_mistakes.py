"""A mistake is an exception that says what is wrong, never a gradient of the wrong shape."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import Variable, functions, vjp
from tests.functions.case import ArrayCallable


def _matrix() -> Variable:
    return Variable(np.arange(6.0).reshape(2, 3))


_AXIS: Final[tuple[ArrayCallable, ...]] = (
    lambda x: np.sum(x, axis=2),
    lambda x: np.mean(x, axis=-3),
    lambda x: np.prod(x, axis=(0, 2)),
    lambda x: np.max(x, axis=5),
    lambda x: np.var(x, axis=2),
    lambda x: np.cumsum(x, axis=2),
    lambda x: np.transpose(x, (0, 2)),
    lambda x: np.swapaxes(x, 0, 2),
    lambda x: np.moveaxis(x, 0, 2),
    lambda x: np.expand_dims(x, 3),
    lambda x: np.squeeze(x, axis=2),
    lambda x: np.concatenate([x, x], axis=2),
    lambda x: np.stack([x, x], axis=3),
    lambda x: np.split(x, 1, axis=2),
    lambda x: np.diagonal(x, axis1=0, axis2=2),
    lambda x: np.trace(x, axis1=0, axis2=2),
)


@pytest.mark.parametrize("f", _AXIS)
def test_an_axis_that_does_not_exist(f: ArrayCallable) -> None:
    with pytest.raises(np.exceptions.AxisError):
        f(_matrix())


_VALUE: Final[tuple[ArrayCallable, ...]] = (
    lambda x: x + np.ones(2),
    lambda x: np.ones(4) * x,
    lambda x: x @ x,
    lambda x: np.dot(x, np.ones(2)),
    lambda x: np.inner(x, np.ones(2)),
    lambda x: np.tensordot(x, np.ones((2, 3)), axes=1),
    lambda x: np.vdot(x, np.ones(2)),
    lambda x: np.matmul(x, 2.0),
    lambda x: np.einsum("ij,jk", x, x),
    lambda x: np.einsum("ijk", x),
    lambda x: np.einsum("ij,ij", x),
    lambda x: np.reshape(x, (4, 2)),
    lambda x: np.reshape(x, (-1, -1)),
    lambda x: np.sum(x, axis=(0, 0)),
    lambda x: np.sum(x, axis=(0, -2)),
    lambda x: np.squeeze(x, axis=0),
    lambda x: np.broadcast_to(x, (2, 4)),
    lambda x: np.broadcast_to(x, 3),
    lambda x: np.transpose(x, (0, 0)),
    lambda x: np.transpose(x, (0,)),
    lambda x: np.moveaxis(x, (0, 1), (0,)),
    lambda x: np.concatenate([]),
    lambda x: np.concatenate([x, np.ones(3)]),
    lambda x: np.concatenate([x, np.ones((2, 2))]),
    lambda x: np.concatenate([x[0, 0], x[0, 1]]),
    lambda x: np.stack([x, np.ones(3)]),
    lambda x: np.hstack([x, np.ones(3)]),
    lambda x: np.vstack([x, np.ones(2)]),
    lambda x: np.split(x, 2, axis=1),
    lambda x: np.diagonal(x, axis1=1, axis2=1),
    lambda x: np.diag(x[None]),
    lambda x: np.diagonal(x[0]),
    lambda x: x.reshape(7),
    lambda x: x[0].mT,
    lambda x: x.at[0].set(np.ones(2)),
    lambda x: x.at[0].add(np.ones(2)),
    lambda x: np.where(np.ones(2, bool), x, 0.0),
    lambda x: np.max(x[:0]),
)


@pytest.mark.parametrize("f", _VALUE)
def test_shapes_that_do_not_fit(f: ArrayCallable) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        f(_matrix())


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x[2],
        lambda x: x[0, 3],
        lambda x: x[0, 0, 0],
        lambda x: x[[5]],
        lambda x: x[1.0],
        lambda x: x["a"],
        lambda x: x.at[7].set(0.0),
        lambda x: x[np.array([True, False, True])],
    ],
)
def test_an_index_that_does_not_exist(f: ArrayCallable) -> None:
    with pytest.raises(IndexError):
        f(_matrix())


_OUT_OF_THE_GRAPH: Final[tuple[tuple[ArrayCallable, str], ...]] = (
    (float, r"\.data"),
    (int, r"\.data"),
    (complex, r"\.data"),
    (math.sin, r"np\.sin"),
    (np.asarray, r"\.data"),
    (np.array, r"\.data"),
    (lambda x: np.array([x, x]), r"np\.stack"),
    (lambda x: x.item(), r"\.data"),
    (lambda x: x.tolist(), r"\.data"),
    (lambda x: [1, 2][x], r"\.data"),
    (lambda x: np.ones(3).__setitem__(slice(2), x), r"at\[i\]\.set"),
    (lambda x: np.add(x, x, out=np.zeros(())), r"without out="),
    (lambda x: np.sum(x, out=np.zeros(())), r"np\.sum"),
    (lambda x: np.add.at(np.zeros(3), 0, x), r"at\[i\]"),
    (lambda x: np.copyto(np.zeros(()), x), r"np\.copyto"),
)


@pytest.mark.parametrize(("f", "message"), _OUT_OF_THE_GRAPH)
def test_a_value_does_not_leave_the_graph(f: ArrayCallable, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        f(Variable(np.array(1.0)))


def test_a_scalar_does_not_leave_the_graph_into_an_element() -> None:
    # NumPy turns whatever is raised here into a ValueError, and keeps it as the cause.
    with pytest.raises((TypeError, ValueError)) as raised:
        np.ones(3)[0] = Variable(np.array(1.0))  # type: ignore[call-overload]  # the mistake
    error = raised.value if isinstance(raised.value, TypeError) else raised.value.__cause__
    assert isinstance(error, TypeError)
    assert "at[i].set" in str(error)


def test_an_element_is_not_assigned() -> None:
    x: Any = _matrix()
    with pytest.raises(TypeError, match=r"at\[i\]\.set"):
        x[0] = 1.0


@pytest.mark.parametrize(
    ("f", "name"),
    [
        (np.gcd, "gcd"),
        (np.subtract.accumulate, r"subtract\.accumulate"),
        (np.subtract.reduce, r"subtract\.reduce"),
        (lambda x: np.linalg.qr(x, mode="raw"), "raw"),
        (lambda x: np.exp(x, where=np.ones(3, bool)), "where="),
        (lambda x: np.exp(x, dtype=int), "dtype="),
        (lambda x: np.exp(x + 1j, dtype=float), "imaginary"),
    ],
)
def test_what_has_no_derivative_says_so(f: Callable[..., Any], name: str) -> None:
    x = _matrix()
    with pytest.raises(TypeError, match=name):
        f(x, x) if getattr(f, "nin", 1) == 2 else f(x)


@pytest.mark.parametrize(
    "operand", [None, "text", {1.0}, np.array(["a"]), np.array([None]), [None], [[1.0], [2.0, 3.0]]], ids=repr
)
def test_operands_that_are_no_numbers(operand: Any) -> None:
    x: Any = _matrix()
    operations: tuple[Callable[[], Any], ...] = (
        lambda: x + operand,
        lambda: operand * x,
        lambda: functions.add(x, operand),
        lambda: np.matmul(x, operand),
    )
    for f in operations:
        with pytest.raises((TypeError, ValueError)):
            f()


def test_arrays_with_an_arithmetic_of_their_own() -> None:
    masked: Any = np.ma.masked_array([1.0, 2.0, 3.0])
    with pytest.raises(TypeError, match="arithmetic of its own"):
        functions.multiply(_matrix(), masked)


def test_order_that_depends_on_memory() -> None:
    with pytest.raises(ValueError, match="order"):
        functions.reshape(_matrix(), 6, order="A")


@pytest.mark.parametrize("f", [np.add, np.matmul, np.hypot])
def test_a_cotangent_of_the_wrong_shape(f: Callable[..., Any]) -> None:
    _, pullback = vjp(f, np.ones((2, 2)), np.ones((2, 2)))
    with pytest.raises(ValueError, match="shape"):
        pullback(np.ones(3))
