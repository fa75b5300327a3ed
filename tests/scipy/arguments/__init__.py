"""The table of docs/scipy_arguments.md: which arguments of SciPy's functions have a derivative.

The rows of each package are in a module of its name. `python -m tests.scipy.arguments` writes the page anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.scipy.arguments.row import Row

PACKAGES: Final[tuple[str, ...]] = (
    "fft",
    "integrate",
    "interpolate",
    "ndimage",
    "optimize",
    "signal",
    "signal.windows",
    "sparse",
    "sparse.linalg",
    "spatial.distance",
    "stats",
)

PAGE: Final = Path(__file__).parents[3] / "docs" / "scipy_arguments.md"

_HEAD: Final = """# Which arguments of SciPy's functions have a derivative

The functions of these packages take Variables in the arguments under *differentiated*, in every mode. A Variable in an
argument under *refused* raises a TypeError or ValueError that names it: it never counts as a constant. All other
arguments are SciPy's own: functions, options, numbers of points. `python -m tests.scipy.arguments` makes this page, and
a test checks each argument in it against numerical differentiation.
"""


def rows(package: str) -> tuple[Row, ...]:
    """The rows of a package of `pydezero.scipy`."""
    found: tuple[Row, ...] = import_module(f"tests.scipy.arguments.{package.replace('.', '_')}").ROWS
    return found


def page() -> str:
    """The text of docs/scipy_arguments.md."""
    return _HEAD + "".join(line for package in PACKAGES for line in _section(package))


def _section(package: str) -> Iterator[str]:
    yield f"\n## pydezero.scipy.{package}\n\n| | differentiated | refused | |\n|---|---|---|---|\n"
    for row in rows(package):
        name = row.name.removeprefix(f"{package}.")
        yield f"| `{name}` | {' '.join(row.differentiated)} | {' '.join(row.refused)} | {row.note} |\n"
