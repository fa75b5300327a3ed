"""Rows of the functions of `scipy.signal` of frequencies and sampling rates: calls, and with which options besides."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any, Final, TypeAlias

import numpy as np
import scipy.signal

# From SciPy's module or ours, a function of arrays; the arrays; a name of the row.
Made: TypeAlias = Callable[[Any], Callable[..., Any]]


def numbers(*shape: int) -> Any:
    """Numbers without order or sign."""
    return np.reshape(np.sin(np.arange(1.0, math.prod(shape) + 1) ** 2), shape)


B: Final = np.array([0.3, 0.5, 0.1])
A: Final = np.array([1.0, -0.4, 0.2])
W: Final = np.array([0.3, 1.1])
SOS: Final = np.array([[0.2, 0.3, 0.1, 1.0, -0.4, 0.3], [0.5, -0.2, 0.4, 1.0, 0.2, 0.1]])
ROOTS: Final = (np.array([-0.5, 0.4 + 0.3j]), np.array([0.2 - 0.5j, 0.2 + 0.5j]), np.array(0.7))
X: Final = numbers(2, 11)
Y: Final = numbers(4, 11)[2:] + 0.2 * X
WINDOW: Final = np.array([0.5, 1.0, 1.2, 0.7])


def sections(of_b: Any, of_a: Any) -> Any:
    return np.concatenate([of_b, np.ones((2, 1), of_b.dtype), of_a], axis=1)


# Each argument is differentiated, twice; for batches and graphs, too.
SMOOTH: Final[dict[str, tuple[Made, tuple[Any, ...]]]] = {
    "freqz": (lambda m: lambda b, a, w: m.freqz(b, a, w, fs=3.0)[1], (B, A, W)),
    "freqz of a number": (lambda m: lambda b, a: m.freqz(b, a, 3, whole=True)[1], (B, A[:2])),
    "freqz of one more": (lambda m: lambda b: m.freqz(b, 2, 3, include_nyquist=True)[1], (B,)),
    "freqz of complex b": (lambda m: lambda b, a: m.freqz(b, a, 3)[1], (B * (1 + 0.3j), A)),
    "freqz of several": (lambda m: lambda b, a: m.freqz(b, a, [0.3, 0.7, 2.0])[1], (numbers(3, 2, 1), A)),
    "freqz of several at once": (lambda m: lambda b: m.freqz(b, worN=3)[1], (numbers(3, 2, 1),)),
    "freqz frequencies": (lambda m: lambda w: m.freqz(B, A, w, fs=3.0)[0], (W,)),
    "freqz_sos": (lambda m: lambda b, a, w: m.sosfreqz(sections(b, a), w)[1], (SOS[:, :3], SOS[:, 4:], W)),
    "freqz_zpk": (lambda m: lambda z, p, k, w: m.freqz_zpk(z, p, k, w, fs=3.0)[1], (*ROOTS, W)),
    "freqs": (lambda m: lambda b, a, w: m.freqs(b, a, w)[1], (B, A, W)),
    "freqs_zpk": (lambda m: lambda z, p, k, w: m.freqs_zpk(z, p, k, w)[1], (*ROOTS, W)),
    "group_delay": (lambda m: lambda b, a, w: m.group_delay((b, a), w, fs=3.0)[1], (B, A, W)),
    "periodogram": (lambda m: lambda x: m.periodogram(x, 2.0, "hann", 16, axis=0)[1], (X.T,)),
    "welch": (lambda m: lambda x, window: m.welch(x, 2.0, window, nfft=5)[1], (X, WINDOW)),
    "welch of complex x": (lambda m: lambda x: m.welch(x, nperseg=4, return_onesided=False)[1], (X[0] + 1j * Y[0],)),
    "csd": (lambda m: lambda x, y, window: m.csd(x, y, window=window, detrend="linear")[1], (X, Y[:, :9], WINDOW)),
    "csd median": (lambda m: lambda x, y: m.csd(x, y, window="hamming", nperseg=5, average="median")[1], (X[0], Y[0])),
    "coherence": (lambda m: lambda x, y, window: m.coherence(x, y, window=window)[1], (X, Y, WINDOW)),
    "spectrogram": (lambda m: lambda x, window: m.spectrogram(x, 1.0, window, noverlap=2)[2], (X, WINDOW)),
    "spectrogram magnitude": (
        lambda m: (
            lambda x: m.spectrogram(x, 1.0, "hamming", 4, detrend=False, return_onesided=False, mode="magnitude")[2]
        ),
        (X[0] + 1j * Y[0],),
    ),
    "stft": (lambda m: lambda x, window: m.stft(x.T, 2.0, window, 4, scaling="psd", axis=0)[2], (X, WINDOW)),
    "stft odd": (lambda m: lambda x: m.stft(x, nperseg=4, boundary="odd", padded=False)[2], (X,)),
    "istft": (
        lambda m: lambda z, window: m.istft(z, 2.0, window, 4, 1, 6)[1],
        (numbers(2, 4, 3) + 1j * numbers(4, 2, 3).transpose(1, 0, 2), WINDOW),
    ),
    "istft twosided": (
        lambda m: (
            lambda z: m.istft(z, 1.0, "hamming", input_onesided=False, boundary=False, time_axis=0, freq_axis=1)[1]
        ),
        (numbers(3, 4) + 1j * numbers(4, 3).T,),
    ),
    "upfirdn": (lambda m: lambda h, x: m.upfirdn(h, x, 3, 2, axis=0), (numbers(7), X.T[:5])),
    "upfirdn of complex x": (lambda m: lambda h, x: m.upfirdn(h, x, 2, 6), (B, X + 1j * Y)),
    "upfirdn line": (lambda m: lambda h, x: m.upfirdn(h, x, 2, 4, mode="line"), (numbers(5), X[0])),
    "resample": (lambda m: lambda x, window: m.resample(x, 6, axis=1, window=window), (X, 1 + X[0] ** 2)),
    "resample of complex x": (lambda m: lambda x: m.resample(x, 15, axis=1), (X[:, :6] + 1j * Y[:, :6],)),
    "resample_poly": (lambda m: lambda x, window: m.resample_poly(x, 3, 2, 1, window, "mean"), (X, numbers(6))),
    "decimate": (lambda m: lambda x: m.decimate(x, 2, 3), (numbers(30),)),
    "decimate fir": (lambda m: lambda x: m.decimate(x, 3, 4, "fir", 0, zero_phase=False), (X.T,)),
    "hilbert": (lambda m: lambda x: m.hilbert(x, 12, axis=0), (X.T,)),
}

_DETRENDS: Final = ("constant", False, "linear", lambda cut: cut - 0.5)
_CUTS: Final[tuple[dict[str, Any], ...]] = (
    {"nperseg": 4},
    {"window": WINDOW, "nperseg": None, "noverlap": 3, "fs": 3.0},
    {"window": ("kaiser", 3.0), "nperseg": 5, "nfft": 8},
    {"nperseg": 4, "noverlap": -1, "return_onesided": False},
    {"nperseg": 1},
)
_FREQUENCIES: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"worN": None, "whole": True, "fs": 3.0},
    {"worN": 3},
    {"worN": [0.1, 0.7]},
    {"worN": 0},
)
_SIGNALS: Final = (X, X[0], X + 1j * Y, np.round(9 * X).astype(int))

# The name of a function, its arguments and options.
Call: TypeAlias = tuple[str, tuple[Any, ...], dict[str, Any]]


def _designs() -> list[Call]:
    by_number = [{**options, **more} for options in _FREQUENCIES for more in ({}, {"include_nyquist": True})]
    filters = product([(B, A), (B, 1), (B * 1j, A), (B, 1j * A), (1, A), (B, np.array([2.0]))], by_number)
    roots = product(("freqz_zpk", "freqs_zpk"), [ROOTS, ([], ROOTS[1], 2.0)], _FREQUENCIES)
    return [
        *[("freqz", args, options) for args, options in filters],
        *[("sosfreqz", (SOS,), options) for options in _FREQUENCIES],
        *[
            (name, args, options)
            for name, args, options in roots
            if name == "freqz_zpk" or (options.get("worN") and "fs" not in options)
        ],
        *[("freqs", (B, A), {"worN": count}) for count in (200, None, 5, [0.1, 0.7])],
        *[("group_delay", ((B, A),), {"w": w, "whole": w == 5, "fs": 3.0}) for w in (None, 5, [0.1, 0.7])],
    ]


def _spectra() -> list[Call]:
    by_cut = [(x, {**cut, "detrend": detrend}) for x, cut, detrend in product(_SIGNALS, _CUTS, _DETRENDS)]
    short = [
        ("stft", x, {**options, "boundary": boundary, "padded": padded, "scaling": "psd" if padded else "spectrum"})
        for x, options in by_cut
        for boundary, padded in product(("zeros", "even", "odd", "constant", None), (True, False))
    ]
    modes = [
        ("spectrogram", x, {**options, "mode": mode, "scaling": scaling})
        for x, options in by_cut
        for mode, scaling in product(("psd", "complex", "magnitude"), ("density", "spectrum"))
    ]
    means = [
        ("welch", x, {**options, "average": average, "scaling": scaling})
        for x, options in by_cut
        for average, scaling in (("mean", "density"), ("median", "spectrum"))
    ]
    long = [
        ("periodogram", x, {"nfft": nfft, "window": window, "detrend": "linear", "axis": -1})
        for x, nfft, window in product(_SIGNALS, (None, 8, 11, 15), (None, "hann"))
    ]
    one_axis: list[tuple[str, Any, dict[str, Any]]] = [*short, *modes, *means, *long]
    turned = [(name, np.transpose(x), {**options, "axis": 0}) for name, x, options in one_axis[::7]]
    return [(name, (x,), options) for name, x, options in [*one_axis, *turned]]


def _pairs() -> list[Call]:
    return [
        (name, (x, y), {**cut, "detrend": "linear"})
        for name, cut in product(("csd", "coherence"), _CUTS[:3])
        for x, y in ((X, Y), (X, Y[:, :8]), (X + 1j * Y, Y - 1j * X), (X, Y[0]))
    ]


def _inverses() -> list[Call]:
    z = numbers(2, 5, 4) + 1j * numbers(4, 5, 2).T
    return [
        ("istft", (z,), {"scaling": scaling, "boundary": boundary, **options})
        for scaling, boundary in product(("spectrum", "psd"), (True, False))
        for options in (
            {},
            {"nperseg": 9},
            {"nperseg": 6, "noverlap": 5, "fs": 3.0},
            {"window": np.append(WINDOW, WINDOW[::-1]), "time_axis": 0, "freq_axis": 1},
            {"input_onesided": False, "time_axis": 1, "freq_axis": 2},
        )
    ]


def _rates() -> list[Call]:
    windows = (None, "hamming", numbers(6) ** 2, lambda f: 1 / (1 + f**2))
    of_fourier = product((X[:, :6], X[:, :6] + 1j * Y[:, :6]), (3, 4, 6, 9, 10), windows)
    extensions = ("constant", "symmetric", "reflect", "edge", "wrap", "smooth", "line", "antisymmetric", "antireflect")
    of_taps = product((1, 4, 11), (2, 5), (1, 2, 3), (1, 2, 3), extensions)
    poly = product(
        ((2, 1), (1, 3), (6, 4), (2, 2)), ("hamming", [0.2, 0.5]), (*extensions, "mean", "median", "maximum")
    )
    system: Any = scipy.signal.dlti  # whose stubs are those of a class without instances
    filters = ("iir", "fir", system([0.2, 0.3], [1.0]), system([0.2], [1.0, -0.4]))
    turning = system([0.2, 0.3], [1.0, -0.4, 0.5])
    return [
        *[("resample", (x, num), {"axis": 1, "window": window}) for x, num, window in of_fourier],
        *[("resample", (X[0] + 1j, num), {"domain": "freq", "t": np.arange(11.0)}) for num in (6, 11, 14)],
        *[
            ("upfirdn", (numbers(taps), numbers(2, length), up, down), {"mode": mode, "cval": 0.5})
            for taps, length, up, down, mode in of_taps
        ],
        *[("resample_poly", (X, *rates), {"axis": 1, "window": w, "padtype": pad}) for rates, w, pad in poly],
        ("resample_poly", (X[0] + 1j, 2, 3), {"cval": 0.5}),
        *[
            ("decimate", (numbers(2, 60), 2), {"ftype": kind, "zero_phase": zero_phase})
            for kind, zero_phase in product((*filters, turning), (True, False))
        ],
        *[("hilbert", (X,), {"N": length}) for length in (None, 1, 6, 14)],
    ]


CALLS: Final[list[Call]] = [*_designs(), *_spectra(), *_pairs(), *_inverses(), *_rates()]
