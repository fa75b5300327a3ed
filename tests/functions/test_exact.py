"""Derivatives of NumPy's elementwise functions are exact to ten digits, over their whole domain and in both modes."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

import numpy as np
import pytest

from pydezero import functions
from pydezero.functions import elementwise
from tests.functions.exact import check_first, check_second
from tests.functions.names import ALIASES
from tests.functions.table_exact import EXACT, NO_ROW

_NAMES: Final = {
    name
    for module in iter_modules(elementwise.__path__)
    for name in getattr(import_module(f"{elementwise.__name__}.{module.name}"), "__all__", ())
}


def test_every_elementwise_function_has_a_row_or_a_reason() -> None:
    assert set(EXACT) | set(NO_ROW) == _NAMES - ALIASES
    assert not set(EXACT) & set(NO_ROW)
    assert all(NO_ROW.values())


@pytest.mark.parametrize("name", EXACT)
def test_first_derivatives(name: str) -> None:
    with np.errstate(all="ignore"):
        check_first(getattr(functions, name), EXACT[name])


@pytest.mark.parametrize("name", EXACT)
def test_second_derivatives(name: str) -> None:
    with np.errstate(all="ignore"):
        check_second(getattr(functions, name), EXACT[name])
