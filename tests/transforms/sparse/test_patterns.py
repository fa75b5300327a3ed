"""A sample of the rows of all functions: `python -m tests.transforms.sparse.patterns` goes through all of them."""

from __future__ import annotations

from typing import Final

import pytest

from tests.functions.case import Call
from tests.functions.cases import WHOLE_CALLS
from tests.functions.test_coverage import of_this_numpy
from tests.transforms.sparse.patterns import PAGE, Outcome, Share, calls_of, curved, line, outcome, outcomes, share

SAMPLE: Final = WHOLE_CALLS[::50]
CURVED: Final = [call for call in WHOLE_CALLS[25::100] if not call.case.is_complex and not call.case.shaped_by_values]
FUNCTIONS: Final = sorted(calls_of())


@pytest.mark.parametrize("call", SAMPLE, ids=str)
@pytest.mark.filterwarnings("ignore")
def test_a_pattern_has_all_nonzeros(call: Call) -> None:
    outcome(call)


@pytest.mark.parametrize("call", CURVED, ids=str)
@pytest.mark.filterwarnings("ignore")
def test_the_pattern_of_a_hessian_has_all_nonzeros(call: Call) -> None:
    curved(call)


def test_the_page_has_all_functions() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if f"`{name}`" not in text] == []


@of_this_numpy
@pytest.mark.parametrize("name", FUNCTIONS[::60])
def test_the_page_is_current(name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    results = [x for x in outcomes(calls_of([name])[name]) if isinstance(x, Outcome)]
    found = share(results)
    assert (f"`{name}`" if found == Share(100, 100) else line(name, found)) in text, (
        "run `python -m tests.transforms.sparse.patterns`"
    )
