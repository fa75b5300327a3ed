"""`check_grads`: passes what is right, and says what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import pytest

from pydezero import Function, Variable, stop_gradient
from pydezero.testing import check_grads

VECTOR: Final = np.array([0.5, -1.0, 2.0])


class Layer(NamedTuple):
    w: Any
    b: Any
    name: str


RIGHT: Final[dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]] = {
    "number": (lambda x: x**3, (2.0,)),
    "vector": (lambda x: np.sin(x) * x, (VECTOR,)),
    "matrix and vector": (lambda a, x: a @ np.exp(x), (np.arange(6.0).reshape(2, 3), VECTOR)),
    "containers": (
        lambda p, q: {"y": np.tanh(p.w @ q[0] + p.b), "z": q[1] * p.b},
        (Layer(np.ones((2, 3)), 0.5, "layer"), [VECTOR, 2.0]),
    ),
    "an index and a string beside it": (lambda x, i, mode: x[i] * 2 if mode == "twice" else x, (VECTOR, 1, "twice")),
    "holomorphic": (lambda z: np.exp(z) * z, (np.array([1 + 1j, 0.5j]),)),
    "not holomorphic": (lambda z: z * np.conj(z) + np.abs(z), (np.array([1 + 1j, 0.5j]),)),
    "complex of real": (lambda x: np.exp(1j * x), (VECTOR,)),
    "single precision": (lambda x: np.sin(x) * 3, (VECTOR.astype(np.float32),)),
    "large elements": (lambda x: np.log(x), (np.array([1e8, 1e-2]),)),
    "integer beside the result": (lambda x: (x * x, np.argmax(x)), (VECTOR,)),
    "a float of Python where there is no Variable": (
        lambda x: x * x if isinstance(x, Variable) else float(x) ** 2,
        (1.5,),
    ),
    "empty": (lambda x: x * x, (np.zeros(0),)),
}


@pytest.mark.parametrize(("f", "args"), RIGHT.values(), ids=list(RIGHT))
@pytest.mark.parametrize("order", [1, 2, 3])
def test_what_is_right_passes(f: Callable[..., Any], args: tuple[Any, ...], order: int) -> None:
    check_grads(f, args, order=order)


def test_arguments_are_left_alone() -> None:
    x = VECTOR.copy()
    check_grads(np.sin, (x,))
    np.testing.assert_array_equal(x, VECTOR)


wrong_reverse = Function(lambda x: x * x, lambda g, x: g * x)
wrong_second = Function(lambda x: x**3, lambda g, x: g * 3 * stop_gradient(x) ** 2)


WRONG: Final[dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], str]]] = {
    "a rule": (wrong_reverse, (VECTOR,), {}, r"(?s)order 1.*argument 0, element \(0,\).*rule is wrong"),
    "a rule, reverse": (wrong_reverse, (3.0,), {"modes": ["rev"]}, r"reverse mode, order 1"),
    "a second derivative": (
        lambda x: wrong_second(x),
        (2.0,),
        {"modes": ["rev"]},
        r"(?s)reverse mode of reverse mode, order 2, .*derivative of the order before.*argument 0 \(x\)",
    ),
    "one of two": (
        lambda x, y: x * wrong_reverse(y),
        (1.0, VECTOR),
        {},
        r"argument 1 \(y\), element \(0,\)",
    ),
    "in a container": (
        lambda p: p["a"] * wrong_reverse(p["b"]),
        ({"a": 1.0, "b": 2.0},),
        {"modes": ["rev"]},
        r"argument 0 \(p\), leaf 1",
    ),
    "one of two outputs": (lambda x: (x, wrong_reverse(x)), (VECTOR,), {"modes": ["fwd"]}, r"output 1, element \(0,\)"),
    "kink": (lambda x: np.maximum(x, 3 * x), (1e-9,), {}, r"kink.*slope of 1\S* .*and 3 "),
    "kink of an element": (lambda x: np.abs(x - 2 + 1e-9), (VECTOR,), {}, r"(?s)element \(2,\).*kink"),
    "jump": (np.floor, (1.0,), {}, "jump"),
    "jump of a derivative": (np.abs, (0.0,), {}, r"(?s)order 2.*there is a jump here"),
    "random numbers": (
        lambda x: x * np.random.default_rng().random(),
        (1.0,),
        {},
        "two results for the same arguments: draw its random numbers outside",
    ),
    "edge": (np.sqrt, (1e-7,), {}, "edge of its domain"),
    "single precision inside": (
        lambda x: (x.astype(np.float32) ** 2).astype(np.float32),
        (VECTOR,),
        {},
        "single precision",
    ),
    "step": (lambda x: np.sin(1e5 * x), (0.5,), {}, r"eps=1e-0\d they agree"),
    "nan": (lambda x: x * np.sqrt((x - x) ** 2), (1.0,), {}, "differences are finite, the derivative is not"),
}


@pytest.mark.parametrize(("f", "args", "options", "message"), WRONG.values(), ids=list(WRONG))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_wrong_is_told(
    f: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(AssertionError, match=message):
        check_grads(f, args, **options)


def test_both_values_are_told() -> None:
    with pytest.raises(AssertionError, match=r"pydezero    \S*3\.0\n +differences \S*6\.0"):
        check_grads(wrong_reverse, (3.0,), order=1)


def test_tolerances_are_used() -> None:
    nearly = Function(np.sin, lambda g, x: g * np.cos(x) * 1.001)
    check_grads(nearly, (0.5,), order=1, rtol=1e-2)
    check_grads(nearly, (0.5,), order=1, atol=1e-2)
    with pytest.raises(AssertionError):
        check_grads(nearly, (0.5,), order=1)


@pytest.mark.parametrize(
    ("args", "options", "error", "message"),
    [
        (VECTOR, {}, TypeError, "must be a tuple.*ndarray"),
        (((1, "a"),), {}, TypeError, "no floating-point"),
        ((VECTOR,), {"order": 0}, ValueError, "order"),
        ((VECTOR,), {"order": 10**30}, ValueError, "at most 10"),
        ((VECTOR,), {"eps": -1.0}, ValueError, "eps"),
        ((VECTOR,), {"eps": np.nan}, ValueError, "eps"),
        ((VECTOR,), {"rtol": np.nan}, ValueError, "rtol"),
        ((VECTOR,), {"atol": -1.0}, ValueError, "atol"),
        ((VECTOR,), {"modes": ()}, ValueError, "modes"),
        ((VECTOR,), {"modes": ("forward",)}, ValueError, "fwd.*rev.*forward"),
    ],
)
def test_mistakes(args: Any, options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"check_grads.*{message}"):
        check_grads(np.sin, args, **options)


@pytest.mark.parametrize("f", [np.argmax, np.isnan, lambda x: {"name": "x"}, lambda x: None])
def test_a_result_without_a_derivative_is_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=r"check_grads\(.*\): f must return a floating-point number or an array"):
        check_grads(f, (VECTOR,))


def test_a_constant_result() -> None:
    check_grads(lambda x: (x**2, 1.0), (2.0,))
