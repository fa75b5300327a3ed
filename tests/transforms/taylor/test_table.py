"""A sample of the rows of the tables in Taylor mode; `python -m tests.transforms.taylor.table` runs all of them."""

from __future__ import annotations

from typing import Final

import pytest

from tests.functions.case import Call
from tests.functions.cases import WHOLE_CALLS
from tests.transforms.taylor.table import failure

# A prime number, so that rows of all kinds are met.
_EVERY: Final = 47


@pytest.mark.parametrize("call", WHOLE_CALLS[::_EVERY], ids=str)
def test_agrees_with_nested_forward_mode(call: Call) -> None:
    found = failure(call, order=2)
    assert found is None, found


# What has a recurrence of its own, and rules whose operations are made once.
_BY_NAME: Final = (
    "linalg.solve wrt",
    "linalg.expm complex",
    "linalg.sqrtm",
    "linalg.solve_triangular vector wrt",
    "linalg.solve_sylvester",
    "linalg.pinv square",
    "special.exprel",
)


@pytest.mark.parametrize("call", [c for c in WHOLE_CALLS if str(c).startswith(_BY_NAME)], ids=str)
def test_recurrences(call: Call) -> None:
    found = failure(call, order=2)
    assert found is None, found
