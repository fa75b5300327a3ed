"""The arguments of the command line, and the values in them."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Sequence
from keyword import iskeyword
from pathlib import Path
from typing import Final
from unicodedata import normalize

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import __version__
from pydezero.cli.allowed import MODULES
from pydezero.cli.expression import Expression

MOST_ORDERS: Final = 6
_PLOTS: Final = (".pdf", ".png", ".svg")

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

Exit status: 0, or 2 for a mistake, which is described."""


class UsageError(ValueError):
    """A mistake in the arguments."""


@attrs.frozen
class Range:
    """A variable and its range, as `--plot x=-3:3` gives them."""

    name: str
    low: float
    high: float


@attrs.frozen
class Options:
    """The arguments of the command line; the values are still texts."""

    expression: str | None
    at: list[str]
    order: int
    draw: Path | None
    plot: str | None
    plot_to: Path


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


def _plot(text: str) -> Path:
    path = Path(text)
    if path.suffix not in _PLOTS:
        raise ArgumentTypeError(f"{text} does not end in {', '.join(_PLOTS)}")
    return path


def point(items: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """The variables of `x=1.5 A=[[1,2],[3,4]]`.

    Raises:
        UsageError: an item is not a name and a value, or names a variable again.
        ExpressionError: a value is none.

    >>> point(["x=pi/2", "v=[1, 2]"])
    {'x': array(1.57079633), 'v': array([1., 2.])}
    """
    found: dict[str, NDArray[np.float64]] = {}
    for item in items:
        name, text = _named(item, "--at", "x=1.5")
        if name in found:
            raise UsageError(f"--at gives {name} twice")
        found[name] = _value(name, text)
    return found


def plotted(text: str) -> Range:
    """The range of `x=-3:3`.

    Raises:
        UsageError: the text is no name and range.
        ExpressionError: a bound is no value.

    >>> plotted("x=-pi:pi/2")
    Range(name='x', low=-3.141592653589793, high=1.5707963267948966)
    """
    name, bounds = _named(text, "--plot", "x=-3:3")
    low, colon, high = bounds.partition(":")
    if not colon:
        raise UsageError(f"--plot {text}: write the variable and where it begins and ends, like {name}=-3:3")
    ends = [_value(name, bound) for bound in (low, high)]
    if any(end.shape or not np.isfinite(end) for end in ends) or not ends[0] < ends[1]:
        raise UsageError(f"--plot {text}: the ends must be two numbers, the smaller one first, like {name}=-3:3")
    return Range(name, float(ends[0]), float(ends[1]))


def _named(item: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    name = normalize("NFKC", name.strip())  # as Python reads names
    if not equals or not name.isidentifier() or iskeyword(name) or name.startswith("__") or name in MODULES:
        raise UsageError(
            f"{option} {item}: write a name and a value without spaces, or in quotes, like {example}; "
            "the expression comes before the options"
        )
    return name, value


def _value(name: str, text: str) -> NDArray[np.float64]:
    value = np.asarray(Expression.of(text)())
    if value.dtype.kind != "f":
        raise UsageError(f"{name}={text}: variables are real; a complex number is x + 1j*y, of two of them")
    return value
