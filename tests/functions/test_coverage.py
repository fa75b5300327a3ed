"""Every public function of NumPy is accounted for, and the page that says so is current."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from pydezero import Variable, grad
from tests.functions.coverage import PAGE, UNRELATED, Entry, callables, classified, entries, page, rows_of
from tests.rows import over_rows

FUNCTIONS: Final = dict(callables())
TABLE: Final[list[Entry]] = entries()
README: Final = Path(__file__).parents[2] / "README.md"


_OLD: Final = ("np.in1d", "np.trapz")  # which NumPy 2.4 has no more


def _namespace(name: str) -> str:
    return name.rpartition(".")[0]


@over_rows([name for name in FUNCTIONS if name not in _OLD], by=_namespace)
def test_every_function_is_in_one_class(name: str) -> None:
    assert len(classified(name, FUNCTIONS[name])) == 1


def test_what_is_called_unrelated_exists() -> None:
    assert set(UNRELATED) <= set(FUNCTIONS)


@over_rows([e for e in TABLE if e.status == "differentiable"], by=lambda entry: _namespace(entry.name))
def test_every_differentiable_function_is_tested(entry: Entry) -> None:
    assert entry.note
    assert rows_of(entry.name) or "another name" in entry.note


# Of a single array as well as of two, in the order of their number.
_ARGUMENTS: Final = ((0,), (0, 0), (0, 0, 0))
# These take a Variable for what it looks like: it has a shape, it is an iterable.
_ASKS_ABOUT_IT: Final = frozenset({"np.iterable", "np.info", "np.broadcast_shapes"})


def _refused(function: Callable[..., Any]) -> bool:
    """Whether a function raises for Variables, whatever their number."""
    x = Variable(np.ones((2, 2)))
    for arguments in _ARGUMENTS:
        try:
            result = function(*[x for _ in arguments])
        except (TypeError, ValueError, AttributeError):
            continue
        if result is not None:
            return False
    return True


@pytest.mark.parametrize("name", [e.name for e in TABLE if e.status in ("mutating", "unrelated")])
@pytest.mark.filterwarnings("ignore")
def test_nothing_else_takes_a_variable(name: str) -> None:
    if "settings" in UNRELATED.get(name, "") or "files" in UNRELATED.get(name, "") or name in _ASKS_ABOUT_IT:
        return
    assert _refused(FUNCTIONS[name])


@pytest.mark.parametrize("name", [e.name for e in TABLE if e.status == "mutating"])
def test_what_writes_into_an_array_says_what_to_write_instead(name: str) -> None:
    [entry] = [e for e in TABLE if e.name == name]
    f = FUNCTIONS[name]
    calls: list[Callable[[Any], Any]] = [
        lambda x: f(x * np.ones((3, 3)), 1.0),
        lambda x: f(np.ones(3), x),
        lambda x: f(np.ones(3), np.ones(3, bool), x),
        lambda x: f(np.ones(3), [0], x, 0),
    ]
    raised = []
    for call in calls:
        try:
            grad(lambda x, call=call: np.sum(call(x)))(np.ones(3))
        except ValueError:
            continue  # not an array that this function writes into
        except TypeError as error:
            raised.append(str(error))
    assert any(entry.note.strip("`") in message for message in raised)


_VERSION: Final = ".".join(np.__version__.split(".")[:2])
of_this_numpy: Final = pytest.mark.skipif(f"NumPy {_VERSION} " not in PAGE.read_text(), reason="of another NumPy")


@of_this_numpy
def test_the_page_is_current() -> None:
    assert PAGE.read_text() == page(), "run `python -m tests.functions.coverage`"


@of_this_numpy
def test_the_readme_quotes_the_count() -> None:
    count = sum(e.status == "differentiable" for e in TABLE)
    assert f"{count} functions" in README.read_text()
