"""What becomes of the arrays of other libraries, for docs/other_libraries.md: `python -m tests.arrays.others_table`.

The table is found by running each use; libraries that are not installed are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from pydezero import Variable, grad, vjp

X: Final = np.array([1.0, 0.0, 4.0])

# An array of each library, of the numbers X.
ARRAYS: Final[dict[str, Callable[[Any], Any]]] = {
    "xarray": lambda xarray: xarray.DataArray(X, dims="t"),
    "pint": lambda pint: pint.UnitRegistry().Quantity(X, "m"),
    "sparse": lambda sparse: sparse.COO(X),
    "pandas": lambda pandas: pandas.Series(X),
    "torch": lambda torch: torch.tensor(X),
    "jax": lambda jax: jax.numpy.array(X),
}

HEAD: Final = "| library | argument | f gets | the gradient is | a Variable times it is |\n|---|---|---|---|---|\n"


def _name(x: Any, library: Any) -> str:
    """The type of x, and what it is around if that is a Variable."""
    if isinstance(x, Variable):
        return "a Variable" if isinstance(x._value, np.ndarray) else f"a Variable of a `{type(x._value).__name__}`"
    inside = getattr(x, "magnitude", getattr(x, "data", None))
    kind = "Array" if library.__name__ == "jax" else type(x).__name__
    return f"`{kind}`" + (" around a Variable" if isinstance(inside, Variable) else "")


def row(name: str) -> str:
    """The row of a library."""
    library = import_module(name)
    q = ARRAYS[name](library)
    seen: list[Any] = []

    def f(x: Any) -> Any:
        seen.append(x)
        return np.sum(x * x)

    def product(x: Any) -> Any:
        seen.append(x * q)
        return x

    gradient = grad(f)(q)
    vjp(product, X)
    cells = [_name(x, library) for x in (q, seen[0], gradient, seen[1])]
    return f"| {name} | {' | '.join(cells)} |\n"


def rows() -> list[str]:
    """The rows of the libraries that are installed."""
    return [row(name) for name in ARRAYS if find_spec(name)]


if __name__ == "__main__":
    print(HEAD, *rows(), sep="", end="")
