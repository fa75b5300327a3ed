"""The arguments of the command line."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Sequence
from math import nan
from pathlib import Path
from typing import Final

import attrs

from pydezero import __version__

MOST_ORDERS: Final = 6
_PLOTS: Final = (".pdf", ".png", ".svg")
_LARGEST: Final = 1e9  # the system counts seconds and bytes in whole numbers, which larger limits do not fit in

_DESCRIPTION: Final = """\
Evaluate and differentiate an expression: value, gradient, Hessian, pictures.

The expression has numbers, variables, operators (+ - * / // % ** @, comparisons, & | ~), NumPy's
functions that pydezero differentiates (np.sin(x) or sin(x), np.linalg.det(A)), the constants pi, e,
inf and nan, lists ([x, y]), elements (v[0], A[:, 1]) and A.T. Nothing else can be run through it."""

_EXAMPLES: Final = """\
examples:
  python -m pydezero "x * np.sin(y)" --at x=1.5 y=2
  python -m pydezero "x * np.sin(y)" --at x=1.5 y=2 --order 2
  python -m pydezero "v @ A @ v" --at "A=[[2, 1], [1, 3]]" "v=[1, -1]" --order 2
  python -m pydezero "[r * cos(t), r * sin(t)]" --at r=2 t=pi/3
  python -m pydezero "exp(-x**2) * cos(k * x)" --at k=3 --plot x=-3:3 --order 2
  python -m pydezero "tanh(x)" --at x=0.5 --draw gradient.svg

Exit status: 0, or 2 for a mistake or a computation that was too large, which is described."""


@attrs.frozen
class Options:
    """The arguments of the command line; the values are still texts."""

    expression: str | None
    at: list[str]
    order: int
    draw: Path | None
    plot: str | None
    plot_to: Path
    timeout: float
    memory: float


def options(argv: Sequence[str]) -> Options:
    """Read the command line; ends the program, with a message, if there is a mistake in it."""
    known = _parser().parse_args([_guarded(argument) for argument in argv])
    return Options(**vars(known))


def help_text() -> str:
    """The text that `--help` prints."""
    return _parser().format_help()


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="pydezero", description=_DESCRIPTION, epilog=_EXAMPLES, formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument("expression", nargs="?", help='such as "x * np.sin(y)"')
    parser.add_argument(
        "--at", nargs="+", action="extend", default=[], metavar="NAME=VALUE", help="values: x=1.5 v=[1,2] t=pi/3"
    )
    parser.add_argument("--order", type=_order, default=1, metavar="N", help=f"up to {MOST_ORDERS}; 1 is the gradient")
    parser.add_argument("--plot", metavar="NAME=LOW:HIGH", help="plot the function and its derivatives")
    parser.add_argument(
        "--plot-to", type=_plot, default=Path("plot.svg"), metavar="FILE", help=".svg, .png or .pdf (plot.svg)"
    )
    parser.add_argument("--draw", type=Path, metavar="FILE", help="draw the graph: .svg, .png, .pdf, .dot or .mmd")
    parser.add_argument(
        "--timeout", type=_positive, default=60, metavar="SECONDS", help="the most time that this may take (60)"
    )
    parser.add_argument(
        "--memory", type=_positive, default=2000, metavar="MB", help="the most memory for numbers, on Linux (2000)"
    )
    parser.add_argument("--version", action="version", version=f"pydezero {__version__}")
    return parser


def _guarded(argument: str) -> str:
    """The argument, with a space before the minus of an expression, which argparse would take for an option."""
    is_expression = argument.startswith("-") and not argument.startswith("--") and argument != "-h"
    return f" {argument}" if is_expression else argument


def _order(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_ORDERS:
        raise ArgumentTypeError(f"{text} is not a whole number from 1 to {MOST_ORDERS}")
    return int(text)


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not 0 < number <= _LARGEST:
        raise ArgumentTypeError(f"{text} is not a number above 0, and up to {_LARGEST:g}")
    return number


def _plot(text: str) -> Path:
    path = Path(text)
    if path.suffix not in _PLOTS:
        raise ArgumentTypeError(f"{text} does not end in {', '.join(_PLOTS)}")
    return path
