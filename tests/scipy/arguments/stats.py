"""Which arguments of the distributions of `scipy.stats` have a derivative."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pydezero.scipy import stats
from tests.scipy.arguments.row import Call, Row
from tests.scipy.stats_examples import EXAMPLES, Example

_NOTES: Final = {
    "bernoulli": "`ppf` and `isf` have no derivative; k is an integer",
    "betabinom": "n and k are integers; the other functions have no derivative",
    "binom": "`ppf` and `isf` have no derivative; n and k are integers: of other n SciPy gives nan, of other k -inf or "
    "a step",
    "geom": "`ppf` and `isf` have no derivative; k is an integer",
    "multinomial": "the last of p is 1 minus the sum of the others",
    "multivariate_normal": "`entropy` by cov; `cdf` and `logcdf` by all; the lower triangle of cov is read",
    "nbinom": "`ppf` and `isf` have no derivative; k is an integer",
    "poisson": "`ppf` and `isf` have no derivative; k is an integer",
    "wishart": "the lower triangle of scale is read",
}


def _call(example: Example, name: str) -> Call:
    """All functions of a distribution, of one argument."""
    values = {**example.given, **example.arguments}

    def f(value: Any) -> Any:
        one = Example(example.name, example.functions, {name: value}, {**values, name: None})
        return np.stack([one.of(stats, function)(value) for function in example.functions])

    return f, np.asarray(values[name], float)


def _row(example: Example) -> Row:
    functions = " ".join(f"`{function}`" for function in example.functions)
    note = _NOTES.get(example.name)
    return Row(
        f"stats.{example.name}",
        {name: _call(example, name) for name in example.arguments},
        {"k" if name == "x" and "loc" in example.given else name: _call(example, name) for name in example.refused},
        f"{functions}; {note}" if note else functions,
    )


ROWS: Final = tuple(map(_row, EXAMPLES))
