"""The arguments of the functions of `pydezero.scipy.signal`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pydezero.scipy import signal
from tests.scipy.arguments.row import Row

X: Final = np.array([[1.0, -2.0, 0.5, 3.0], [0.3, 1.0, -1.0, 2.0]])
Y: Final = np.array([[0.5, 1.0, -1.0], [2.0, 0.1, 0.7]])
B: Final = np.array([0.5, -1.0, 0.2])
A: Final = np.array([1.5, -0.4, 0.3])
CUTOFFS: Final = np.array([0.2, 0.5])
ZI: Final = np.array([[0.1, -0.2], [0.4, 0.3]])

WINDOW: Final = np.array([0.5, 1.0, 0.7])
SPECTRA: Final = np.array([[1.0, 0.5, -1.0], [0.3, 2.0, 1.0], [0.2, -0.5, 0.4]]) + 0j
BESIDES_FS: Final = "window: the elements of it"


def _of_two(name: str) -> Row:
    function: Any = getattr(signal, name)
    return Row(
        f"signal.{name}",
        {"in1": (lambda x: function(x, Y, mode="same"), X), "in2": (lambda y: function(X, y, mode="full"), Y)},
    )


def _of_images(name: str) -> Row:
    function: Any = getattr(signal, name)
    return Row(
        f"signal.{name}",
        {"in1": (lambda x: function(x, Y, "same", "symm"), X), "in2": (lambda y: function(X, y, boundary="wrap"), Y)},
        {"fillvalue": (lambda c: function(X, Y, fillvalue=c), 0.3)},
        "all boundaries",
    )


def _sections(b: Any) -> Any:
    return np.stack([np.concatenate([b, [1.0, -0.3, 0.2]]), np.concatenate([0.5 * b, [1.0, 0.1], b[:1] - 0.3])])


def _of_sections(name: str) -> Row:
    function: Any = getattr(signal, name)
    return Row(
        f"signal.{name}",
        {"sos": (lambda b: function(_sections(b), 3)[1], B), "worN": (lambda w: function(_sections(B), w)[1], A)},
        {"fs": (lambda fs: function(_sections(B), 3, fs=fs), 2.0)},
    )


def _of_segments(name: str, note: str = BESIDES_FS) -> Row:
    """A function of a signal of which segments are windowed, and which may be compared with another signal."""
    function: Any = getattr(signal, name)
    others = (X[::-1],) if name in ("csd", "coherence") else ()
    calls = {
        "x": (lambda x: function(x, *others, nperseg=3)[-1], X),
        "y": (lambda y: function(X, y, nperseg=3)[-1], X[::-1]),
        "window": (lambda window: function(X, *others, window=window)[-1], WINDOW),
    }
    if name == "periodogram":
        calls["x"] = (lambda x: function(x, nfft=3)[1], X)
        calls["window"] = (lambda window: function(X[:, :3], window=window)[1], WINDOW)
    if not others:
        del calls["y"]
    if name == "stft":
        calls["window"] = (lambda window: function(X, window=window, nperseg=None)[2], WINDOW)
    return Row(f"signal.{name}", calls, {"fs": (lambda fs: function(X, *others, fs), 2.0)}, note=note)


ROWS: Final = (
    Row("signal.detrend", {"data": (lambda x: signal.detrend(x, bp=[2]), X)}),
    Row("signal.savgol_filter", {"x": (lambda x: signal.savgol_filter(x, 3, 1), X)}),
    *map(_of_two, ("convolve", "correlate", "fftconvolve", "oaconvolve")),
    *map(_of_images, ("convolve2d", "correlate2d")),
    Row(
        "signal.lfilter",
        {
            "b": (lambda b: signal.lfilter(b, A, X), B),
            "a": (lambda a: signal.lfilter(B, a, X, zi=ZI), A),
            "x": (lambda x: signal.lfilter(B, A, x, axis=0), X),
            "zi": (lambda zi: signal.lfilter(B, A, X, zi=zi), ZI),
        },
        note="the final state has a derivative, too",
    ),
    Row(
        "signal.lfilter_zi",
        {"b": (lambda b: signal.lfilter_zi(b, A), B), "a": (lambda a: signal.lfilter_zi(B, a), A)},
    ),
    Row(
        "signal.filtfilt",
        {
            "b": (lambda b: signal.filtfilt(b, A, X, padlen=2), B),
            "a": (lambda a: signal.filtfilt(B, a, X, padlen=2, padtype="even"), A),
            "x": (lambda x: signal.filtfilt(B, A, x, padlen=2, padtype="constant"), X),
        },
        note='`method="pad"`, all `padtype`',
    ),
    Row(
        "signal.sosfilt",
        {
            "sos": (lambda b: signal.sosfilt(_sections(b), X), B),
            "x": (lambda x: signal.sosfilt(_sections(B), x, axis=0), X),
            "zi": (lambda zi: signal.sosfilt(_sections(B), X, zi=zi), np.stack([ZI, 2 * ZI])),
        },
        note="of a row of sos all but the fourth, which is 1; the final state has a derivative, too",
    ),
    Row("signal.sosfilt_zi", {"sos": (lambda b: signal.sosfilt_zi(_sections(b)), B)}),
    Row(
        "signal.sosfiltfilt",
        {
            "sos": (lambda b: signal.sosfiltfilt(_sections(b), X, padlen=2), B),
            "x": (lambda x: signal.sosfiltfilt(_sections(B), x, padlen=2), X),
        },
        note="under vmap and in a graph of sos with `padlen`",
    ),
    Row(
        "signal.freqz",
        {
            "b": (lambda b: signal.freqz(b, A, 3)[1], B),
            "a": (lambda a: signal.freqz(B, a, 3)[1], A),
            "worN": (lambda w: signal.freqz(B, A, w)[1], A),
        },
        {"fs": (lambda fs: signal.freqz(B, A, fs=fs), 2.0)},
    ),
    *map(_of_sections, ("freqz_sos", "sosfreqz")),
    Row(
        "signal.freqz_zpk",
        {
            "z": (lambda z: signal.freqz_zpk(z, A, 2.0, 3)[1], B),
            "p": (lambda p: signal.freqz_zpk(B, p, 2.0, 3)[1], A),
            "k": (lambda k: signal.freqz_zpk(B, A, k, 3)[1], 2.0),
            "worN": (lambda w: signal.freqz_zpk(B, A, 2.0, w)[1], A),
        },
        {"fs": (lambda fs: signal.freqz_zpk(B, A, 2.0, 3, fs=fs), 2.0)},
    ),
    Row(
        "signal.freqs",
        {
            "b": (lambda b: signal.freqs(b, A, [0.3, 2.0])[1], B),
            "a": (lambda a: signal.freqs(B, a, [0.3, 2.0])[1], A),
            "worN": (lambda w: signal.freqs(B, A, w)[1], B),
        },
        note="which frequencies a number of them is counts as constant; under vmap and in a graph they are given",
    ),
    Row(
        "signal.freqs_zpk",
        {
            "z": (lambda z: signal.freqs_zpk(z, A, 2.0, [0.3, 2.0])[1], B),
            "p": (lambda p: signal.freqs_zpk(B, p, 2.0, [0.3, 2.0])[1], A),
            "k": (lambda k: signal.freqs_zpk(B, A, k, [0.3, 2.0])[1], 2.0),
            "worN": (lambda w: signal.freqs_zpk(B, A, 2.0, w)[1], B),
        },
        note="as freqs",
    ),
    Row(
        "signal.group_delay",
        {
            "system": (lambda b: signal.group_delay((b, A), [0.3, 2.0])[1], B),
            "w": (lambda w: signal.group_delay((B, A), w)[1], A),
        },
        {"fs": (lambda fs: signal.group_delay((B, A), 3, fs=fs), 2.0)},
        note="nan where the response is 0, which has no delay",
    ),
    *map(_of_segments, ("periodogram", "welch", "csd", "coherence")),
    _of_segments("spectrogram", note="all modes; the angle of 0 has the derivative nan"),
    _of_segments("stft", note="all extensions"),
    Row(
        "signal.istft",
        {
            "Zxx": (lambda z: signal.istft(z, nperseg=4)[1], SPECTRA),
            "window": (lambda window: signal.istft(SPECTRA, window=window, nperseg=3, nfft=4)[1], WINDOW),
        },
        {"fs": (lambda fs: signal.istft(SPECTRA, fs), 2.0)},
    ),
    Row(
        "signal.upfirdn",
        {
            "h": (lambda h: signal.upfirdn(h, X, 3, 2), B),
            "x": (lambda x: signal.upfirdn(B, x, 3, 2, mode="line"), X),
            "cval": (lambda c: signal.upfirdn(B, X, 3, 2, mode="constant", cval=c), 0.3),
        },
        note="all modes",
    ),
    Row(
        "signal.resample",
        {
            "x": (lambda x: signal.resample(x, 3, axis=1), X),
            "window": (lambda window: signal.resample(X, 3, axis=1, window=window), np.array([1.0, 0.7, 0.3, 0.9])),
        },
        {"t": (lambda t: signal.resample(X[0], 3, t), np.arange(4.0))},
    ),
    Row(
        "signal.resample_poly",
        {
            "x": (lambda x: signal.resample_poly(x, 3, 2, axis=1), X),
            "window": (lambda window: signal.resample_poly(X, 3, 2, 1, window=window), B),
            "cval": (lambda c: signal.resample_poly(X, 3, 2, 1, cval=c), 0.3),
        },
        note="all `padtype`; window: the coefficients of a filter",
    ),
    Row("signal.decimate", {"x": (lambda x: signal.decimate(x, 2, 2, axis=0), np.resize(X, (20, 2)))}),
    Row("signal.hilbert", {"x": (signal.hilbert, X)}),
    Row("signal.envelope", {"z": (signal.envelope, X)}, note="without `squared` the derivative is 0 where it is 0"),
    Row(
        "signal.butter",
        {"Wn": (lambda wn: signal.butter(2, wn, "bandpass"), CUTOFFS)},
        {"N": (lambda n: signal.butter(n, CUTOFFS[0]), 2.0), "fs": (lambda fs: signal.butter(2, 0.3, fs=fs), 2.0)},
        note="all bands and forms; which zeros and poles a section has counts as constant",
    ),
    Row(
        "signal.zpk2sos",
        {
            "z": (lambda z: signal.zpk2sos(z, A, 2.0), B),
            "p": (lambda p: signal.zpk2sos(B, p, 2.0), A),
            "k": (lambda k: signal.zpk2sos(B, A, k), 2.0),
        },
        note="of digital filters; which zeros and poles a section has counts as constant",
    ),
    Row(
        "signal.bilinear",
        {"b": (lambda b: signal.bilinear(b, A), B), "a": (lambda a: signal.bilinear(B, a), A)},
        {"fs": (lambda fs: signal.bilinear(B, A, fs), 2.0)},
    ),
    Row(
        "signal.firwin",
        {
            "cutoff": (lambda cutoff: signal.firwin(5, cutoff), CUTOFFS),
            "window": (lambda beta: signal.firwin(5, 0.3, window=("kaiser", beta)), 2.0),
        },
        {
            "width": (lambda width: signal.firwin(5, CUTOFFS, width=width), 0.2),
            "fs": (lambda fs: signal.firwin(5, CUTOFFS, fs=fs), 2.0),
        },
        note="window: the parameters of those in `windows`",
    ),
)
