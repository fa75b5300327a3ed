"""Our functions for NumPy's: finding the one of the same name, and calling it with NumPy's arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from inspect import CO_VARKEYWORDS, unwrap
from types import ModuleType
from typing import Any, Final

import numpy as np

from pydezero import functions as F
from pydezero.core.types import Array

INSTEAD: Final[dict[str, str]] = {
    "np.copyto": "np.where(mask, values, x), and np.broadcast_to(v, a.shape) rather than np.full_like(a, v)",
    "np.fill_diagonal": "x.at[np.diag_indices(n)].set(v) (pydezero.at(a)[np.diag_indices(n)].set(v) of an array a)",
    "np.place": "np.where(mask, values, x) or x.at[mask].set(v) (pydezero.at(a)[mask].set(v) of an array a)",
    "np.put": "x.at[i].set(v) (pydezero.at(a)[i].set(v) of an array a)",
    "np.put_along_axis": "x.at[i].set(v) (pydezero.at(a)[i].set(v) of an array a)",
    "np.putmask": "np.where(mask, values, x)",
}
"""The code to write instead of functions that write into an array."""


CREATION: Final[frozenset[Callable[..., Any]]] = frozenset(
    {
        np.arange,
        np.array,
        np.asanyarray,
        np.asarray,
        np.ascontiguousarray,
        np.asfortranarray,
        np.empty,
        np.eye,
        np.frombuffer,
        np.fromfile,
        np.fromfunction,
        np.fromiter,
        np.fromstring,
        np.full,
        np.genfromtxt,
        np.identity,
        np.loadtxt,
        np.ones,
        np.require,
        np.tri,
        np.zeros,
    }
)
"""The functions of NumPy that take `like=`."""


def counterpart(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """Our function of the same name as one of `numpy`, its `linalg`, `fft` or `stride_tricks`, if there is one."""
    theirs: ModuleType = np
    ours: ModuleType = F
    for namespace in (".linalg", ".fft"):
        if getattr(function, "__module__", "").endswith(namespace):
            theirs, ours = getattr(np, namespace[1:]), getattr(F, namespace[1:])
    if getattr(function, "__module__", "").endswith(".stride_tricks"):
        theirs = np.lib.stride_tricks
    name = getattr(function, "__name__", "")
    found = getattr(ours, name, None) if getattr(theirs, name, None) is function else None
    return found if callable(found) else None  # a module may have the name of a function, too


def call(function: Callable[..., Array], name: str, args: Sequence[Array], kwargs: Mapping[str, Any]) -> Array:
    """The result of a function of ours for the arguments of NumPy's.

    Raises:
        TypeError: an argument is for a parameter of NumPy's function that ours lacks.
    """
    known = _parameters(function)
    if kwargs.keys() <= known or unwrap(function).__code__.co_flags & CO_VARKEYWORDS:
        return function(*args, **kwargs)
    unknown = sorted(key for key, value in kwargs.items() if key not in known and value is not None)
    if unknown:
        raise TypeError(f"{name} of a Variable does not take {', '.join(f'{key}=' for key in unknown)}")
    return function(*args, **{key: value for key, value in kwargs.items() if key in known})


@cache
def _parameters(function: Callable[..., Any]) -> frozenset[str]:
    """The parameters that a function of ours takes by name."""
    code = unwrap(function).__code__  # all are Python functions
    return frozenset(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


def not_differentiable(name: str) -> TypeError:
    """The error for a function of NumPy that has no counterpart."""
    if name in INSTEAD:
        return TypeError(
            f"{name} would write into an array, where a derivative is lost. Write {INSTEAD[name]}, which is a copy"
        )
    return TypeError(
        f"{name} cannot be differentiated by pydezero. If its result needs no derivative, pass it x.data, or "
        "pydezero.value(x) under several transforms; "
        "if it does, compose it of functions of pydezero.functions, or define it as a pydezero.Function"
    )
