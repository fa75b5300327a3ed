"""The page of benchmarks, made of the figures that `make bench` has written."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sphinx.application import Sphinx

from benchmarks.plots import save_plots
from benchmarks.report import from_json, table
from benchmarks.suite import Row

ROOT: Final = Path(__file__).parents[2]
FIGURES: Final = ROOT / "benchmarks" / "figures.json"
FOLDER: Final = ROOT / "docs" / "generated"

_HEAD: Final = """# Benchmarks

Gradients and other transforms, as multiples of the same thing written by hand in NumPy. All tools run interleaved in
one process; a cell has the median of the ratios within a round, and the median time. The results of all tools are
compared before anything is measured. `make bench` measures it anew; it skips a peer that is not installed.
[Where the time goes](../performance.md) says more.

"""

# A table of their own for the families of many workloads, which other tools than the rest are measured for.
_FAMILIES: Final = {
    "functions": "Functions, one at a time",
    "small": "Functions of 3 x 3",
    "passes": "Passes over graphs",
    "growth": "Growth of loops",
    "threads": "Threads",
}


def _write_page(app: Sphinx) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    outcome, where = from_json(FIGURES.read_text(encoding="utf-8"))
    titles = {row.workload: row.title for row in outcome.rows}
    plots = save_plots([row for row in outcome.rows if ":" not in row.workload], FOLDER / "plots")
    pictures = [f"![Time of each tool against size: {titles[path.stem]}](plots/{path.name})" for path in plots]
    by_title: dict[str, list[Row]] = {}
    for row in outcome.rows:
        by_title.setdefault(_FAMILIES.get(row.workload.partition(":")[0], "Programs"), []).append(row)
    tables = [f"## {title}\n\n:::{{container}} benchmarks\n\n{table(rows)}\n\n:::" for title, rows in by_title.items()]
    page = "\n\n".join([f"{_HEAD}{where}", *tables, "## Time against size", *pictures]) + "\n"
    (FOLDER / "benchmarks.md").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx."""
    app.connect("builder-inited", _write_page)
    return {"version": "1", "parallel_read_safe": True}
