"""Every row of the tables on the stand-in for CuPy: `python -m tests.arrays.strict_table`.

With `--second` the second derivatives, too; with names, the rows whose names contain one of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from tests.arrays.strict import Array, array
from tests.arrays.table import Library, report, run
from tests.functions.cases import CASES
from tests.versions import is_there

STRICT: Final = Library(Array, array, Array.get)


def main(argv: Sequence[str]) -> None:
    names = [name for name in argv if not name.startswith("-")]
    there = [case for case in CASES if not case.needs or is_there(case.needs)]
    cases = [case for case in there if not names or any(name in case.name for name in names)]
    print(report([run(case, STRICT, second="--second" in argv) for case in cases]))


if __name__ == "__main__":
    main(sys.argv[1:])
