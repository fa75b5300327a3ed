"""The page that says which arguments of SciPy's functions have a derivative is true, and complete."""

from __future__ import annotations

from typing import Final

import pytest

from pydezero import vjp
from pydezero.exports import EXPORTS
from pydezero.testing import check_grads
from tests.scipy.arguments import PACKAGES, PAGE, page, rows
from tests.scipy.arguments.row import Call, Row

ROWS: Final = [row for package in PACKAGES for row in rows(package)]


def _calls(differentiated: bool) -> list[tuple[str, Call]]:
    def of(row: Row) -> list[tuple[str, Call]]:
        calls = row.differentiated if differentiated else row.refused
        return [(f"{row.name}({argument}=)", call) for argument, call in calls.items()]

    return [pair for row in ROWS for pair in of(row)]


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.scipy.arguments"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_has_a_row(package: str) -> None:
    names = {row.name.removeprefix(f"{package}.") for row in rows(package)}
    places = EXPORTS[f"pydezero.scipy.{package}"]  # that of a module has no name in it
    exported = {name for name, place in places.items() if name[0] != "_" and ":" in place}
    assert exported == {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(("what", "call"), _calls(True), ids=lambda x: x if isinstance(x, str) else "")
def test_a_differentiated_argument_has_its_derivative(what: str, call: Call) -> None:
    f, x = call
    check_grads(f, (x,), order=1)


@pytest.mark.parametrize(("what", "call"), _calls(False), ids=lambda x: x if isinstance(x, str) else "")
def test_a_refused_argument_raises(what: str, call: Call) -> None:
    f, x = call
    argument = what.rpartition("(")[2].removesuffix("=)")
    with pytest.raises((TypeError, ValueError), match=argument):
        vjp(f, x)
