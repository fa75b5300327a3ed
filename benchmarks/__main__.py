"""The command line: `python -m benchmarks`, with `--help` for what it takes."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.machine import restart_with_threads, surroundings
from benchmarks.measure import Plan
from benchmarks.merging import lacking, merged, together
from benchmarks.plots import save_plots
from benchmarks.report import as_json, from_json, markdown
from benchmarks.suite import Outcome, Row, run_suite
from benchmarks.tools import TOOLS, Tool, load
from benchmarks.workload import Workload
from benchmarks.workloads import SUITE


@attrs.frozen
class Options:
    """The options given on the command line."""

    only: list[str]
    tools: list[str]
    threads: int
    json: Path | None
    update: bool
    missing: bool
    plots: Path | None


def options(argv: Sequence[str], suite: Sequence[Workload]) -> Options:
    """Read the command line; ends the program, with a message, if there is a mistake in it."""
    names = list(dict.fromkeys(workload.family for workload in suite))
    parser = ArgumentParser(
        prog="python -m benchmarks", description="Gradients beside hand-written NumPy and the peers."
    )
    choices = {*names, *[workload.name for workload in suite]}
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=choices, default=names, help=", ".join(names))
    parser.add_argument("--tools", nargs="+", metavar="TOOL", choices=TOOLS, default=list(TOOLS), help=", ".join(TOOLS))
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads of every library (default: 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured there")
    parser.add_argument("--update", action="store_true", help="keep the rows that FILE has, and replace those measured")
    parser.add_argument("--missing", action="store_true", help="measure what FILE has no row of, and add it to FILE")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="write a plot per workload there")
    found = Options(**vars(parser.parse_args(argv)))
    if (found.update or found.missing) and not found.json:
        parser.error("--update and --missing need the FILE of --json")
    return found


def main(argv: Sequence[str], suite: Sequence[Workload] = SUITE, plan: Plan = Plan()) -> int:  # noqa: B008  # frozen
    """Run what the command line asks for; gives 1 if a tool failed, or computed something else than by hand."""
    chosen = options(argv, suite)
    tools, missing = load(chosen.tools)
    for name in missing:
        print(f"{name} is not installed: skipped", file=sys.stderr)
    workloads = [workload for workload in suite if {workload.name, workload.family} & set(chosen.only)]
    here = where = surroundings(tools, chosen.threads)
    old = Outcome([], [])
    if chosen.json and (chosen.update or chosen.missing) and chosen.json.exists():
        old, before = from_json(chosen.json.read_text())
        try:
            where = together(before, here)
        except ValueError as error:
            print(f"{chosen.json}: {error}", file=sys.stderr)
            return 1
        workloads = lacking(workloads, old) if chosen.missing else workloads

    def save(found: Outcome) -> None:
        if chosen.json:
            chosen.json.parent.mkdir(parents=True, exist_ok=True)
            chosen.json.write_text(as_json(merged(old, found, suite), where))

    outcome = _run(workloads, tools, plan, save)
    save(outcome)
    print(markdown(outcome.rows, here))
    if chosen.plots:
        save_plots(outcome.rows, chosen.plots)
    for failure in outcome.failures:
        print(f"FAILED {failure}", file=sys.stderr)
    return 1 if outcome.failures else 0


def _run(workloads: Sequence[Workload], tools: Sequence[Tool], plan: Plan, save: Callable[[Outcome], None]) -> Outcome:
    """Run with a progress bar, drawn between the rounds: a thread of its own would disturb what is measured.

    After each workload everything is saved, so that a run may be broken off.
    """
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True) as bar:
        task = bar.add_task("", total=sum(len(workload.sizes) for workload in workloads), completed=-1)

        def progress(what: str) -> None:
            if what:
                bar.update(task, description=what, advance=1)
            bar.refresh()

        rows: list[Row] = []
        failures: list[str] = []
        for workload in workloads:
            found = run_suite([workload], tools, plan, progress)
            rows += found.rows
            failures += found.failures
            save(Outcome(rows, failures))
        return Outcome(rows, failures)


if __name__ == "__main__":
    restart_with_threads(options(sys.argv[1:], SUITE).threads)
    sys.exit(main(sys.argv[1:]))
