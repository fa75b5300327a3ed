"""What a gradient asks of an array library, counted on the stand-in for CuPy: a call costs the host 5 to 20 us.

`python -m tests.arrays.counting` lists the calls that a gradient makes for each of the losses of the benchmarks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any, Final
from unittest import mock

import attrs
import numpy as np

from benchmarks.tools import Arrays
from benchmarks.workloads.logistic import by_hand as logistic_by_hand
from benchmarks.workloads.logistic import loss as logistic_loss
from benchmarks.workloads.logistic import problem as logistic_problem
from benchmarks.workloads.mixture import by_hand as mixture_by_hand
from benchmarks.workloads.mixture import loss as mixture_loss
from benchmarks.workloads.mixture import problem as mixture_problem
from benchmarks.workloads.mlp import by_hand as mlp_by_hand
from benchmarks.workloads.mlp import loss as mlp_loss
from benchmarks.workloads.mlp import problem as mlp_problem
from pydezero import value_and_grad
from pydezero.arrays import WORDS
from tests.arrays import strict

# What makes a view of an array, and starts no kernel.
VIEWS: Final = frozenset(
    {
        "T",
        "mT",
        "real",
        "shape",
        "broadcast_to",
        "reshape",
        "ravel",
        "transpose",
        "expand_dims",
        "swapaxes",
        "getitem",
        "asarray",
    }
)


def _always(name: str) -> Callable[..., str]:
    return lambda *args: name


@contextmanager
def calls_recorded() -> Iterator[list[str]]:
    """A list to which each call of the stand-in's functions is added by its name, while the context is entered."""
    found: list[str] = []
    kind = strict.Array
    words = type(WORDS[kind])

    def noting(owner: Any, name: str, named: Callable[..., str]) -> Any:
        function = getattr(owner, name)

        def noted(*args: Any, **kwargs: Any) -> Any:
            out = function(*args, **kwargs)
            label = named(*args, **kwargs)
            if label and out is not NotImplemented:
                found.append(label)
            return out

        return mock.patch.object(owner, name, noted)

    with ExitStack() as stack:
        hooks: list[tuple[Any, str, Callable[..., str]]] = [
            (kind, "__array_ufunc__", lambda self, ufunc, method, *xs, **kw: ufunc.__name__),
            (kind, "__array_function__", lambda self, func, types, args, kw: func.__name__),
            (kind, "__getattr__", lambda self, name: "" if name.startswith("_") else name),
            (kind, "__getitem__", lambda self, index: "getitem"),
            (kind, "__setitem__", lambda self, index, x: "setitem"),
            (kind, "get", lambda self: "get"),
            *[(kind, f"__{name}__", _always(name)) for name in ("bool", "int", "float", "complex")],
            *[(kind, f"__{name}__", _always(name)) for name in ("iadd", "isub", "imul", "itruediv")],
            (words, "computed", lambda self, parameters, expression, name, operands: f"kernel {name}"),
        ]
        for owner, name, named in hooks:
            stack.enter_context(noting(owner, name, named))
        for name in ("T", "mT", "real", "imag"):
            getter = vars(kind)[name].fget

            def view(self: Any, getter: Any = getter, name: str = name) -> Any:
                found.append(name)
                return getter(self)

            stack.enter_context(mock.patch.object(kind, name, property(view)))
        yield found


@attrs.frozen
class Row:
    """A loss of the benchmarks, on small arrays of the shapes that it has there, and its gradient by hand."""

    loss: Callable[..., Any]
    by_hand: Callable[..., Any]
    problem: Callable[[], Arrays]
    count: int


_WIDTHS: Final = (7, 6, 5, 4)

ROWS: Final = {
    "MLP of three layers": Row(mlp_loss, mlp_by_hand, partial(mlp_problem, 5, _WIDTHS), 6),
    "logistic regression": Row(logistic_loss, logistic_by_hand, partial(logistic_problem, 20), 2),
    "Gaussian mixture": Row(mixture_loss, mixture_by_hand, partial(mixture_problem, 20, 3, 2), 3),
}


def count(run: Callable[..., Any], arguments: Arrays) -> tuple[Counter[str], Counter[str]]:
    """The calls that start a kernel or wait for one, and those that make a view, by their names."""
    arrays = [strict.array(np.float32(x)) for x in arguments]
    with suppress(TypeError):  # what is written for NumPy may end with asarray
        run(*arrays)  # once, so that what is cached is there
    with calls_recorded() as found, suppress(TypeError):
        run(*arrays)
    counts = Counter(found)
    views = Counter({name: number for name, number in counts.items() if name in VIEWS})
    return counts - views, views


def of_gradient(row: Row) -> tuple[Counter[str], Counter[str]]:
    """What the value and the gradient of a loss take."""
    return count(value_and_grad(partial(row.loss, np), tuple(range(row.count))), row.problem())


if __name__ == "__main__":
    for name, row in ROWS.items():
        for how, (kernels, views) in (("by hand", count(row.by_hand, row.problem())), ("pydezero", of_gradient(row))):
            print(f"{name}, {how}: {kernels.total()} kernels and copies, {views.total()} views")
            print("   ", ", ".join([f"{number} {call}" for call, number in kernels.most_common()]))
