"""Long tables of rows that are alike: one test for the rows of a function, and its failure names each row that fails.

A test costs more than a millisecond by itself, which is as much as many a row takes.
"""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, TypeVar

import pytest

from tests.versions import is_there

Row = TypeVar("Row")

# Of so many failures the traceback is shown, of the others the first line of the message.
_SHOWN: Final = 3


def name_of(row: object) -> str:
    return ", ".join(map(str, row)) if isinstance(row, tuple) else str(row)


def first_word(row: object) -> str:
    """The group of a row: `linalg` of "linalg.inv of a stack", `sum` of "sum axis=0"."""
    return re.split(r"(?<=\w)\W", name_of(row), maxsplit=1)[0]


def over_rows(
    rows: Iterable[Row], by: Callable[[Row], str] = first_word
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a test of a check of one row: parametrized by the groups of the rows, it checks all rows of a group.

    The check takes a row first, and then what is parametrized besides, and fixtures. Rows that need a newer version of
    a library are a group that is skipped.
    """
    groups: dict[str, list[Row]] = {}
    for row in rows:
        lacking = _lacking(row)
        groups.setdefault(f"what needs {lacking}" if lacking else by(row), []).append(row)

    def decorate(check: Callable[..., None]) -> Callable[..., None]:
        def test(group: str, **others: Any) -> None:
            lacking = _lacking(groups[group][0])
            if lacking:
                pytest.skip(f"the rows need {lacking}")
            check_rows(partial(check, **others), groups[group])

        # pytest reads the parameters, the name and the marks of a test.
        of_others = list(inspect.signature(check).parameters.values())[1:]
        group = inspect.Parameter("group", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        vars(test).update(vars(check), __signature__=inspect.Signature([group, *of_others]))
        test.__name__, test.__qualname__, test.__module__ = check.__name__, check.__qualname__, check.__module__
        test.__doc__ = check.__doc__
        parametrized: Callable[..., None] = pytest.mark.parametrize("group", groups)(test)
        return parametrized

    return decorate


def _lacking(row: object) -> str:
    """The version of a library that a row needs, where an older one is installed."""
    parts = row if isinstance(row, tuple) else (row,)
    for needs in [getattr(getattr(part, "case", part), "needs", "") for part in parts]:
        if isinstance(needs, str) and needs and not is_there(needs):
            return needs
    return ""


def check_rows(check: Callable[[Row], None], rows: Sequence[Row]) -> None:
    """Check each row, whether or not those before it fail."""
    failures: list[tuple[Row, BaseException]] = []
    for row in rows:
        try:
            check(row)
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
            failures.append((row, error))
    if failures:
        shown = [_with_traceback(row, error) for row, error in failures[:_SHOWN]]
        others = [f"{name_of(row)}: {_first_line(error)}" for row, error in failures[_SHOWN:]]
        lines = [f"{len(failures)} of {len(rows)} rows fail", *shown, *others]
        pytest.fail("\n\n".join(lines), pytrace=False)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]


def _with_traceback(row: object, error: BaseException) -> str:
    return f"{name_of(row)}:\n{''.join(traceback.format_exception(error))}"
