"""All rows of all tables with Dask arrays: `python -m tests.arrays.dask_table` prints how many are right, and why not.

`--every 10` takes one row of ten, `--all` those that Dask itself does not compute, too; `--page` writes the counts into
docs/arrays.md.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import dask

from tests.arrays.dask_rows import MODES, dask_computes, outcome
from tests.arrays.page import PAGE
from tests.functions.cases import CASES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="one row of so many")
    parser.add_argument("--start", type=int, default=0, help="the first of them")
    parser.add_argument("--page", action="store_true", help="write the counts into docs/arrays.md")
    parser.add_argument("--all", action="store_true", help="rows that Dask does not compute, too")
    chosen = parser.parse_args()
    cases = CASES[chosen.start :: chosen.every]
    rows = [case for case in cases if dask_computes(case)]
    print(f"{len(cases)} rows, of which Dask computes {len(rows)}")
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    causes: defaultdict[str, list[str]] = defaultdict(list)
    for case in cases if chosen.all else rows:
        for mode in MODES:
            found = outcome(case, mode)
            if found is None:
                continue
            total[mode] += 1
            right[mode] += not found.reason
            wrong[mode] += found.is_wrong
            if found.reason:
                causes[re.sub(r"\d+", "N", found.reason.splitlines()[0])[:150]].append(f"{case} ({mode})")
    for mode in MODES:
        print(f"{mode}: {right[mode]} of {total[mode]} right, {wrong[mode]} wrong")
    if chosen.page:
        write_table(len(rows), [f"| {mode} | {right[mode]:,} of {total[mode]:,} | {wrong[mode]} |" for mode in MODES])
    for cause, names in sorted(causes.items(), key=lambda item: -len(item[1])):
        print(f"{len(names):5} {cause}: {', '.join(names[:3])}")


def write_table(count: int, lines: Sequence[str]) -> None:
    """Put the counts into the page, in the place of those that it has."""
    version = ".".join(dask.__version__.split(".")[:2])
    head = [f"| Dask {version}, {count:,} rows | right | wrong values |", "|---|---|---|"]
    table = "".join([f"{line}\n" for line in [*head, *lines]])
    PAGE.write_text(re.sub(r"(?m)(^\| Dask .*\n(\|.*\n)+)", table, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
