"""Finding what is wrong or slow: `check_finite`, `explain`, and where a value came from."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.diagnostics.locate import note_recorded_line as note_recorded_line
