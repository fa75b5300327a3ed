"""Finding what is wrong or slow: `check_finite`, `explain`, and where a value came from."""

from typing import TYPE_CHECKING

from pydezero.lazy import load
from pydezero.transforms.boundary.failures import LOCATORS

if TYPE_CHECKING:
    from pydezero.diagnostics.locate import note_recorded_line as note_recorded_line


def install() -> None:
    """Have errors in derivative rules located, by a module that is imported with the first of them."""
    LOCATORS.append(lambda *failure: load("pydezero.diagnostics", "note_recorded_line")(*failure))
