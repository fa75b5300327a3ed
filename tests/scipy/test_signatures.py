"""Our functions take the arguments of SciPy's: each of them, in the same order, or they refuse it by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import Parameter, signature
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import Variable
from pydezero.exports import EXPORTS
from pydezero.scipy import fft, linalg, signal, sparse
from pydezero.scipy.signatures import UNUSED
from tests.rows import over_rows

_POSITIONAL: Final = Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD
_OF_ANY: Final = Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD

MATRIX: Final = np.array([[4.0, 1.0], [1.0, 3.0]])


def _pairs() -> Iterator[tuple[str, Callable[..., Any], Callable[..., Any]]]:
    """The functions of our packages, with those of SciPy that have parameters to compare."""
    for package, names in EXPORTS.items():
        if not package.startswith("pydezero.scipy.") or package == "pydezero.scipy.stats":  # whose take *args
            continue
        ours, theirs = import_module(package), import_module(package.removeprefix("pydezero."))
        for name, place in names.items():
            counterpart = getattr(theirs, name, None)
            if ":" in place and callable(counterpart) and not isinstance(counterpart, np.ufunc):
                yield f"{package.removeprefix('pydezero.')}.{name}", getattr(ours, name), counterpart


PAIRS: Final = {name: pair for name, *pair in _pairs()}
# What refuses by itself: nan_policy, as "with Variables there is no loss and no nan_policy".
_WITH_OPTIONS: Final = ("scipy.optimize.curve_fit",)


@over_rows(PAIRS, by=lambda name: name.split(".")[1])
def test_each_parameter_of_scipys_is_taken_or_refused(name: str) -> None:
    ours, theirs = (signature(function).parameters for function in PAIRS[name])
    if any(p.kind is Parameter.VAR_POSITIONAL for p in theirs.values()):
        return
    x: Any = Variable(MATRIX)
    needed = {p.name: x for p in ours.values() if p.default is Parameter.empty and p.kind not in _OF_ANY}
    for parameter in theirs.values():
        if parameter.name in ours or parameter.kind in _OF_ANY or name in _WITH_OPTIONS:
            continue
        if parameter.name in UNUSED:  # of a newer SciPy than the stubs are of
            PAIRS[name][0](**needed, **{parameter.name: True})
            continue
        with pytest.raises(TypeError, match=rf"{name} of Variables does not take the argument {parameter.name}: \w"):
            PAIRS[name][0](**needed, **{parameter.name: object()})


@over_rows(PAIRS, by=lambda name: name.split(".")[1])
def test_positional_parameters_are_in_scipys_order(name: str) -> None:
    ours, theirs = (signature(function).parameters.values() for function in PAIRS[name])
    positional = [p.name for p in ours if p.kind in _POSITIONAL]
    if any(p.kind is Parameter.VAR_POSITIONAL for p in (*ours, *theirs)):
        return
    # An older SciPy may take some by name alone, and have others that are gone.
    expected = [p.name for p in theirs if p.name in positional]
    assert expected == [name for name in positional if name in expected]


# Any: the types have fewer positional parameters than the calls.
_LU: Final[Any] = linalg.lu
_SOLVE: Final[Any] = linalg.solve
_CSR: Final[Any] = sparse.csr_array

# A call as SciPy takes it, with options and in its order; the same without them.
CALLS: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "cholesky": (lambda x: linalg.cholesky(x, True, True, False), lambda x: linalg.cholesky(x, lower=True)),
    "dct": (lambda x: fft.dct(x, 2, None, -1, None, True, 2), fft.dct),
    "dctn": (lambda x: fft.dctn(x, 2, None, None, None, True, workers=2), fft.dctn),
    "detrend": (lambda x: signal.detrend(x, overwrite_data=True), signal.detrend),
    "eigh": (lambda x: linalg.eigh(x, check_finite=False, driver="evr")[0], lambda x: linalg.eigh(x)[0]),
    "lu": (lambda x: _LU(x, False, True, False, True)[1], lambda x: linalg.lu(x, p_indices=True)[1]),
    "qr": (lambda x: linalg.qr(x, True, mode="r", check_finite=False)[0], lambda x: linalg.qr(x, mode="r")[0]),
    "csr_array": (
        lambda x: _CSR((x[0], ([0, 1], [1, 0])), (2, 2), None, True).data,
        lambda x: sparse.csr_array((x[0], ([0, 1], [1, 0])), (2, 2)).data,
    ),
    "solve": (
        lambda x: _SOLVE(x, MATRIX, False, False, False, True, "pos"),
        lambda x: linalg.solve(x, MATRIX, assume_a="pos"),
    ),
    "svd": (
        lambda x: linalg.svd(x, False, False, True, False, "gesvd"),
        lambda x: linalg.svd(x, full_matrices=False, compute_uv=False),
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_options_that_change_no_value_are_taken(name: str) -> None:
    with_options, without = CALLS[name]
    for x in (Variable(MATRIX), MATRIX.copy()):
        assert_array_equal(np.array(_data(with_options(x.copy()))), np.array(_data(without(x))))


def _data(x: Any) -> Any:
    return x.data if isinstance(x, Variable) else x


def test_what_no_function_has_is_refused_by_name() -> None:
    unchecked: Any = linalg.cholesky
    with pytest.raises(TypeError, match=r"scipy\.linalg\.cholesky: .*'check'"):
        unchecked(Variable(MATRIX), check=False)
    with pytest.raises(TypeError, match=r"scipy\.linalg\.cholesky: too many positional"):
        unchecked(Variable(MATRIX), True, True, True, True)
