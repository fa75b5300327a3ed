"""`jacobian`, `jacfwd` and `jacrev`: complex numbers, and mistakes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import grad
from pydezero.transforms.jacobians.jacobian import jacfwd, jacobian, jacrev
from tests.transforms.jacobians.jacobians import TALL, WIDE, Transform, X, forward, reverse

Z = np.array([0.5 + 1j, -1 + 0.25j, 0.75j])
HOLOMORPHIC: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "elementwise": (lambda z: np.exp(z) * z, lambda z: np.diag(np.exp(z) * (1 + z))),
    "linear": (lambda z: (WIDE + 1j * WIDE[::-1]) @ z, lambda z: WIDE + 1j * WIDE[::-1]),
    "tall": (lambda z: (TALL * 1j) @ z[:2], lambda z: np.hstack([TALL * 1j, np.zeros((3, 1))])),
    "scalar": (lambda z: np.sum(z**3), lambda z: 3 * z**2),
}


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
@pytest.mark.parametrize("transform", [jacfwd, jacrev, jacobian])
@pytest.mark.parametrize(("f", "expected"), HOLOMORPHIC.values(), ids=list(HOLOMORPHIC))
def test_complex_to_complex(f: Any, expected: Callable[[Any], Any], transform: Transform, dtype: Any) -> None:
    found = transform(f, holomorphic=True)(Z.astype(dtype))
    assert_allclose(found, expected(Z), rtol=1e-5, atol=1e-6)
    assert found.dtype == np.complex128 or dtype == np.complex64


TO_COMPLEX: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "elementwise": (lambda x: np.exp(1j * x), lambda x: np.diag(1j * np.exp(1j * x))),
    "wide": (lambda x: np.sum(x * (2 + 1j)), lambda x: np.full(3, 2 + 1j)),
    "tall": (lambda x: np.concatenate([x, 1j * x]), lambda x: np.vstack([np.eye(3), 1j * np.eye(3)])),
}


@pytest.mark.parametrize("transform", [jacfwd, jacobian, forward])
@pytest.mark.parametrize(("f", "expected"), TO_COMPLEX.values(), ids=list(TO_COMPLEX))
def test_real_to_complex(f: Any, expected: Callable[[Any], Any], transform: Transform) -> None:
    found = transform(f)(X)
    assert found.dtype == np.complex128
    assert_allclose(found, expected(X), atol=1e-14)


# For f: C -> R the derivative is df/da - i df/db at a + ib, as for grad.
TO_REAL: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "modulus": (np.abs, lambda z: np.diag(np.conj(z) / abs(z))),
    "scalar": (lambda z: np.sum(np.real(z * np.conj(z))), lambda z: 2 * np.conj(z)),
    "tall": (
        lambda z: np.concatenate([np.real(z), np.imag(z)]),
        lambda z: np.vstack([np.eye(3), -1j * np.eye(3)]),
    ),
}


@pytest.mark.parametrize("transform", [jacrev, jacobian, reverse])
@pytest.mark.parametrize(("f", "expected"), TO_REAL.values(), ids=list(TO_REAL))
def test_complex_to_real(f: Any, expected: Callable[[Any], Any], transform: Transform) -> None:
    found = transform(f)(Z)
    assert found.dtype == np.complex128
    assert_allclose(found, expected(Z), atol=1e-14)
    if np.ndim(f(Z)) == 0:
        assert_array_equal(found, grad(f)(Z))


def test_real_and_complex_arguments_of_a_real_result() -> None:
    found = jacobian(lambda p: np.real(p["z"] * p["x"]))({"z": Z, "x": X})
    assert_allclose(found["z"], np.diag(X))
    assert_allclose(found["x"], np.diag(Z.real))
    assert found["z"].dtype == np.complex128
    assert found["x"].dtype == np.float64


def model(x: Any) -> Any:
    return np.exp(x)


MISTAKES: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "forward by a complex argument": (
        lambda: jacfwd(model)(Z),
        TypeError,
        r"jacfwd\(model\): an argument is complex.*holomorphic=True.*jacrev",
    ),
    "reverse of a complex result": (
        lambda: jacrev(lambda x: x * 1j)(X),
        TypeError,
        r"jacrev\(<lambda>\): the function returns complex numbers.*holomorphic=True.*jacfwd",
    ),
    "complex to complex": (
        lambda: jacobian(model)(Z),
        TypeError,
        r"jacobian\(model\): the function returns complex numbers.*holomorphic=True",
    ),
    "complex to more complex": (
        lambda: jacobian(lambda z: np.concatenate([z, z]))(Z),
        TypeError,
        "the function returns complex numbers.*holomorphic=True",
    ),
    "real arguments of a holomorphic function": (
        lambda: jacfwd(model, holomorphic=True)(X),
        TypeError,
        r"jacfwd\(model\) with holomorphic: the arguments must be complex; convert them with .astype\(complex\)",
    ),
    "real result of a holomorphic function": (
        lambda: jacrev(np.abs, holomorphic=True)(Z),
        TypeError,
        r"jacrev\(absolute\) with holomorphic: the function returns real numbers",
    ),
    "an unknown mode": (
        lambda: jacobian(model, 0, "backward"),  # type: ignore[call-overload]  # the point
        ValueError,
        r"jacobian\(model\): mode must be 'forward', 'reverse' or None, got 'backward'",
    ),
    "argnums out of range": (lambda: jacobian(model, 1)(X), TypeError, r"jacobian\(model\): argnums is 1, but"),  # type: ignore[arg-type, call-overload]  # the types refuse it, too
    "argnums that are no integers": (
        lambda: jacfwd(model, 1.5)(X),  # type: ignore[call-overload]  # the point
        TypeError,
        r"jacfwd\(model\): argnums must be an int",
    ),
    "an argument named twice": (
        lambda: jacrev(model, (0, -1))(X),  # type: ignore[arg-type, call-overload]  # the types refuse it, too
        ValueError,
        r"jacrev\(model\).*names an argument twice",
    ),
    "nothing to differentiate": (
        lambda: jacfwd(lambda x, name: x, 1)(X, "name"),
        TypeError,
        r"jacfwd\(<lambda>\): argument 1 is 'name'",
    ),
    "None": (lambda: jacobian(lambda x: None)(X), TypeError, r"jacobian\(<lambda>\).*got None \(is a return missing"),
    "text": (
        lambda: jacfwd(lambda x: "text")(X),
        TypeError,
        "must return an array, or a container of arrays, got a str",
    ),
    "an empty container": (lambda: jacrev(lambda x: [])(X), TypeError, "must return.*got an empty list"),
    "integers": (lambda: jacfwd(lambda x: np.argsort(x))(X), TypeError, "returns int64, which has no derivative"),
    "booleans": (lambda: jacrev(lambda x: (x, x > 0))(X), TypeError, "returns bool, which has no derivative"),
    "a mask": (lambda: jacobian(lambda x: x)(np.ma.masked_array(X)), TypeError, "MaskedArray"),
}


@pytest.mark.parametrize(("wrong", "error", "message"), MISTAKES.values(), ids=list(MISTAKES))
def test_mistakes_say_what_to_write(wrong: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"(?s){message}"):
        wrong()
