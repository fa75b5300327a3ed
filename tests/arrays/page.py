"""The table of docs/arrays.md: how many rows of our tables an array library computes, and in how many we are right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.arrays.table import RIGHT, Row

PAGE: Final = Path(__file__).parents[2] / "docs" / "arrays.md"
_HEAD: Final = "|---|---|---|---|---|\n"


def line(library: str, rows: Sequence[Row]) -> str:
    """The line of a library."""
    computed = [row for row in rows if row.plain == RIGHT]
    reverse, forward = ([getattr(row, mode) for row in computed] for mode in ("reverse", "forward"))
    wrong = sum(outcome.startswith("wrong") for outcome in (*reverse, *forward))
    counts = [len(computed), reverse.count(RIGHT), forward.count(RIGHT), wrong]
    return f"| {library} | {' | '.join(f'{count:,}' for count in counts)} |\n"


def write_line(library: str, rows: Sequence[Row]) -> None:
    """Put the line of a library into the page, in the place of the one that it has."""
    page = PAGE.read_text(encoding="utf-8")
    head, table = page.rsplit(_HEAD, 1)
    others = [old for old in table.splitlines(keepends=True) if old.split()[1:2] != library.split()[:1]]
    PAGE.write_text(head + _HEAD + line(library, rows) + "".join(others), encoding="utf-8")
