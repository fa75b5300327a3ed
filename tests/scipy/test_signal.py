"""`pydezero.scipy.signal`: values are SciPy's, derivatives of both orders, batches, graphs, errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import signal as scipys

from pydezero import Variable, grad, hessian, jacfwd, jacrev, trace, vmap
from pydezero.core.variable import undifferentiated
from pydezero.scipy import signal
from pydezero.testing import check_grads
from pydezero.tree import flatten


def numbers(*shape: int) -> Any:
    """Numbers without order or sign."""
    size = math.prod(shape)
    return np.reshape(np.sin(np.arange(1.0, size + 1) ** 2), shape)


# The name of a function, the shapes of its arguments, and the other arguments.
CONVOLUTIONS: Final[tuple[tuple[str, tuple[int, ...], tuple[int, ...], dict[str, Any]], ...]] = (
    ("convolve", (5,), (3,), {}),
    ("convolve", (5,), (3,), {"mode": "same"}),
    ("convolve", (5,), (4,), {"mode": "same", "method": "fft"}),
    ("convolve", (2,), (5,), {"mode": "same"}),
    ("convolve", (5,), (3,), {"mode": "valid"}),
    ("convolve", (3,), (5,), {"mode": "valid", "method": "direct"}),
    ("convolve", (2, 3), (3, 2), {}),
    ("convolve", (2, 3), (3, 4), {"mode": "valid"}),
    ("convolve", (3, 4), (2, 3), {"mode": "same", "method": "direct"}),
    ("convolve", (), (), {}),
    ("fftconvolve", (0,), (3,), {}),
    ("correlate", (5,), (4,), {"mode": "same"}),
    ("correlate", (3,), (5,), {"mode": "valid"}),
    ("correlate", (4, 2), (2, 2), {"method": "fft"}),
    ("fftconvolve", (2, 4), (1, 3), {"axes": 1}),
    ("fftconvolve", (2, 4), (1, 3), {"axes": np.int64(1)}),
    ("fftconvolve", (1, 4), (3, 3), {"mode": "same", "axes": [-1]}),
    ("fftconvolve", (3, 4, 1), (2, 1, 2), {"axes": (0, 2)}),
    ("fftconvolve", (1, 2), (3, 1), {"axes": 0}),
    ("oaconvolve", (9,), (2,), {"mode": "valid"}),
    ("convolve2d", (3, 4), (2, 3), {}),
    ("convolve2d", (3, 4), (2, 3), {"mode": "same", "boundary": "symm"}),
    ("convolve2d", (2, 2), (3, 4), {"boundary": "wrap"}),
    ("convolve2d", (2, 2), (3, 4), {"mode": "valid", "boundary": "wrap"}),
    ("convolve2d", (2, 3), (2, 2), {"fillvalue": 1.5}),
    ("correlate2d", (3, 4), (2, 3), {"mode": "same", "boundary": "wrap"}),
    ("correlate2d", (2, 2), (3, 4), {"mode": "valid"}),
    ("correlate2d", (2, 3), (2, 2), {"boundary": "symm"}),
)


def label(row: Any) -> str:
    name, *shapes, options = row
    return " ".join(map(str, [name, *shapes, *options.values()]))


@pytest.mark.parametrize("dtype", [float, complex])
@pytest.mark.parametrize("row", CONVOLUTIONS, ids=label)
def test_convolutions(row: Any, dtype: type) -> None:
    name, of_x, of_y, options = row
    phase = 1 if dtype is float else np.exp(0.5j)
    x, y = np.array(numbers(*of_x) * phase), np.array(numbers(*of_y) * np.conjugate(phase))

    def f(x: Any, y: Any) -> Any:
        return getattr(signal, name)(x, y, **options)

    expected = getattr(scipys, name)(x, y, **options)
    assert_allclose(f(Variable(x), y).data, expected, atol=1e-14)
    assert_allclose(f(x, Variable(y)).data, expected, atol=1e-14)
    assert type(f(x, y)) is type(expected)
    check_grads(f, (x, y))
    if dtype is float and x.size:
        xs, ys = np.stack([x, x * x + 1, -x]), np.stack([y, y + 1, y * y])
        assert_allclose(vmap(f)(xs, ys), [f(*pair) for pair in zip(xs, ys, strict=True)], atol=1e-14)
        assert_allclose(vmap(f, in_axes=(0, None))(xs, y), [f(one, y) for one in xs], atol=1e-14)
        assert_allclose(vmap(f, in_axes=(None, 0))(x, ys), [f(x, one) for one in ys], atol=1e-14)
        of_y = vmap(grad(lambda y: np.sum(f(x, y) ** 2)))(ys)
        assert_allclose(of_y, [grad(lambda y: np.sum(f(x, y) ** 2))(one) for one in ys], atol=1e-13)


# The lengths of b, a, x, the axis of three, and whether there is a state to start in.
FILTERS: Final = (
    (1, 1, 3, -1, False),
    (3, 1, 4, -1, False),
    (3, 1, 2, 1, True),
    (1, 3, 5, 0, False),
    (2, 4, 5, 1, True),
    (4, 2, 6, -1, True),
    (3, 3, 1, 1, True),
)


@pytest.mark.parametrize("dtype", [float, complex])
@pytest.mark.parametrize(("of_b", "of_a", "length", "axis", "starts"), FILTERS)
def test_filters(of_b: int, of_a: int, length: int, axis: int, starts: bool, dtype: type) -> None:
    phase = 1 if dtype is float else np.exp(0.5j)
    b, a = numbers(of_b) * phase, np.append(1.7, 0.4 * numbers(of_a - 1) * phase)
    shape = [2, 2, 2]
    x = numbers(*shape[: axis % 3], length, *shape[axis % 3 + 1 :])
    zi = numbers(*shape[: axis % 3], max(of_b, of_a) - 1, *shape[axis % 3 + 1 :]) if starts else None
    args: list[Any] = [b, a, x, zi] if starts else [b, a, x]

    def f(*args: Any) -> Any:
        b, a, x, *start = args
        return signal.lfilter(b, a, x, axis, zi=start[0]) if start else signal.lfilter(b, a, x, axis)

    expected = scipys.lfilter(b, a, x, axis, zi=zi)
    for at in range(len(args)):
        found = f(*args[:at], Variable(args[at]), *args[at + 1 :])
        for y, right in zip(found, expected, strict=True) if starts else [(found, expected)]:
            assert_allclose(y.data, right, rtol=1e-13)
    check_grads(f, tuple(args))
    if dtype is float and not starts:
        batch = [np.stack([y, y * 1.1, y * y + 1]) for y in args]
        examples = list(zip(*batch, strict=True))
        assert_allclose(vmap(f)(*batch), [f(*one) for one in examples])
        assert_allclose(vmap(f, in_axes=(None, None, 0))(b, a, batch[2]), [f(b, a, one) for one in batch[2]])

        def loss(b: Any, a: Any, x: Any) -> Any:
            return np.sum(f(b, a, x) ** 2)

        assert_allclose(vmap(grad(loss, 1))(*batch), [grad(loss, 1)(*one) for one in examples])
        assert_allclose(jacfwd(f, 1)(*args), jacrev(f, 1)(*args), atol=1e-13)
        assert_allclose(hessian(loss, 1)(*args), jacfwd(grad(loss, 1), 1)(*args), atol=1e-12)


B: Final = np.array([0.3, 0.5, 0.1])
A: Final = np.array([1.0, -0.4, 0.2])
TOPS: Final = np.array([[0.2, 0.3, 0.1], [0.5, -0.2, 0.4]])
TAILS: Final = np.array([[-0.4, 0.3], [0.2, 0.1]])
SIGNALS: Final = numbers(2, 12)


def sections(tops: Any, tails: Any) -> Any:
    return np.concatenate([tops, np.ones((2, 1)), tails], axis=1)


# From SciPy's module or ours, a function of arrays, and the arrays.
CASCADES: Final[dict[str, tuple[Callable[[Any], Callable[..., Any]], tuple[Any, ...]]]] = {
    "lfilter_zi": (lambda m: m.lfilter_zi, (B, 2 * A)),
    "lfilter_zi of a long a": (lambda m: m.lfilter_zi, (B[:1], A)),
    "lfilter_zi of a long b": (lambda m: m.lfilter_zi, (B, A[:2])),
    "sosfilt_zi": (lambda m: lambda t, d: m.sosfilt_zi(sections(t, d)), (TOPS, TAILS)),
    "sosfilt": (lambda m: lambda t, d, x: m.sosfilt(sections(t, d), x), (TOPS, TAILS, SIGNALS)),
    "sosfilt axis=0": (lambda m: lambda t, d, x: m.sosfilt(sections(t, d), x, 0), (TOPS, TAILS, SIGNALS.T)),
    "sosfilt zi": (
        lambda m: lambda t, d, x, z: m.sosfilt(sections(t, d), x, zi=z),
        (TOPS, TAILS, SIGNALS, numbers(2, 2, 2)),
    ),
    "filtfilt": (lambda m: m.filtfilt, (B, A, SIGNALS)),
    "filtfilt axis=0": (lambda m: lambda b, a, x: m.filtfilt(b, a, x, 0), (B, 2 * A, SIGNALS.T)),
    "filtfilt even": (lambda m: lambda b, a, x: m.filtfilt(b, a, x, padtype="even"), (B, A[:2], SIGNALS)),
    "filtfilt constant": (
        lambda m: lambda b, a, x: m.filtfilt(b, a, x, padtype="constant", padlen=4),
        (B, A, SIGNALS[0]),
    ),
    "filtfilt None": (lambda m: lambda b, a, x: m.filtfilt(b, a, x, padtype=None), (B, A, SIGNALS)),
    "sosfiltfilt padlen=5": (
        lambda m: lambda t, d, x: m.sosfiltfilt(sections(t, d), x, padlen=5),
        (TOPS, TAILS, SIGNALS),
    ),
}


@pytest.mark.parametrize("name", CASCADES)
def test_cascades(name: str) -> None:
    make, args = CASCADES[name]
    f: Callable[..., Any] = make(signal)
    expected = make(scipys)(*args)
    for at in range(len(args)):
        found = f(*args[:at], Variable(args[at]), *args[at + 1 :])
        for y, right in zip(flatten(found), flatten(expected), strict=True):
            assert_allclose(undifferentiated(y), right, rtol=1e-12, atol=1e-14)
    check_grads(f, args, order=2)
    batch = [np.stack([y, y * 1.1, 0.9 * y]) for y in args]
    assert_allclose(flatten(vmap(f)(*batch))[0], [flatten(f(*one))[0] for one in zip(*batch, strict=True)])
    gradient = grad(lambda *args: sum(np.sum(y**2) for y in flatten(f(*args))), argnums=tuple(range(len(args))))
    for found, right in zip(trace(gradient)(*args)(*args), gradient(*args), strict=True):
        assert_allclose(found, right, rtol=1e-10, atol=1e-13)
    for i, found in enumerate(vmap(gradient)(*batch)):
        assert_allclose(found, np.stack([gradient(*one)[i] for one in zip(*batch, strict=True)]), rtol=1e-9, atol=1e-12)


def test_how_far_a_signal_is_extended_depends_on_the_sections_as_in_scipy() -> None:
    sos = sections(np.array([[0.2, 0.3, 0.0], [0.5, -0.2, 0.4]]), np.array([[-0.4, 0.0], [0.2, 0.1]]))
    assert_allclose(signal.sosfiltfilt(Variable(sos), numbers(20)).data, scipys.sosfiltfilt(sos, numbers(20)))
    with pytest.raises(TypeError, match="give padlen="):
        vmap(lambda sos: signal.sosfiltfilt(sos, numbers(20)))(np.stack([sos, sos]))


def test_the_axes_of_length_one_of_a_state_are_repeated() -> None:
    x, zi = numbers(2, 3, 4), numbers(1, 1, 4)
    check_grads(lambda zi: signal.lfilter([1.0, 0.5], [1.0, -0.3], x, 1, zi=zi), (zi,))
    y, _ = signal.lfilter([1.0, 0.5], [1.0, -0.3], Variable(x), 1, zi=zi)
    assert_allclose(y.data, scipys.lfilter([1.0, 0.5], [1.0, -0.3], x, 1, zi=zi)[0])


def test_a_filter_in_two_pieces_is_the_whole() -> None:
    b, a, x = numbers(3), np.append(1.0, 0.3 * numbers(3)), numbers(10)

    def in_two(a: Any, x: Any) -> Any:
        first, state = signal.lfilter(b, a, x[:4], zi=np.zeros(3))
        second, _ = signal.lfilter(b, a, x[4:], zi=state)
        return np.sum(np.concatenate([first, second]) ** 2)

    def whole(a: Any, x: Any) -> Any:
        return np.sum(signal.lfilter(b, a, x) ** 2)

    for argument in (0, 1):
        assert_allclose(grad(in_two, argument)(a, x), grad(whole, argument)(a, x), rtol=1e-12)


def test_empty_signals() -> None:
    assert signal.lfilter([1.0, 2.0], [1.0, 0.5], Variable(np.zeros((0, 3)))).shape == (0, 3)
    y, state = signal.lfilter([1.0, 2.0], [1.0], Variable(np.zeros((2, 0))), zi=np.ones((2, 1)))
    assert (y.shape, state.shape) == ((2, 0), (2, 1))
    # SciPy loses the state of an empty array.
    f: Callable[[Any], Any] = lambda zi: np.sum(signal.lfilter([1.0, 2.0], [1.0, 0.5], np.zeros((2, 0)), zi=zi)[1] ** 2)
    assert_allclose(grad(f)(np.ones((2, 1))), 2 * np.ones((2, 1)))


@pytest.mark.parametrize("name", ["convolve", "fftconvolve", "lfilter"])
def test_single_precision_is_kept(name: str) -> None:
    x, y = numbers(6).astype(np.float32), np.array([1.0, 0.5], np.float32)
    f: Callable[[Any], Any] = {
        "convolve": lambda x: signal.convolve(x, y),
        "fftconvolve": lambda x: signal.fftconvolve(x, y),
        "lfilter": lambda x: signal.lfilter(y, y, x),
    }[name]
    assert f(Variable(x)).dtype == f(x).dtype == grad(lambda x: np.sum(f(x)))(x).dtype == np.float32


def test_they_are_one_equation() -> None:
    graph = trace(lambda b, x: signal.convolve(x, signal.lfilter(b, [1.0, 0.5], x)))(numbers(2), numbers(6))
    assert str(graph).count("signal.convolve") == str(graph).count(" lfilter") == 1
    b, x = numbers(2) + 1, numbers(6) * 2
    assert_allclose(graph(b, x), scipys.convolve(x, scipys.lfilter(b, [1.0, 0.5], x)))


def test_integer_constants_are_numbers() -> None:
    found = grad(lambda x: np.sum(signal.convolve(x, np.array([1, 2])) + signal.lfilter([1, 2], 2, x)[0]))(numbers(4))
    assert_allclose(found, [5.5, 3.0, 3.0, 3.0])


def of(option: Any) -> Any:
    """An option that a type checker would refuse."""
    return option


WRONG: Final[dict[str, tuple[Callable[[Any], Any], str]]] = {
    "axes": (lambda x: signal.convolve(x, np.ones(2)), r"convolve: in1 of shape \(2, 3\) and in2 of shape \(2,\)"),
    "mode": (lambda x: signal.correlate(x, x, of("most")), r"correlate: mode must be .*'most'"),
    "method": (lambda x: signal.convolve(x, x, method=of("slow")), r"convolve: method must be .*'slow'"),
    "valid": (lambda x: signal.convolve(x, np.ones((3, 2)), "valid"), r"larger one .*\(2, 3\) and \(3, 2\)"),
    "broadcast": (lambda x: signal.fftconvolve(x, np.ones((3, 3)), axes=1), r"fftconvolve: .*do not broadcast"),
    "no axes": (lambda x: signal.oaconvolve(x, x, axes=[]), "oaconvolve: axes must not be empty"),
    "matrices": (lambda x: signal.convolve2d(x, x[0]), r"convolve2d: .*matrices, .*\(2, 3\) and \(3,\)"),
    "boundary": (lambda x: signal.correlate2d(x, x, boundary=of("zero")), "correlate2d: boundary is 'zero'"),
    "b": (lambda x: signal.lfilter(x, [1.0], np.ones(1)), r"lfilter: b must be a vector .*\(2, 3\)"),
    "a": (lambda x: signal.lfilter([1.0], [], x), r"lfilter: a must be a vector .*\(0,\)"),
    "a[0]": (lambda x: signal.lfilter([1.0], x[0] * 0.0, x), r"lfilter: a\[0\]"),
    "x": (lambda x: signal.lfilter([1.0], [1.0], x[0, 0]), "lfilter: x must have an axis"),
    "gust": (lambda x: signal.filtfilt(B, A, x, method="gust"), "filtfilt: with Variables the method is 'pad'"),
    "padtype": (lambda x: signal.filtfilt(B, A, x, padtype=of("wrap")), "padtype must be .*'wrap'"),
    "padlen": (lambda x: signal.filtfilt(B, A, x), "has 3 elements along the axis; it must have more than padlen, 9"),
    "sections": (lambda x: signal.sosfilt(x, np.ones(3)), r"sos must have the shape \(sections, 6\), got \(2, 3\)"),
    "leading": (lambda x: signal.sosfilt(np.full((1, 6), 2.0), x), r"sos\[:, 3\] must be all ones"),
    "states": (lambda x: signal.sosfilt(np.ones((1, 6)), x, zi=np.ones(2)), r"zi must have the shape \(1, \.\.\.\)"),
    "zi": (
        lambda x: signal.lfilter([1.0, 2.0], [1.0], x, zi=np.zeros((3, 1))),
        r"zi must have the shape \(2, 1\), got \(3",
    ),
}


@pytest.mark.parametrize(("use", "message"), WRONG.values(), ids=list(WRONG))
def test_what_does_not_fit_is_named(use: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ValueError, match=rf"scipy\.signal\..*{message}"):
        use(Variable(numbers(2, 3)))


_SMOOTHED: Final = numbers(2, 9, 2)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("detrend", {}),
        ("detrend", {"axis": 1, "type": "constant"}),
        ("detrend", {"axis": -2, "bp": [3, 6]}),
        *[
            ("savgol_filter", {"window_length": w, "polyorder": p, "deriv": d, "delta": 0.5, "mode": mode, "cval": 0.7})
            for mode in ("mirror", "constant", "nearest", "wrap", "interp")
            for w, p, d in ((5, 3, 1), (4, 2, 0), (9, 2, 2))
        ],
    ],
    ids=str,
)
def test_trends_and_windows(name: str, options: Any) -> None:
    options = {"axis": 1, **options}
    function: Any = partial(getattr(signal, name), **options)
    expected = partial(getattr(scipys, name), **options)
    assert_allclose(function(Variable(_SMOOTHED)).data, expected(_SMOOTHED), rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(function(_SMOOTHED), expected(_SMOOTHED))
    check_grads(function, (_SMOOTHED,))
    batch = np.stack([_SMOOTHED, 2 * _SMOOTHED + 1])
    assert_allclose(vmap(function)(batch), np.stack([*map(expected, batch)]), rtol=1e-9, atol=1e-11)
    if name == "detrend":
        assert vmap(function)(batch[:0]).shape == (0, *_SMOOTHED.shape)
    single = Variable(_SMOOTHED.astype(np.float32))
    assert function(single).dtype == np.float32


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: signal.detrend(x, type="s"), "(?i)trend type must be"),  # type: ignore[call-overload]
        (lambda x: signal.detrend(x, bp=7), "(?i)breakpoints"),
        (lambda x: signal.detrend(x, bp=1.5), "detrend: bp is 1.5; it must be an index"),  # type: ignore[call-overload]
        (lambda x: signal.detrend(x, bp=[0, -1]), "detrend: bp is"),
        (lambda x: signal.savgol_filter(x, 3, -1), "polyorder is -1; it must be an integer of at least 0"),
        (lambda x: signal.savgol_filter(x, 3.0, 1), "window_length is 3.0"),  # type: ignore[call-overload]
        (lambda x: signal.lfilter_zi([1.0, 2.0], x[0, 0] * [0.0, 1.0]), r"lfilter_zi: a\[0\], by which"),
        (lambda x: signal.savgol_filter(x, 3, 1, mode="odd"), "mode is 'odd'"),  # type: ignore[call-overload]
        (lambda x: signal.savgol_filter(1j * x, 3, 1), "x has the dtype complex128; x must be real"),
        (lambda x: signal.savgol_filter(x, 5, 1), "window_length is 5, and the axis has 2 elements"),
        (lambda x: signal.savgol_filter(x, 3, 3, axis=1), "polyorder must be less than window_length"),
    ],
)
def test_a_mistake_of_trends_and_windows(f: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        f(Variable(_SMOOTHED))
