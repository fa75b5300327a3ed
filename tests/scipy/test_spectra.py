"""Functions of `pydezero.scipy.signal` of frequencies and sampling rates: values are SciPy's; derivatives, batches."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from itertools import product
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal as scipys

import pydezero.scipy
from pydezero import Variable, grad, jit, trace, vmap
from pydezero.core.variable import undifferentiated
from pydezero.testing import check_grads
from pydezero.tree import flatten
from tests.rows import over_rows
from tests.scipy.table_spectra import CALLS, SMOOTH, SOS, WINDOW, A, B, Call, X, Y, numbers
from tests.versions import needs

signal: Any = pydezero.scipy.signal  # options in dicts, and wrong ones, have no types


@over_rows(CALLS)
@pytest.mark.filterwarnings(
    "ignore:nperseg", "ignore:Input data is complex", "ignore:NOLA", "ignore:divide", "ignore:invalid"
)
def test_values_are_scipys(row: Call) -> None:
    name, args, options = row
    expected = flatten(getattr(scipys, name)(*args, **options))
    function = getattr(signal, name)
    for at in range(1 if name in ("resample", "resample_poly", "decimate") else min(2, len(args))):
        if name == "group_delay":
            found = function((Variable(args[0][0]), args[0][1]), **options)
        else:
            found = function(*args[:at], Variable(np.array(args[at])), *args[at + 1 :], **options)
        for y, right in zip(flatten(found), expected, strict=True):
            assert_allclose(undifferentiated(y), right, rtol=1e-9, atol=1e-11)
        last = (found if isinstance(found, Variable) else found[-1]).dtype.kind
        assert (last == "c") == (flatten(expected)[-1].dtype.kind == "c")
    for y, right in zip(flatten(function(*args, **options)), expected, strict=True):
        assert_array_equal(y, right)


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives(name: str) -> None:
    make, args = SMOOTH[name]
    f = make(signal)
    check_grads(f, args, order=2)
    batch = [np.stack([y, y * 1.1, 0.9 * y]) for y in args]
    examples = list(zip(*batch, strict=True))
    assert_allclose(vmap(f)(*batch), [f(*one) for one in examples], rtol=1e-9, atol=1e-12)

    def loss(*args: Any) -> Any:
        return np.sum(np.abs(f(*args)) ** 2)

    gradient = grad(loss, argnums=tuple(range(len(args))))
    right = gradient(*args)
    for found, expected in zip(trace(gradient)(*examples[1])(*args), right, strict=True):
        assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    for i, found in enumerate(vmap(gradient)(*batch)):
        assert_allclose(found, np.stack([gradient(*one)[i] for one in examples]), rtol=1e-9, atol=1e-12)


def test_compiled() -> None:
    pytest.importorskip("numba")

    def loss(x: Any) -> Any:
        densities = signal.welch(x, nperseg=4)[1]
        again = signal.istft(signal.stft(x, nperseg=4)[2], nperseg=4)[1]
        return np.sum(densities**2) + np.sum(again**3) + np.sum(signal.resample_poly(x, 3, 2) ** 2)

    assert_allclose(jit(grad(loss))(X[0]), grad(loss)(X[0]), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", SMOOTH)
def test_single_precision_is_kept(name: str) -> None:
    make, args = SMOOTH[name]
    single = [y.astype(np.complex64 if y.dtype.kind == "c" else np.float32) for y in args]
    found = make(signal)(*map(Variable, single))
    assert found.dtype in (np.float32, np.complex64)
    assert_allclose(found.data, make(signal)(*args), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    "name", [name for name in signal.__all__ if callable(getattr(scipys, name, None)) and name != "sosfreqz"]
)
def test_parameters_are_scipys(name: str) -> None:
    theirs = inspect.signature(getattr(scipys, name)).parameters
    assert set(inspect.signature(getattr(signal, name)).parameters) <= set(theirs)


@needs("scipy>=1.16", "it has envelope")
def test_envelopes() -> None:
    bands = [(low, high) for low, high in product((None, -4, -1, 0, 1, 3), (None, -1, 0, 1, 4))]
    for x, (low, high), length in product((X[:, :9], X[:, :8], X + 1j * Y), bands, (None, 5, 12)):
        options: Any = {"bp_in": (low, high), "n_out": length, "squared": low == 1}
        for residual in ("lowpass", "all", None):
            try:
                expected = scipys.envelope(x, **options, residual=residual)
            except ValueError:
                with pytest.raises(ValueError, match=r"the band must be within|Invalid number of FFT data points"):
                    signal.envelope(Variable(x), **options, residual=residual)
            else:
                assert_allclose(signal.envelope(Variable(x), **options, residual=residual).data, expected, atol=1e-12)
    check_grads(lambda x: signal.envelope(x, (1, 4), n_out=7, axis=0), (X.T,), order=2)
    check_grads(lambda x: signal.envelope(x, (-2, None), squared=True), (X[0] + 1j * Y[0],), order=2)
    assert_allclose(vmap(lambda x: signal.envelope(x, n_out=8))(X), np.moveaxis(signal.envelope(X, n_out=8), 0, 1))


def test_an_older_scipy_has_no_envelope(monkeypatch: pytest.MonkeyPatch) -> None:
    of_variable = signal.envelope(Variable(X)).data
    monkeypatch.delattr(scipys, "envelope", raising=False)
    assert_allclose(signal.envelope(X), of_variable)


def test_a_response_of_zero_has_no_delay() -> None:
    difference = np.array([1.0, -1.0])
    with pytest.warns(UserWarning, match=r"group_delay: the response is 0 at \[0.0\] radians"):
        found = grad(lambda b: np.sum(signal.group_delay((b, [1.0]), 4)[1][1:] ** 2))(difference)
    assert np.all(np.isfinite(found))
    with pytest.warns(UserWarning, match="its derivative nan"):
        found = grad(lambda b: np.sum(signal.group_delay((b, [1.0]), 4)[1]))(difference)
    assert np.all(np.isnan(found))
    assert_allclose(signal.group_delay((difference, [1.0]), [1.0])[1], 0.5)


def test_a_spectrum_of_zero_has_a_derivative() -> None:
    assert_array_equal(grad(lambda x: np.sum(signal.welch(x, nperseg=4)[1]))(np.zeros(8)), np.zeros(8))


def test_the_inverse_of_a_transform_is_the_signal() -> None:
    f: Callable[[Any], Any] = lambda x: signal.istft(signal.stft(x, nperseg=5, noverlap=3)[2], nperseg=5, noverlap=3)[1]
    x = numbers(9)
    assert_allclose(f(Variable(x)).data[:9], x)
    assert_allclose(grad(lambda x: np.sum(f(x)[:9] ** 2))(x), 2 * x)


def test_signals_of_one_element_are_extended() -> None:
    for mode in ("reflect", "antireflect", "line", "smooth"):  # by which SciPy divides by zero, or reads what is behind
        assert_allclose(signal.upfirdn([1.0, 2.0, 3.0], Variable(np.array([5.0])), mode=mode).data, [30.0] * 3)


def test_empty_signals() -> None:
    for name in ("periodogram", "welch", "stft"):
        for shape in ((0,), (2, 0)):
            found = getattr(signal, name)(Variable(np.zeros(shape)))
            assert [y.shape for y in found] == [y.shape for y in getattr(scipys, name)(np.zeros(shape))]


WRONG: Final[dict[str, tuple[Callable[[Any], Any], str]]] = {
    "fs": (lambda x: signal.freqz(x, fs=None), "freqz: fs must be a number, got None"),
    "worN": (lambda x: signal.freqz(x, worN=-1), "freqz: the number of frequencies must not be negative, got -1"),
    "b": (lambda x: signal.freqz(x[:0]), r"freqz: b must have elements, got the shape \(0,\)"),
    "sos": (lambda x: signal.freqz_sos(x), r"freqz_sos: sos must have the shape \(sections, 6\)"),
    "system": (lambda x: signal.group_delay((x, np.ones((1, 2)))), r"group_delay: .*shapes \[\(11,\), \(1, 2\)\]"),
    "average": (lambda x: signal.welch(x, average="mode"), "welch: average must be 'mean' or 'median', got 'mode'"),
    "scaling": (lambda x: signal.welch(x, scaling="psd"), "welch: scaling must be 'density' or 'spectrum', got 'psd'"),
    "nperseg": (lambda x: signal.welch(x, nperseg=0), "welch: nperseg must be positive, got 0"),
    "noverlap": (lambda x: signal.stft(x, nperseg=4, noverlap=4), "stft: noverlap must be less .*, 4; got 4"),
    "nfft": (lambda x: signal.csd(x, x, nperseg=4, nfft=3), "csd: nfft must not be less .*, 4; got 3"),
    "window": (lambda x: signal.welch(x, window=1j * WINDOW), r"window must be .*\(4,\) and the dtype complex128"),
    "long window": (lambda x: signal.spectrogram(x[:3], window=WINDOW), "window has 4 elements; .* the signal, 3"),
    "its length": (lambda x: signal.welch(x, window=WINDOW, nperseg=5), "window has 4 elements; .*nperseg, 5"),
    "broadcast": (lambda x: signal.csd(X * x, np.ones((3, 11))), "csd: x and y must broadcast along all axes but -1"),
    "mode": (lambda x: signal.spectrogram(x, mode="power"), "spectrogram: mode must be one of psd, .*'power'"),
    "boundary": (lambda x: signal.stft(x, boundary="wrap"), "stft: boundary must be .*'wrap'"),
    "stft": (lambda x: signal.stft(x, scaling="density"), "stft: scaling must be 'spectrum' or 'psd', got 'density'"),
    "Zxx": (lambda x: signal.istft(x), r"istft: Zxx must have two axes or more, got the shape \(11,\)"),
    "axes": (lambda x: signal.istft(x * X, time_axis=-2), r"istft: time_axis and freq_axis must differ, both are -2"),
    "istft": (lambda x: signal.istft(x * X, nperseg=4, noverlap=4), "istft: nperseg, 4, must .*more than noverlap, 4"),
    "h": (lambda x: signal.upfirdn(X, x), r"upfirdn: h must be a vector with elements, got the shape \(2, 11\)"),
    "up": (lambda x: signal.upfirdn(B, x, 0), "upfirdn: .*up and down must be positive, got 0 and 1"),
    "upfirdn": (lambda x: signal.upfirdn(B, x, mode="odd"), "upfirdn: mode must be one of constant, .*got 'odd'"),
    "domain": (lambda x: signal.resample(x, 4, domain="space"), "resample: domain must be .*'space'"),
    "num": (lambda x: signal.resample(x, 0), "resample: .*num must be positive, got 0"),
    "factors": (lambda x: signal.resample(x, 4, window=WINDOW), r"a factor for each of 11 frequencies, .*\(4,\)"),
    "down": (
        lambda x: signal.resample_poly(x, 2, 1.5),
        "resample_poly: up and down must be positive integers, got 2 and 1",
    ),
    "padtype": (
        lambda x: signal.resample_poly(x, 2, 1, padtype="odd"),
        "resample_poly: padtype must be one of .*'odd'",
    ),
    "cval": (
        lambda x: signal.resample_poly(x, 2, 1, padtype="edge", cval=1.0),
        r"resample_poly: cval is for padtype='constant', which is 'edge'",
    ),
    "filter": (lambda x: signal.resample_poly(x, 2, 1, window=X), r"resample_poly: window must be .*\(2, 11\)"),
    "ftype": (
        lambda x: signal.decimate(x, 2, ftype="fer"),
        "decimate: ftype must be 'iir', 'fir' or a dlti, got 'fer'",
    ),
    "hilbert": (lambda x: signal.hilbert(1j * x), "hilbert: x must be real, got complex128"),
    "N": (lambda x: signal.hilbert(x, 0), "hilbert: .* positive, got 0"),
    "band": (lambda x: signal.envelope(x, (3, 2)), r"envelope: .*length 11 the band .* -6 and 6, got \(3, 2\)"),
}


@pytest.mark.parametrize(("use", "message"), WRONG.values(), ids=list(WRONG))
def test_what_does_not_fit_is_named(use: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ValueError, match=rf"scipy\.signal\..*{message}"):
        use(Variable(X[0]))


def test_the_parameters_of_a_window_have_no_derivative() -> None:
    calls: list[Callable[[Any], Any]] = [
        lambda v: signal.welch(X, window=("kaiser", v), nperseg=4)[1],
        lambda v: signal.istft(X * 1j, window=("kaiser", v))[1],
        lambda v: signal.resample(X, 4, window=("kaiser", v)),
        lambda v: signal.resample_poly(X, 2, 1, window=("kaiser", v)),
    ]
    for f in calls:
        with pytest.raises(TypeError, match="the parameters of the window 'kaiser' have no derivative"):
            f(Variable(np.array(3.0)))


def test_frequencies_that_depend_on_the_filter() -> None:
    with pytest.raises(TypeError, match=r"freqs: .*give the frequencies themselves for worN"):
        vmap(lambda b: signal.freqs(b, A)[1])(np.stack([B, 2 * B]))
    assert_allclose(signal.freqs(Variable(B), A, 5)[0], scipys.freqs(B, A, 5)[0])
    assert signal.freqz_sos(Variable(SOS), 4)[1].shape == (4,)


def test_plots_are_called() -> None:
    seen: list[Any] = []
    signal.freqz(Variable(B), A, 4, plot=lambda w, h: seen.append((w, h)))
    signal.freqs(Variable(B), A, [1.0], plot=lambda w, h: seen.append((w, h)))
    assert [(type(w), type(h)) for w, h in seen] == [(np.ndarray, Variable)] * 2
