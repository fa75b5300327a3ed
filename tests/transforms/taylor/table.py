"""All rows of the tables in Taylor mode, against nested forward mode: `python -m tests.transforms.taylor.table`.

The arguments of a row move along a random curve, of which all derivatives up to the order are drawn. The derivatives of
the result are those that `jvp` gives, nested as often, of the row along that curve. Each row is tested with all its
arguments moving. Names of rows, or how they begin, choose among the rows.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero import jet, jvp
from tests.functions.case import Array, ArrayCallable, Call
from tests.functions.cases import WHOLE_CALLS
from tests.functions.checks import call_through_numpy, chosen, cotangent_of, leaves

ORDER: Final = 3

# Relative to the largest element of a derivative: an element may be a sum of larger ones.
_RTOL: Final = 1e-8
_ATOL: Final = 1e-9


@attrs.frozen
class Failure:
    """A row that fails, and how."""

    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.row}: {self.what}"


# Any: of one array or of a list of them.
Derivatives = Sequence[Any]


def nested(f: ArrayCallable, xs: Sequence[Array], series: Sequence[Sequence[Array]], order: int) -> Derivatives:
    """The value of f and its derivatives along a curve, by forward mode of forward mode."""

    def along(t: Any) -> Any:
        moved = []
        for x, derivatives in zip(xs, series, strict=True):
            for k, derivative in enumerate(derivatives, 1):
                x = x + derivative * (t**k / math.factorial(k))
            moved.append(x)
        return f(*moved)

    found = []
    for k in range(order + 1):
        g = along
        for _ in range(k):
            g = _derivative(g)
        found.append(jvp(g, (0.0,), (1.0,))[0])
    return found


def _derivative(g: ArrayCallable) -> ArrayCallable:
    return lambda t: jvp(g, (t,), (1.0,))[1]


def failure(call: Call, order: int = ORDER) -> Failure | None:
    """How Taylor mode fails for a row, None if it does not."""
    values = call.case.draw()
    xs = chosen(call, values)
    f = call_through_numpy(call, values)
    of_orders = [cotangent_of(xs, f"derivative {k} of {call}") for k in range(order)]
    series = [list(derivatives) for derivatives in zip(*of_orders, strict=True)]
    with np.errstate(all="ignore"):
        y, y_series = jet(f, tuple(xs), tuple(series))
        expected = nested(f, xs, series, order)
    for k, (found, wanted) in enumerate(zip([y, *y_series], expected, strict=True)):
        for a, b in zip(map(np.asarray, leaves(found)), map(np.asarray, leaves(wanted)), strict=True):
            if a.shape != b.shape or (k == 0 and a.dtype != b.dtype):
                return Failure(
                    str(call), f"derivative {k} has shape {a.shape} of {a.dtype}, not {b.shape} of {b.dtype}"
                )
            scale = np.max(np.abs(b), initial=1e-3, where=np.isfinite(b))
            if b.dtype.kind in "fc" and not np.allclose(a, b, rtol=_RTOL, atol=_ATOL * scale, equal_nan=True):
                return Failure(str(call), f"derivative {k} is {a}, not {b}")
    return None


def main() -> int:
    """Print the rows that fail."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="how the names of rows begin; without any, all rows")
    parser.add_argument("--order", type=int, default=ORDER)
    args = parser.parse_args()
    calls = [call for call in WHOLE_CALLS if not args.names or str(call).startswith(tuple(args.names))]
    count = 0
    for call in calls:
        try:
            found = failure(call, args.order)
        except Exception as error:  # whatever a row does, the others are of interest
            found = Failure(str(call), f"{type(error).__name__}: {error}")
        if found is not None:
            count += 1
            print(found, flush=True)
    print(f"{len(calls)} rows to order {args.order}, of which {count} fail")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
