"""The progress bar of `minimize`, by rich where that is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final, TypeAlias

# Is told how many steps are done, and the value before the last of them.
Report: TypeAlias = Callable[[int, float], None]

# So many seconds lie between two drawings of the bar; more would take time from the steps.
_PAUSE: Final = 0.1


@contextmanager
def progress_bar(steps: int, wanted: bool) -> Iterator[Report]:
    """A bar on the error stream of a terminal or in a notebook; nothing anywhere else, or without rich."""
    try:
        if not wanted:
            raise ImportError
        from rich.console import Console  # it is optional, and takes a tenth of a second
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    except ImportError:
        yield _silent
        return
    console = Console(stderr=True)
    if not (console.is_terminal or console.is_jupyter):
        yield _silent
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("value {task.fields[value]:.6g}"), TimeRemainingColumn())
    with Progress(*columns, console=console, auto_refresh=False) as bar:
        task = bar.add_task("", total=steps, value=float("nan"))
        drawn = 0.0

        def report(done: int, value: float) -> None:
            nonlocal drawn
            now = perf_counter()
            if now - drawn > _PAUSE or done == steps:
                drawn = now
                bar.update(task, completed=done, value=value)
                bar.refresh()

        yield report


def _silent(done: int, value: float) -> None:
    """No bar."""
