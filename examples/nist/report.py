"""The report that the demo prints."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from nist.agreement import CERTIFIED_DIGITS, REQUIRED_DIGITS, Agreement, agreements, deviations, residual, values
from nist.dataset import Dataset
from nist.fitting import Fit

Fits = tuple[Fit, Fit]  # of one data set, from both starts


def progress(console: Console) -> Progress:
    description = TextColumn("{task.description:<34}")
    return Progress(description, BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn(), console=console)


def models(datasets: Sequence[Dataset]) -> Table:
    table = _table("The models, with NIST's names of the parameters")
    table.add_column("data set")
    table.add_column("model", overflow="fold")
    for dataset in datasets:
        table.add_row(dataset.name, dataset.formula)
    return table


def certified(results: Sequence[Fits]) -> Table:
    table = _table("Certified and fitted values; digits that agree from start 1 and from start 2")
    table.add_column("data set")
    table.add_column("parameter")
    table.add_column("certified", justify="right")
    table.add_column("fitted", justify="right")
    table.add_column("digits", justify="right")
    table.add_column("digits\nof s.d.", justify="right")
    for fits in results:
        _add_dataset(table, fits)
    return table


def _add_dataset(table: Table, fits: Fits) -> None:
    name = fits[0].dataset.name
    of_values = zip(*map(values, fits), strict=True)
    of_deviations = zip(*map(deviations, fits), strict=True)
    for value, deviation in zip(of_values, of_deviations, strict=True):
        table.add_row(name, *_compared(value), _digits(deviation))
        name = ""
    table.add_row("", *_compared([residual(fit) for fit in fits]), end_section=True)


def _compared(both: Sequence[Agreement]) -> tuple[str, str, str, str]:
    worse = min(both, key=lambda agreement: agreement.digits)
    return worse.quantity, f"{worse.certified:.10e}", f"{worse.fitted:.10e}", _digits(both)


def _digits(both: Sequence[Agreement]) -> str:
    return "  ".join(_coloured(f"{agreement.digits:2}", agreement.digits >= REQUIRED_DIGITS) for agreement in both)


def _coloured(text: str, good: bool) -> str:
    return f"[green]{text}[/]" if good else f"[bold red]{text}[/]"


def effort(results: Sequence[Fits]) -> Table:
    table = _table("The fits, and their gradients against central differences")
    table.add_column("data set")
    for title in ("start", "gradients", "Hessian\nproducts", "gradient\noff by", "time"):
        table.add_column(title, justify="right")
    for fits in results:
        for fit in fits:
            table.add_row(
                fit.dataset.name if fit.start == 1 else "",
                str(fit.start),
                str(fit.gradients),
                str(fit.hessian_products),
                f"{fit.gradient_error:.0e}",
                f"{1e3 * fit.seconds:.0f} ms",
                end_section=fit.start == 2,
            )
    return table


def verdict(results: Sequence[Fits], wrong: Sequence[str]) -> str:
    if wrong:
        return _coloured("\n".join(wrong), good=False)
    digits = [agreement.digits for fits in results for fit in fits for agreement in agreements(fit)]
    met = f"at least {min(digits)} of {CERTIFIED_DIGITS} digits agree"
    return _coloured(f"{len(digits) // 2} certified values, from two starts each: {met}", good=True)


def _table(title: str) -> Table:
    return Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, show_edge=False, pad_edge=False
    )
