"""The tables, plots and drawings of the command line."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any, Final
from unicodedata import normalize

import numpy as np

from pydezero.cli.arguments import Options, help_text, options
from pydezero.cli.derivatives import Point, differentiate
from pydezero.cli.errors import failed
from pydezero.cli.expression import Expression
from pydezero.cli.limits import set_limits
from pydezero.cli.values import UsageError, plotted, point
from pydezero.transforms.reverse.grad import grad

_EXTRA: Final = ("matplotlib", "rich")


def main() -> int:
    """Run the command line in this process, under its limits, which hold until the process ends."""
    chosen = options(sys.argv[1:])
    set_limits(chosen)
    return answer(chosen)


def answer(chosen: Options) -> int:
    """Print or draw what was asked for; returns 0, or 2 with a message if there is a mistake in it."""
    if chosen.expression is None:
        if chosen.at or chosen.plot or chosen.draw:
            return failed('there is no expression; write it first: pydezero "x**2" --at x=3')
        print(help_text(), end="")
        return 0
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # inf and nan are shown as they are
            _run(chosen, chosen.expression)
    except ImportError as error:
        package = (error.name or "").partition(".")[0]
        if package in _EXTRA:
            return failed(f"{package} is not installed: pip install 'pydezero[cli]'")
        if package:
            raise
        return failed(str(error))  # an error of ours, which says what to install
    except (MemoryError, SystemError):  # the latter where Python has no memory for the former
        return failed(f"this takes more memory than the {chosen.memory:g} MB that --memory allows")
    except (ArithmeticError, OSError, TypeError, ValueError, RuntimeError) as error:
        return failed(str(error))
    return 0


def _run(chosen: Options, text: str) -> None:
    at = point(chosen.at)
    range_ = plotted(chosen.plot) if chosen.plot else None
    names = dict.fromkeys([*at, *([range_.name] if range_ else [])])
    f = Expression.of(text, list(names))
    if range_ and not re.search(rf"\b{range_.name}\b", normalize("NFKC", text)):
        raise UsageError(f"--plot {chosen.plot}: {range_.name} does not occur in {text}")
    if range_ is None or range_.name in at:
        _report(f, at, chosen.order)
    if chosen.draw:
        _draw(f, at, chosen.draw)
    if range_:
        from pydezero.cli.plot import sample, save  # needs matplotlib, an optional extra

        curves = sample(f, range_.name, range_.low, range_.high, at, chosen.order)
        save(curves, f.text, at, chosen.plot_to)
        print(f"plot: {chosen.plot_to}")


def _report(f: Expression, at: Point, order: int) -> None:
    from pydezero.cli.report import report  # needs rich, an optional extra

    report(f.text, at, differentiate(f, at, order))


def _draw(f: Expression, at: Point, path: Path) -> None:
    from pydezero.pictures.draw import draw  # takes a while to import, and only --draw needs it

    missing = [name for name in f.variables if name not in at]
    if missing:
        raise UsageError(f"--draw needs a value for {missing[0]}, for its shape: --at {missing[0]}=1")
    function = _as_function(f)
    if at and not np.shape(f(*at.values())):
        function = grad(function, argnums=0 if len(at) == 1 else tuple(range(len(at))))
    draw(function, name=f.text)(*at.values()).save(path)
    print(f"graph: {path}")


def _as_function(f: Expression) -> Callable[..., Any]:
    """The expression as a function whose parameters have the names of the variables."""

    def function(*values: Any) -> Any:
        return f(*values)

    function.__name__ = function.__qualname__ = "f"
    parameters = [Parameter(name, Parameter.POSITIONAL_ONLY) for name in f.variables]
    function.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # what inspect.signature asks for
    return function
