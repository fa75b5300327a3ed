"""Random programs for a time: `python -m tests.fuzz --minutes 10 --seed 0`."""

from __future__ import annotations

import argparse
import sys
from time import monotonic

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table

from tests.fuzz.oracles import ORACLES, QUICK
from tests.fuzz.programs import Program, programs, some_oracles
from tests.fuzz.rows import OF_FUNCTION, ROWS
from tests.fuzz.running import Counts, Failure, check

_BATCH = 200


def main() -> int:
    """Run batches of programs until the time is over; the status is 1 if any oracle did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Check random programs for a time.")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long to run (default: 10)")
    parser.add_argument("--seed", type=int, default=0, help="of the random programs (default: 0)")
    parser.add_argument("--oracles", type=int, default=4, help="how many for each program (default: 4)")
    parser.add_argument("--only", choices=ORACLES, help="this oracle alone")
    options = parser.parse_args()
    chosen = st.just([options.only]) if options.only else some_oracles(min(options.oracles, len(QUICK)))
    console = Console(width=120)
    counts = Counts()
    end = monotonic() + 60 * options.minutes
    batch = 0
    while monotonic() < end:
        _run(options.seed * 1_000_003 + batch, chosen, counts, end, console)
        batch += 1
    _report(console, counts)
    return 1 if counts.failed else 0


def _run(batch_seed: int, oracles: st.SearchStrategy[list[str]], counts: Counts, end: float, console: Console) -> None:
    """One batch; programs that fail are printed, shortened."""

    @seed(batch_seed)
    @settings(
        max_examples=_BATCH,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(programs(), oracles)
    def run(program: Program, chosen: list[str]) -> None:
        if monotonic() < end:
            try:
                check(program, counts, chosen)
            except Failure as failure:
                console.print(str(failure), markup=False, highlight=False, soft_wrap=True)

    run()


def _report(console: Console, counts: Counts) -> None:
    table = Table("oracle", "passed", "failed", "skipped, and why")
    for name in ORACLES:
        reasons = [f"{n:,} {reason}" for (oracle, reason), n in counts.skipped.most_common() if oracle == name]
        table.add_row(name, f"{counts.passed[name]:,}", str(counts.failed[name] or ""), "\n".join(reasons))
    console.print(table)
    drawn = {name.split()[0] for name in counts.rows}
    console.print(
        f"{counts.programs['run']:,} programs; {len(counts.rows):,} of {len(ROWS):,} rows, "
        f"of {len(drawn):,} of {len(OF_FUNCTION):,} functions; {sum(counts.failed.values())} failures"
    )


if __name__ == "__main__":
    sys.exit(main())
