"""The outcome as a Markdown table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import attrs

from benchmarks.machine import Surroundings
from benchmarks.suite import Measurement, Outcome, Row
from benchmarks.tools import COMPILING


def markdown(rows: Sequence[Row], surroundings: Surroundings) -> str:
    """A table under a line that says where it was measured."""
    return f"{surroundings}\n\n{table(rows)}"


def table(rows: Sequence[Row]) -> str:
    """A table in Markdown with a line for each row and a column for each tool that was measured."""
    tools = list(dict.fromkeys(name for row in rows for name in row.measurements))
    compiling = [tool for tool in tools if tool in COMPILING]
    lines = [
        _line(["workload", *tools, *[f"{tool}, first call" for tool in compiling]]),
        _line(["---", *["---:"] * (len(tools) + len(compiling))]),
        *[
            _line(
                [row.line, *[_cell(row, tool) for tool in tools], *[_first_call(row, tool) for tool in compiling]],
            )
            for row in rows
        ],
    ]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(row: Row, tool: str) -> str:
    measurement = row.measurements.get(tool)
    if measurement is None:
        return ""
    amount = quantity(measurement.median, row.unit)
    return amount if _is_floor(row, measurement) else f"{measurement.ratio:.2f}x ({amount})"


def _first_call(row: Row, tool: str) -> str:
    """The time of the first call, in which a tool compiles."""
    measurement = row.measurements.get(tool)
    return "" if measurement is None or measurement.first_call is None else quantity(measurement.first_call, "s")


def _is_floor(row: Row, measurement: Measurement) -> bool:
    return measurement.ratio is None or measurement is next(iter(row.measurements.values()))


def quantity(amount: float, unit: str) -> str:
    """A number with its unit, seconds in the power of ten that suits them.

    >>> quantity(1.234e-5, "s"), quantity(51.98, "arrays")
    ('12.3 us', '52.0 arrays')
    """
    if unit == "s":
        for factor, name in ((1.0, "s"), (1e-3, "ms")):
            if amount >= factor:
                return f"{_digits(amount / factor)} {name}"
        return f"{_digits(amount / 1e-6)} us"
    return f"{_digits(amount)} {unit}"


def _digits(amount: float) -> str:
    """Three significant digits."""
    decimals = 2 if amount < 10 else 1 if amount < 100 else 0
    return f"{amount:,.{decimals}f}"


def as_json(outcome: Outcome, surroundings: Surroundings) -> str:
    """All that was measured, seconds as seconds."""
    report = {
        "surroundings": attrs.asdict(surroundings),
        "rows": [attrs.asdict(row) for row in outcome.rows],
        "failures": outcome.failures,
    }
    return json.dumps(report, indent=2) + "\n"


def from_json(text: str) -> tuple[Outcome, Surroundings]:
    """What `as_json` has written.

    >>> by_hand = Measurement(1.0, (0.9, 1.1), 5, None)
    >>> outcome = Outcome([Row("chain", "a chain", 10, "elements", "10 elements", "s", {"hand": by_hand})], [])
    >>> here = Surroundings("a processor", 1, "2026-11-26", {"Python": "3.11.7"})
    >>> from_json(as_json(outcome, here)) == (outcome, here)
    True
    """
    report = json.loads(text)
    rows = [attrs.evolve(Row(**row), measurements=_measurements(row["measurements"])) for row in report["rows"]]
    return Outcome(rows, report["failures"]), Surroundings(**report["surroundings"])


def _measurements(report: dict[str, dict[str, Any]]) -> dict[str, Measurement]:
    return {tool: Measurement(**{**of, "quartiles": tuple(of["quartiles"])}) for tool, of in report.items()}
