"""The page of benchmarks, made of the figures that `make bench` has written."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sphinx.application import Sphinx

from benchmarks.plots import save_plots
from benchmarks.report import from_json, markdown

ROOT: Final = Path(__file__).parents[2]
FIGURES: Final = ROOT / "benchmarks" / "figures.json"
FOLDER: Final = ROOT / "docs" / "generated"

_HEAD: Final = """# Benchmarks

Gradients and other transforms, as multiples of the same thing written by hand in NumPy. All tools run interleaved in
one process; a cell has the median of the ratios within a round, and the median time. The results of all tools are
compared before anything is measured. `make bench` measures it anew; it skips a peer that is not installed.
[Where the time goes](../performance.md) says more.

"""


def _write_page(app: Sphinx) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    outcome, where = from_json(FIGURES.read_text(encoding="utf-8"))
    plots = save_plots(outcome.rows, FOLDER / "plots")
    titles = {row.workload: row.title for row in outcome.rows}
    pictures = [f"![Time of each tool against size: {titles[path.stem]}](plots/{path.name})" for path in plots]
    page = _HEAD + markdown(outcome.rows, where) + "\n\n" + "\n\n".join(pictures) + "\n"
    (FOLDER / "benchmarks.md").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx."""
    app.connect("builder-inited", _write_page)
    return {"version": "1", "parallel_read_safe": True}
