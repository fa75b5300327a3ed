"""Filters that are designed, and windows with a parameter: values are SciPy's, derivatives of both orders, batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
import pytest
import scipy.signal
from numpy.testing import assert_allclose

import pydezero.scipy
from pydezero import Variable, grad, jit, trace, vmap
from pydezero.core.variable import undifferentiated
from pydezero.testing import check_grads
from pydezero.tree import flatten
from tests.rows import over_rows

# Any: calls for any order, band and form, and ones that are refused.
signal: Final[Any] = pydezero.scipy.signal
scipys: Final[Any] = scipy.signal

# From SciPy's module or ours, a function of arrays; the arrays.
Made: TypeAlias = Callable[[Any], Callable[..., Any]]

WN: Final = np.array(0.3)
BAND: Final = np.array([0.2, 0.5])
THREE: Final = np.array([0.2, 0.5, 0.8])
B: Final = np.array([0.3, 0.5, -0.2])
A: Final = np.array([1.2, 0.4, 0.9, 0.7])
ZEROS: Final = np.array([0.3 + 0.5j, 0.3 - 0.5j, -0.8])
POLES: Final = np.array([0.5, 0.1 + 0.2j, -0.4, 0.1 - 0.2j])


def _butter(order: int, kind: str, output: str, analog: bool) -> Made:
    return lambda m: lambda wn: m.butter(order, wn, kind, analog, output)


def _designs() -> dict[str, tuple[Made, tuple[Any, ...]]]:
    found: dict[str, tuple[Made, tuple[Any, ...]]] = {}
    for kind in ("lowpass", "highpass", "bandpass", "bandstop"):
        wn = BAND if "band" in kind else WN
        for order, output, analog in ((1, "ba", False), (3, "sos", False), (4, "zpk", False), (2, "ba", True)):
            found[f"butter {kind} {order} {output} {analog}"] = _butter(order, kind, output, analog), (wn,)
    return found


def _conjugate(z: Any, p: Any) -> tuple[Any, Any]:
    """Zeros and poles in conjugate pairs, of numbers that change independently."""
    zeros = np.concatenate([z[:1], np.conjugate(z[:1]), np.real(z[2:])])
    return zeros, np.concatenate([np.real(p[:1]), p[1:2], np.real(p[2:3]), np.conjugate(p[1:2])])


SMOOTH: Final[dict[str, tuple[Made, tuple[Any, ...]]]] = {
    **_designs(),
    "butter fs": (lambda m: lambda wn: m.butter(2, wn, "bp", output="ba", fs=3.0), (BAND,)),
    "zpk2sos": (lambda m: lambda z, p, k: m.zpk2sos(*_conjugate(z, p), k), (ZEROS, POLES, np.array(0.7))),
    "zpk2sos keep_odd": (lambda m: lambda z, p: m.zpk2sos(*_conjugate(z, p), 2.0, "keep_odd"), (ZEROS, POLES)),
    "bilinear": (lambda m: lambda b, a: m.bilinear(b, a, 3.5), (B, A)),
    "bilinear of a longer b": (lambda m: lambda b, a: m.bilinear(b, a), (A, B)),
    "firwin": (lambda m: lambda cutoff: m.firwin(6, cutoff), (WN,)),
    "firwin highpass": (lambda m: lambda cutoff: m.firwin(7, cutoff, pass_zero=False, width=0.2), (WN,)),
    "firwin bandstop": (lambda m: lambda cutoff: m.firwin(7, cutoff, window=("kaiser", 3.0)), (BAND,)),
    "firwin bandpass": (lambda m: lambda cutoff: m.firwin(6, cutoff, pass_zero="bandpass"), (BAND,)),
    "firwin of three": (
        lambda m: lambda cutoff: m.firwin(7, cutoff, scale=False, fs=3.0),
        (np.array([0.2, 0.5, 0.8]),),
    ),
    "windows.gaussian": (lambda m: lambda std: m.windows.gaussian(5, std), (np.array(1.3),)),
    "windows.gaussian periodic": (lambda m: lambda std: m.windows.gaussian(4, std, False), (np.array(1.3),)),
    "windows.gaussian of one": (lambda m: lambda std: m.windows.gaussian(1, std), (np.array(1.3),)),
    "windows.general_gaussian": (
        lambda m: lambda p, sig: m.windows.general_gaussian(5, p, sig),
        (np.array(1.5), np.array(2.0)),
    ),
    "windows.kaiser": (lambda m: lambda beta: m.windows.kaiser(5, beta, sym=False), (np.array(3.0),)),
}


@over_rows(SMOOTH)
def test_values_are_scipys(name: str) -> None:
    make, args = SMOOTH[name]
    found, expected = flatten(make(signal)(*map(Variable, args))), flatten(make(scipys)(*args))
    for y, right in zip(found, expected, strict=True):
        assert np.shape(y) == np.shape(right)
        assert y.dtype == np.asarray(right).dtype
        assert_allclose(undifferentiated(y), right, rtol=1e-10, atol=1e-13)


@over_rows(SMOOTH)
def test_derivatives(name: str) -> None:
    make, args = SMOOTH[name]
    f = make(signal)
    check_grads(f, args, order=2)

    def loss(*args: Any) -> Any:
        return sum(np.sum(np.abs(y) ** 2) for y in flatten(f(*args)))

    gradient = grad(loss, argnums=tuple(range(len(args))))
    examples = [tuple(scale * y for y in args) for scale in (1.0, 1.1, 0.9)]
    for i, found in enumerate(vmap(gradient)(*[np.stack(y) for y in zip(*examples, strict=True)])):
        assert_allclose(found, np.stack([gradient(*one)[i] for one in examples]), rtol=1e-9, atol=1e-12)
    for found, right in zip(trace(gradient)(*examples[1])(*args), gradient(*args), strict=True):
        assert_allclose(found, right, rtol=1e-9, atol=1e-12)


def test_many_filters_have_the_sections_of_scipys() -> None:
    for order in (1, 2, 5, 8, 11):
        for kind, wn in (("low", 0.02), ("high", 0.7), ("band", [0.1, 0.11]), ("stop", [0.3, 0.6])):
            expected = scipys.butter(order, wn, kind, output="sos")
            z, p, k = scipys.butter(order, wn, kind, output="zpk")
            assert_allclose(signal.butter(order, Variable(np.array(wn)), kind, output="sos").data, expected, atol=1e-9)
            for pairing in (None, "nearest", "keep_odd"):
                expected = scipys.zpk2sos(z, p, k, pairing)
                assert_allclose(signal.zpk2sos(z, p, Variable(np.array(k)), pairing).data, expected, atol=1e-9)
    assert_allclose(signal.zpk2sos([], [], Variable(np.array(2.0))).data, scipys.zpk2sos([], [], 2.0))


def test_compiled() -> None:
    pytest.importorskip("numba")

    def loss(wn: Any) -> Any:
        return np.sum(signal.sosfilt(signal.butter(3, wn, output="sos"), np.arange(5.0)) ** 2)

    assert_allclose(jit(grad(loss))(0.3), grad(loss)(0.3), rtol=1e-10)


def test_lists_and_single_precision() -> None:
    cutoff = Variable(np.array(0.2))
    expected = scipys.butter(2, [0.2, 0.5], "band")[0]
    assert_allclose(signal.butter(2, [cutoff, 0.5], "band")[0].data, expected, atol=1e-14)
    assert_allclose(signal.firwin(5, [cutoff, 0.5]).data, scipys.firwin(5, [0.2, 0.5]), atol=1e-14)
    single = np.float32(0.2)
    assert signal.butter(2, Variable(np.array(single)))[0].dtype == scipys.butter(2, single)[0].dtype
    by_beta = grad(lambda beta: signal.firwin(5, 0.3, window=("kaiser", beta))[0])
    assert_allclose(by_beta(2.0), grad(lambda beta: (h := _kaisered(beta))[0] / h.sum())(2.0))


def _kaisered(beta: Any) -> Any:
    return 0.3 * np.sinc(0.3 * np.arange(-2, 3)) * signal.windows.kaiser(5, beta)


def test_a_window_of_the_parameter_0_has_derivatives() -> None:
    def sum_of(beta: Any) -> Any:
        return signal.windows.kaiser(5, beta).sum()

    assert grad(sum_of)(0.0) == 0
    assert_allclose(grad(grad(sum_of))(0.0), -1.25)  # of 1 - beta^2 (n / a)^2 / 4, to this order


WRONG: Final[dict[str, tuple[Callable[[Any], Any], str]]] = {
    "Wn": (lambda x: signal.butter(2, [x, x, x]), r"butter: Wn has the shape \(3,\); for 'low' it must have 1 elem"),
    "Nyquist": (lambda x: signal.butter(2, 5 * x), "butter: the frequencies Wn must be between 0 and 1"),
    "fs": (lambda x: signal.butter(2, 5 * x, fs=1.5), "butter: the frequencies Wn must be between 0 and 0.75"),
    "analog": (lambda x: signal.butter(2, -x, analog=True), "butter: the frequencies Wn must be between 0 and inf"),
    "btype": (lambda x: signal.butter(2, x, "all"), "butter: btype is 'all'; it must be one of l, lp, low"),
    "output": (lambda x: signal.butter(2, x, output="b"), "butter: output is 'b'; it must be 'ba', 'sos' or 'zpk'"),
    "sections": (lambda x: signal.butter(2, x, analog=True, output="sos"), "butter: an analog filter of sections"),
    "pairing": (lambda x: signal.zpk2sos([x], [], 1.0, "minimal"), "zpk2sos: pairing is 'minimal'"),
    "b": (lambda x: signal.bilinear([[x]], [1.0]), r"bilinear: b must be a vector with elements, got .*\(1, 1\)"),
    "cutoff": (lambda x: signal.firwin(5, [[x]]), r"firwin: cutoff has the shape \(1, 1\)"),
    "order": (lambda x: signal.firwin(5, [x, 0.1]), "firwin: the frequencies cutoff must rise"),
    "beyond": (lambda x: signal.firwin(5, 5 * x), "firwin: the frequencies cutoff must be between 0 and 1"),
    "numtaps": (lambda x: signal.firwin(4, x, pass_zero=False), "firwin: .*numtaps is odd; it is 4"),
    "pass_zero": (lambda x: signal.firwin(5, x, pass_zero="no"), "firwin: pass_zero is 'no'"),
    "one": (
        lambda x: signal.firwin(5, x, pass_zero="bandpass"),
        "firwin: 'bandpass' takes two cutoffs at least",
    ),
    "M": (lambda x: signal.windows.gaussian(2.5, x), r"windows\.gaussian: M is 2\.5"),
    "std": (lambda x: signal.windows.gaussian(3, [x, x]), r"windows\.gaussian: std has the shape \(2,\)"),
}


@pytest.mark.parametrize(("use", "message"), WRONG.values(), ids=list(WRONG))
def test_what_does_not_fit_is_named(use: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ValueError, match=rf"scipy\.signal\.{message}"):
        use(Variable(np.array(0.2)))


def test_a_batch_is_refused_for_one_example() -> None:
    with pytest.raises(ValueError, match="the frequencies Wn must be between 0 and 1"):
        vmap(lambda wn: signal.butter(2, wn)[0])(np.array([0.2, 1.2]))
    with pytest.raises(TypeError, match="the window 'tukey' is not differentiated"):
        signal.firwin(5, 0.2, window=("tukey", Variable(np.array(0.5))))
