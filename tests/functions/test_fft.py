"""The laws of the Fourier transforms, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from pydezero import Variable, functions, grad, jvp, vjp
from tests.functions.case import Array, generator

_settings: Final = settings(max_examples=60)

_NORMS: Final = (None, "backward", "ortho", "forward")
_OTHER: Final[Any] = "other"
_OF_REAL: Final = ("rfft", "ihfft", "rfft2", "rfftn")


def _draw(shape: tuple[int, ...], seed: str, is_complex: bool) -> Array:
    rng = generator(f"{shape} {seed}")
    x: Array = rng.uniform(-1, 1, shape)
    return x + 1j * rng.uniform(-1, 1, shape) if is_complex else x


def _assert_linear(f: Callable[[Any], Any], x: Array, plain: Callable[[Any], Any]) -> None:
    """f has NumPy's values, moves a tangent as it moves x, and Re <g, f(t)> is Re <pullback(g), t>."""
    is_complex = x.dtype.kind == "c"
    t = _draw(x.shape, "tangent", is_complex)
    y, moved = jvp(f, (x,), (t,))
    np.testing.assert_array_equal(y, plain(x))
    np.testing.assert_array_equal(moved, plain(t))
    y, pullback = vjp(f, x)
    g = _draw(y.shape, "cotangent", y.dtype.kind == "c")
    (pulled,) = pullback(g)
    assert (pulled.shape, pulled.dtype) == (x.shape, x.dtype)
    np.testing.assert_allclose(np.sum(g * plain(t)).real, np.sum(pulled * t).real, rtol=1e-12, atol=1e-12)


@_settings
@given(
    name=st.sampled_from(("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")),
    shape=stn.array_shapes(min_dims=1, max_dims=3, min_side=2, max_side=5),
    n=st.none() | st.integers(1, 11),
    norm=st.sampled_from(_NORMS),
    is_complex=st.booleans(),
    data=st.data(),
)
def test_in_one_dimension(
    name: str, shape: tuple[int, ...], n: int | None, norm: Any, is_complex: bool, data: st.DataObject
) -> None:
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = _draw(shape, "x", is_complex and name not in _OF_REAL)
    f = getattr(functions.fft, name)
    _assert_linear(lambda x: f(x, n, axis, norm), x, lambda x: getattr(np.fft, name)(x, n, axis, norm))


@_settings
@given(
    name=st.sampled_from(("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn")),
    shape=stn.array_shapes(min_dims=2, max_dims=3, min_side=2, max_side=4),
    norm=st.sampled_from(_NORMS),
    is_complex=st.booleans(),
    data=st.data(),
)
def test_in_several_dimensions(
    name: str, shape: tuple[int, ...], norm: Any, is_complex: bool, data: st.DataObject
) -> None:
    axes = data.draw(st.lists(st.integers(-len(shape), len(shape) - 1), min_size=1, max_size=2))
    if name in _OF_REAL and axes[0] % len(shape) == axes[-1] % len(shape):
        axes = axes[:1]  # the last is transformed first, and what it gives is complex
    s = data.draw(st.none() | st.lists(st.just(-1) | st.integers(1, 6), min_size=len(axes), max_size=len(axes)))
    x = _draw(shape, "x", is_complex and name not in _OF_REAL)
    f = getattr(functions.fft, name)
    _assert_linear(lambda x: f(x, s, axes, norm), x, lambda x: getattr(np.fft, name)(x, s, axes, norm))


@_settings
@given(
    name=st.sampled_from(("fftshift", "ifftshift")),
    shape=stn.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5),
    data=st.data(),
)
def test_shifts(name: str, shape: tuple[int, ...], data: st.DataObject) -> None:
    axis = st.integers(-len(shape), len(shape) - 1)
    axes = data.draw(st.none() | axis | st.lists(axis, max_size=2, unique_by=lambda i: i % len(shape)))
    f = getattr(functions.fft, name)
    _assert_linear(lambda x: f(x, axes), _draw(shape, "x", False), lambda x: getattr(np.fft, name)(x, axes))


@pytest.mark.parametrize(("norm", "factor"), [("backward", 7.0), ("ortho", 1.0), ("forward", 1 / 7)])
def test_the_energy_of_a_spectrum(norm: Any, factor: float) -> None:
    """By Parseval it is that of the signal, so its gradient is twice the signal; conjugated where it is complex."""
    z = _draw((7,), "Parseval", is_complex=True)

    def energy(x: Any) -> Any:
        return np.sum(np.abs(np.fft.fft(x, norm=norm)) ** 2)

    np.testing.assert_allclose(grad(energy)(z), 2 * factor * np.conj(z), rtol=1e-12)
    np.testing.assert_allclose(grad(energy)(z.real), 2 * factor * z.real, rtol=1e-12)


@pytest.mark.parametrize("n", [6, 7])
@pytest.mark.parametrize(("there", "back"), [("rfft", "irfft"), ("ihfft", "hfft")])
def test_there_and_back_again(n: int, there: str, back: str) -> None:
    x = _draw((n,), "there", is_complex=False)
    (g,) = vjp(lambda x: getattr(np.fft, back)(getattr(np.fft, there)(x), n), x)[1](x)
    np.testing.assert_allclose(g, x, rtol=1e-12)


@pytest.mark.parametrize(("n", "real"), [(6, [0, 3]), (7, [0])])
def test_what_has_no_influence_has_no_derivative(n: int, real: list[int]) -> None:
    """The first element of half a spectrum and, of an even number, the last one count by their real parts alone."""
    _, pullback = vjp(lambda z: functions.fft.irfft(z, n), _draw((4,), "half", is_complex=True))
    (g,) = pullback(_draw((n,), "real", is_complex=False))
    np.testing.assert_allclose(g.imag[real], 0, atol=1e-15)
    assert np.all(np.delete(g.imag, real))


def test_integers() -> None:
    x: Any = Variable(np.array([1, 2, 3]))  # Any: NumPy's stubs know no Variable
    for f in (np.fft.fft, np.fft.rfft, np.fft.irfft):
        np.testing.assert_array_equal(f(x).data, f(x.data))
    np.testing.assert_allclose(grad(lambda x: np.sum(np.fft.irfft(x)))(np.array([1, 2, 3])), [1, 0, 0], atol=1e-15)


def test_lengths_without_axes_are_those_of_the_last_axes() -> None:
    x = _draw((2, 3, 3), "lengths", is_complex=False)
    y = functions.fft.fftn(Variable(x), s=(4, 2))
    np.testing.assert_array_equal(y.data, np.fft.fftn(x, (4, 2), (1, 2)))


def test_of_no_axes() -> None:
    np.testing.assert_array_equal(functions.fft.fftn(Variable(np.array(2.0))).data, 2.0)


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (lambda x: np.fft.rfft(1j * x), TypeError, "rfft: a must be real, got complex128"),
        (lambda x: np.fft.ihfft(1j * x), TypeError, "ihfft: a must be real"),
        (lambda x: np.fft.rfft2(1j * x), TypeError, "rfft: a must be real"),
        (lambda x: np.fft.fft(x, 0), ValueError, r"data points \(0\)"),
        (lambda x: np.fft.fft(x, norm=_OTHER), ValueError, "Invalid norm value other"),
        (lambda x: np.fft.fft(x, axis=2), np.exceptions.AxisError, "axis 2 is out of bounds"),
        (lambda x: np.fft.fftn(x, (2, 2, 2), (0, 1)), ValueError, r"fftn: s must have a length for each axis"),
        (lambda x: np.fft.rfftn(x, axes=()), ValueError, "rfftn: needs at least one axis"),
        (lambda x: np.fft.irfftn(x, axes=()), ValueError, "irfftn: needs at least one axis"),
        (lambda x: np.fft.fftshift(x, 2), np.exceptions.AxisError, "axis 2 is out of bounds"),
        (lambda x: np.fft.fft(x, out=np.empty((2, 3), complex)), TypeError, "would write a Variable into an array"),
    ],
)
def test_mistakes(f: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        f(Variable(np.ones((2, 3))))
