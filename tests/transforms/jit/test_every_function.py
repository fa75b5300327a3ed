"""Rows of the tables through compiled graphs; `python -m tests.transforms.jit.every_function` takes all rows."""

from __future__ import annotations

import pytest

from tests.transforms.jit.every_function import CALLS, failures

pytest.importorskip("numba")

_ROWS = 20
_DOUBLE = CALLS[::35]
_SINGLE = CALLS[17::120]


@pytest.mark.parametrize("start", range(0, len(_DOUBLE), _ROWS))
@pytest.mark.filterwarnings("ignore")
def test_rows(start: int) -> None:
    assert not failures(_DOUBLE[start : start + _ROWS])


@pytest.mark.parametrize("start", range(0, len(_SINGLE), _ROWS))
@pytest.mark.filterwarnings("ignore")
def test_rows_in_single_precision(start: int) -> None:
    assert not failures(_SINGLE[start : start + _ROWS], single=True)
