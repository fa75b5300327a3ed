"""A plot per workload: what each tool takes against the size, both on logarithmic axes."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from benchmarks.suite import Row


def save_plots(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Write a PNG for each workload that was measured at more than one size; tells which."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for name, group in groupby(rows, key=attrgetter("workload")):
        of_workload = list(group)
        if len(of_workload) > 1:
            paths.append(folder / f"{name}.png")
            _figure(of_workload).savefig(paths[-1], dpi=120)
    return paths


def _figure(rows: Sequence[Row]) -> Any:
    """A matplotlib Figure, made without pyplot and its global state; Any, because matplotlib need not be installed."""
    figure = importlib.import_module("matplotlib.figure").Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for tool in dict.fromkeys(name for row in rows for name in row.measurements):
        measured = [row for row in rows if tool in row.measurements]
        axes.plot([row.size for row in measured], [row.measurements[tool].median for row in measured], "o-", label=tool)
    axes.set(
        title=rows[0].title,
        xlabel=rows[0].size_means,
        ylabel="seconds" if rows[0].unit == "s" else rows[0].unit,
        xscale="log",
        yscale="log",
    )
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
    return figure
