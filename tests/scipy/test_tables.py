"""Every function of `pydezero.scipy` has a row, is SciPy's own on arrays, and takes Variables under its typed name."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any, Final

import numpy as np
import pytest
import scipy.fft
import scipy.linalg
import scipy.special

from pydezero import Variable
from pydezero.exports import EXPORTS
from pydezero.scipy import fft, linalg, protocol, special
from tests.functions.case import Array, Case, Results
from tests.functions.checks import plain
from tests.rows import over_rows
from tests.scipy import table_fft, table_linalg, table_special

ROWS: Final = [
    *[(case, special, scipy.special) for case in table_special.SPECIAL],
    *[(case, linalg, scipy.linalg) for case in table_linalg.LINALG],
    *[(case, fft, scipy.fft) for case in table_fft.FFT],
]


def test_every_function_has_a_row() -> None:
    assert set(EXPORTS["pydezero.scipy.special"]) - table_special.ALIASES == table_special.NAMES
    assert set(EXPORTS["pydezero.scipy.linalg"]) == table_linalg.NAMES
    assert set(EXPORTS["pydezero.scipy.fft"]) == table_fft.NAMES
    for name in table_special.ALIASES:
        function = getattr(special, name)
        assert function is getattr(special, function.__name__)


def test_every_ufunc_is_found() -> None:
    names = {ufunc.__name__ for ufunc in protocol.UFUNCS}
    assert len(names) > 120
    functions = {
        name
        for name in EXPORTS["pydezero.scipy.special"]
        if not isinstance(getattr(scipy.special, name, None), np.ufunc)
    }
    assert functions | names == set(EXPORTS["pydezero.scipy.special"]) - table_special.ALIASES


@pytest.mark.parametrize("module", [special, linalg, fft], ids=["special", "linalg", "fft"])
def test_every_function_is_documented_under_its_name(module: ModuleType) -> None:
    assert len(set(module.__all__)) == len(module.__all__)
    for name in set(module.__all__) - table_special.ALIASES:
        function = getattr(module, name)
        assert function.__name__ == name
        assert function.__doc__


@over_rows(ROWS)
def test_arrays_and_variables(row: tuple[Case, Any, Any]) -> None:
    case, ours, scipys = row
    values = case.draw()
    expected = plain(case.function(scipys, *values))
    _assert_same(case.function(ours, *case.draw()), expected, rtol=0)
    variables = [Variable(x) if i in case.differentiable else x for i, x in enumerate(case.draw())]
    found: Results = case.function(ours, *variables)
    assert all(isinstance(y, Variable) for y in (found if isinstance(found, tuple) else (found,)))
    if case.name != "cho_factor":
        _assert_same(found, expected, rtol=1e-13)


def _assert_same(found: Results, expected: list[Array], rtol: float) -> None:
    for y, e in zip(plain(found), expected, strict=True):
        assert (y.shape, y.dtype) == (e.shape, e.dtype)
        np.testing.assert_allclose(y, e, rtol=rtol, atol=rtol)


@over_rows(table_linalg.LINALG)
def test_half_precision_has_scipys_dtype(case: Case) -> None:
    values = [x.astype(np.float16) if x.dtype.kind == "f" else x for x in case.draw()]
    variables = [Variable(x) if i in case.differentiable else x for i, x in enumerate(values)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # SciPy 1.18 begins to leave half precision
        try:
            expected = plain(case.function(scipy.linalg, *values))
        except TypeError:
            return  # SciPy has no such function of half precision
        found = plain(case.function(linalg, *variables))
    assert [y.dtype for y in found] == [y.dtype for y in expected]
