"""Rows of the tables that need a newer version of a library are skipped where an older one is installed."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.functions.case import Call, Case
from tests.versions import is_there

# The same examples in each run, however long they take; `make fuzz` looks for new ones.
settings.register_profile(
    "pydezero", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("pydezero")


def pytest_runtest_setup(item: pytest.Item) -> None:
    call = getattr(item, "callspec", None)  # of parametrized tests alone
    for value in call.params.values() if call else ():
        case = value.case if isinstance(value, Call) else value
        if isinstance(case, Case) and case.needs and not is_there(case.needs):
            pytest.skip(f"the row needs {case.needs}")


@pytest.fixture
def new_objects_alone() -> Iterator[None]:
    """Keep the garbage collector from the objects that there are: of 100,000 tests they are millions."""
    gc.freeze()
    yield
    gc.unfreeze()
