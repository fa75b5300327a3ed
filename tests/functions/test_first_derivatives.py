"""The first derivative agrees with differences: of each argument alone and of all at once, real and complex."""

from __future__ import annotations

from tests.functions.case import Call
from tests.functions.cases import CALLS
from tests.functions.checks import assert_first_derivatives
from tests.rows import over_rows


@over_rows(CALLS)
def test_agrees_with_differences(call: Call) -> None:
    assert_first_derivatives(call, call.case.draw())
