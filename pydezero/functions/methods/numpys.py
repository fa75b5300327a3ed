"""The code to write where a function of NumPy was given Variables in lists, in which NumPy does not look for them."""

from __future__ import annotations

import sys
from os.path import dirname, sep
from types import FrameType
from typing import Final

import numpy as np

__all__ = [
    "instead_of_lists",
]

# NumPy's functions call ours where there is a Variable beside the list, and ours call NumPy's.
_LIBRARIES: Final = frozenset({"numpy", "pydezero"})
_FRAMES: Final = frozenset({"pandas", "xarray"})
_NAMESPACES: Final = {"np.linalg": np.linalg, "np.fft": np.fft, "np": np}
# Where other libraries are, and the modules of Python.
_INSTALLED: Final = tuple(f"{dirname(path)}{sep}" for path in (dirname(np.__file__), sys.modules["os"].__file__ or ""))
# Its Variable is in no list.
_OTHERS: Final = frozenset({"full"})

_OF_POLYNOMIALS: Final = (
    "np.polyval(c[::-1], x) rather than np.polynomial.Polynomial(c)(x), for the coefficients c of 1, x, x**2, ..., and "
    "np.polynomial.chebyshev.chebvander(t, n) @ c (or that of another family) at points t that are not differentiated"
)

_OF_LABELLED: Final = (
    "xr.where, xr.concat and the methods of an array q with labels (q.sortby, q.isel, q.dot), or f(q.data) for what of "
    "NumPy's takes no labels (np.linalg.solve), rather than a function of NumPy's that would make an array of q"
)

_OF_MASKED: Final = (
    "np.where(np.ma.getmaskarray(m), 0.0, m.data * x) rather than m * x, and so on, for what a masked array m was "
    "asked of a Variable x"
)

# By the name of a function, or of the class of the object whose method was called.
_OF_FUNCTIONS: Final = {
    "CClass": "np.column_stack([x, y]) rather than np.c_[x, y]",
    "RClass": "np.hstack([x, y]), which takes numbers and vectors, rather than np.r_[x, y]",
    "as_strided": "np.lib.stride_tricks.sliding_window_view(x, n) or x[index] rather than as_strided",
    "fill_diagonal": "a = pydezero.at(a)[np.diag_indices(n)].set(x) rather than np.fill_diagonal(a, x)",
    "poly1d": "np.polyval(pydezero.array(c), x) rather than np.poly1d(c)(x)",
    "ndenumerate": "zip(np.ndindex(x.shape), x.flat) rather than np.ndenumerate(x)",
    "vectorize": (
        "f(x) if f is made of NumPy's functions and np.where, pydezero.vmap(f)(x), or np.stack([f(t) for t in x]) "
        "rather than np.vectorize(f)(x)"
    ),
}


# What take their arrays in a list, and something else as the next argument.
_OF_LISTS: Final = frozenset(
    {"block", "column_stack", "concatenate", "dstack", "hstack", "row_stack", "stack", "vstack"}
)


def instead_of_lists(what: str) -> str | None:
    """The advice if a function of NumPy, two calls further out, asked a Variable for its value; else None.

    `what` the value was to become: an array, an index.
    """
    frame: FrameType | None = sys._getframe(2)
    name: str | None = None
    advice: str | None = None
    while (
        frame is not None and (library := frame.f_globals.get("__name__", "").partition(".")[0]) in _LIBRARIES | _FRAMES
    ):
        if library == "xarray":
            return _OF_LABELLED
        if library in _FRAMES:
            return f"q.to_numpy() @ x rather than q @ x, and so on, for what {library} was asked of q and a Variable x"
        if frame.f_globals["__name__"].startswith("numpy.polynomial."):
            return _OF_POLYNOMIALS
        if frame.f_globals["__name__"].startswith("numpy.ma."):
            return _OF_MASKED
        if not frame.f_globals["__name__"].startswith("pydezero.core."):  # which has words of its own
            name = _name_of_numpys(frame.f_code.co_name) or name
        owner = type(frame.f_locals.get("self")).__name__
        advice = _OF_FUNCTIONS.get(frame.f_code.co_name, _OF_FUNCTIONS.get(owner, advice))
        frame = frame.f_back
    if advice is not None:
        return advice
    if name is None:
        return _of_others(frame)
    if what == "an index":
        joins = name.rpartition(".")[2] in _OF_LISTS
        return f"{name}([x, y]), with the arrays in a list, rather than {name}(x, y)" if joins else None
    return (
        f"{name}(pydezero.array(xs)), which makes one array of nested lists of Variables and numbers, rather than "
        f"{name}(xs)"
    )


def _of_others(frame: FrameType | None) -> str | None:
    """The advice if a function of another library asked, which a frame belongs to; else None."""
    name = package = None
    while frame is not None and frame.f_code.co_filename.startswith(_INSTALLED):
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        if "<" not in frame.f_code.co_qualname:  # no decorator of it
            name = frame.f_code.co_qualname
        frame = frame.f_back
    if package is None:
        return None
    of = f"{name} of {package}" if name else package
    return f"a formula in NumPy's functions rather than {of}, which takes no Variables"


def _name_of_numpys(function: str) -> str | None:
    """The name of a function of NumPy as a program writes it, None if it has none of this name."""
    if function.startswith("_"):
        return None
    found = [key for key, namespace in _NAMESPACES.items() if callable(getattr(namespace, function, None))]
    return f"{found[-1]}.{function}" if found and function not in _OTHERS else None
