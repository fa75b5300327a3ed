"""Every row of the tables of functions on CuPy, where there is a GPU: `python -m tests.gpu`.

It prints the number of rows that CuPy computes as NumPy does, in how many of them each mode is right, and the failures
by their cause. `--json FILE` writes what became of each row. A bare machine compiles each kernel that a row needs, so
the rows are shared out to as many processes as there are cores; `--seconds N` ends after that time with what was done.
`--page` writes the counts into docs/arrays.md.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import attrs

from tests.arrays.page import write_line
from tests.arrays.table import report
from tests.gpu.rows import all_rows, card


def main(argv: Sequence[str]) -> None:
    parser = ArgumentParser(prog="python -m tests.gpu", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=1e6)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--page", action="store_true")
    options = parser.parse_args(argv)
    if importlib.util.find_spec("cupy") is None:
        sys.exit('CuPy is not installed: pip install "pydezero[cupy]", on a machine with a GPU of NVIDIA')
    rows = all_rows(options.seconds)
    print(report(rows))
    if options.page:
        write_line(f"CuPy {version('cupy-cuda13x')}, {card()}", rows)
    if options.json:
        options.json.write_text(json.dumps([attrs.asdict(row) for row in rows]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
