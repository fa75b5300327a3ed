"""Derivatives of SciPy's special functions are exact to ten digits, over their whole domain and in both modes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import mpmath as mp
import numpy as np
import pytest

from pydezero import grad, hessian, jacobian
from pydezero.exports import EXPORTS
from pydezero.scipy import special
from tests.functions.exact import check_first, check_second
from tests.scipy.table_exact import EXACT, NO_ROW
from tests.scipy.table_special import ALIASES
from tests.versions import needs


def _name(row: str) -> str:
    found = re.match(r"\w+", row)
    assert found
    return found.group()


def test_every_function_has_a_row_or_a_reason() -> None:
    names = {_name(row) for row in EXACT}
    assert names | set(NO_ROW) == set(EXPORTS["pydezero.scipy.special"]) - ALIASES
    assert not names & set(NO_ROW)


_LARGE = needs("scipy>=1.17", "inv_boxcox of a large product of its arguments is not inf")
_NEWER: Final = {"inv_boxcox": [_LARGE], "inv_boxcox1p": [_LARGE]}


@pytest.mark.parametrize("row", [pytest.param(row, marks=_NEWER.get(row, ())) for row in EXACT])
def test_first_derivatives(row: str) -> None:
    with np.errstate(all="ignore"):
        check_first(getattr(special, _name(row)), EXACT[row])


@pytest.mark.parametrize("row", EXACT)
def test_second_derivatives(row: str) -> None:
    with np.errstate(all="ignore"):
        check_second(getattr(special, _name(row)), EXACT[row])


_FAR: Final = np.array([0.0, -40.0, -1.5, -300.0])


@pytest.mark.parametrize("x", [_FAR, _FAR[::-1], _FAR[[0, 1, 3]]], ids=str)
def test_logarithms_of_sums(x: Any) -> None:
    with mp.workprec(1000):
        terms = [mp.exp(mp.mpf(float(element))) for element in x]
        w = [term / sum(terms) for term in terms]
        n = range(len(w))
        of_softmax = np.array([[float(w[i] * ((i == j) - w[j])) for j in n] for i in n])
        of_log_softmax = np.array([[float((i == j) - w[j]) for j in n] for i in n])
        weights = np.array([float(v) for v in w])
    of_both: list[Callable[[Any], Any]] = [special.logsumexp, np.logaddexp.reduce]
    for f in of_both:
        np.testing.assert_allclose(grad(f)(x), weights, rtol=1e-13)
        np.testing.assert_allclose(hessian(f)(x), of_softmax, rtol=1e-12)
    softmax: Callable[[Any], Any] = special.softmax
    log_softmax: Callable[[Any], Any] = special.log_softmax
    np.testing.assert_allclose(jacobian(softmax)(x), of_softmax, rtol=1e-12)
    np.testing.assert_allclose(jacobian(log_softmax)(x), of_log_softmax, rtol=1e-12)


@pytest.mark.parametrize("x", [[1e50, 1e50, 0.0], [-1e17, -1e17, -2e17], [3e8, 3e8 + 1, 0.0]], ids=str)
def test_weights_of_large_logarithms_add_up_to_one(x: list[float]) -> None:
    at = np.array(x)
    share = np.exp(at - np.max(at)) / np.sum(np.exp(at - np.max(at)))
    functions: list[Callable[[Any], Any]] = [
        special.logsumexp,
        np.logaddexp.reduce,
        lambda x: special.logsumexp(x, b=np.full(3, 2.0)),
    ]
    for f in functions:
        np.testing.assert_allclose(grad(f)(at), share, rtol=1e-13)


@pytest.mark.parametrize(
    ("f", "x", "right"),
    [
        (special.exprel, -1e50, 1e-100),
        (special.kolmogorov, 1e-160, 0.0),
        (lambda a: special.owens_t(1e-30, a), 1e200, 0.0),
        (lambda x: special.kl_div(x, np.float32(1e20)), np.float32(6e-33), np.log(6e-53)),
        (lambda x: special.wofz(x).imag, 1e6, -1e-12 / np.sqrt(np.pi)),
        (lambda a: special.agm(a, 2e200), 1e200, 0.60520924),
    ],
)
def test_derivatives_end_far_out(f: Callable[[Any], Any], x: Any, right: float) -> None:
    with np.errstate(over="ignore", under="ignore"):
        np.testing.assert_allclose(grad(f)(x), right, rtol=1e-7)
