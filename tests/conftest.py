"""Rows of the tables that need a newer version of a library are skipped where an older one is installed."""

from __future__ import annotations

import pytest

from tests.functions.case import Call, Case
from tests.versions import is_there


def pytest_runtest_setup(item: pytest.Item) -> None:
    call = getattr(item, "callspec", None)  # of parametrized tests alone
    for value in call.params.values() if call else ():
        case = value.case if isinstance(value, Call) else value
        if isinstance(case, Case) and case.needs and not is_there(case.needs):
            pytest.skip(f"the row needs {case.needs}")
