"""The hook by which an exception in a derivative rule gets the line of the user's that applied the operation.

To find the line the function is run again, observed, by `pydezero.diagnostics.locate`, which stands above this room.
The package joins it to the hook when it is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

# From the exception, the lifted arguments (`arguments.Lifted`), and the function of them to run again. Any: this module
# imports nothing, because every import of the package pays for it.
Locator: TypeAlias = Callable[[Exception, Any, Callable[[Sequence[Any]], Any]], None]

LOCATORS: Final[list[Locator]] = []
"""The functions that are called with an exception that came through a reverse pass."""


def note_line(error: Exception, lifted: Any, again: Callable[[Sequence[Any]], Any]) -> None:
    """Add to an error of a derivative rule the line that applied the operation, where it can be found."""
    for locate in LOCATORS:
        locate(error, lifted, again)
