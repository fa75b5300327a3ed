"""What to write instead of a function of SciPy that takes no Variables."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from inspect import isfunction
from types import FrameType
from typing import Final

import numpy as np

from pydezero.exports import EXPORTS
from pydezero.lazy import load

# SciPy's functions call NumPy's, which call ours.
_LIBRARIES: Final = frozenset({"numpy", "pydezero", "scipy"})

# The methods of sparse arrays that ask for an array, and return NotImplemented where they get one that holds an object.
_SPARSE_PRODUCTS: Final = frozenset({"_matmul_dispatch", "_mul_dispatch"})

_COMPAT: Final = "pydezero.compat.autograd.scipy"
_DENSITY: Final = "the density in NumPy and scipy.special, or another distribution, of pydezero.scipy.stats,"
_FILTERED: Final = (
    "pydezero.scipy.ndimage.correlate(x, weights) for a linear filter, or map_coordinates(x, places) for a shift, a "
    "rotation or another map,"
)
_INTERPOLATED: Final = (
    "np.interp(t, x, y), or pydezero.scipy.interpolate.CubicSpline(x, y)(t), make_interp_spline(x, y)(t), "
    "PchipInterpolator(x, y)(t) or RegularGridInterpolator(points, values)(t)"
)
_SOLUTION: Final = (
    "a function of pydezero.scipy.optimize (root, minimize, least_squares, ...), or pydezero.custom_root, which takes "
    "any solver,"
)
_COMPOSED: Final = "a composition of functions of NumPy and scipy.special, or a pydezero.Function with its rule,"

_INSTEAD: Final = {
    "scipy.stats": _DENSITY,
    "scipy.interpolate": _INTERPOLATED,
    "scipy.ndimage": _FILTERED,
    "scipy.optimize": _SOLUTION,
    "scipy.sparse": "A @ x or x @ A with a sparse matrix A, or A.toarray() for other operations,",
    "scipy.sparse.linalg": "np.linalg.solve(A.toarray(), b), or pydezero.scipy.sparse.linalg.spsolve(A, b),",
}

# Functions that have derivatives where SciPy computes by the array API standard: those of docs/array_api.md that have
# no counterpart here.
_BY_STANDARD: Final = frozenset(
    {
        "scipy.fft.fht",
        "scipy.integrate.cubature",
        "scipy.optimize.rosen",
        "scipy.signal.freqz",
        "scipy.spatial.transform.from_quat",
        "scipy.spatial.transform.from_rotvec",
        *[
            f"scipy.stats.{name}"
            for name in (
                "circmean",
                "circstd",
                "circvar",
                "describe",
                "differential_entropy",
                "directional_stats",
                "entropy",
                "gmean",
                "gstd",
                "hmean",
                "kurtosis",
                "moment",
                "pmean",
                "sem",
                "skew",
                "trim_mean",
                "zmap",
            )
        ],
    }
)


__all__ = [
    "instead_of_scipys",
    "is_sparse_product",
]


def instead_of_scipys() -> str | None:
    """The advice if a function of SciPy, two calls further out, asked a Variable for its value; else None."""
    called: FrameType | None = None
    for frame in _frames(sys._getframe(2)):
        called = frame if _library_of(frame) == "scipy" else called
    if called is None:
        return None
    places = _places_of(called)
    for place, name in places:
        room = place.removeprefix("scipy.")
        if name in EXPORTS.get(f"pydezero.scipy.{room}", ()):
            return f"pydezero.scipy.{room}.{name}(...), which is scipy.{room}.{name} for Variables"
    function = _public_name(called, places)
    # A method of an array of scipy.sparse is that of a constant; what makes one has a counterpart.
    is_constant = places[0][0] == "scipy.sparse" and called.f_code.co_name != "__init__"
    ours = None if is_constant else _counterpart(function)
    if ours is not None:
        return f"pydezero.{ours}(...), which is {ours} for Variables"
    if function in _BY_STANDARD and "SCIPY_ARRAY_API" not in os.environ:
        return (
            'os.environ["SCIPY_ARRAY_API"] = "1" before SciPy is imported: '
            f"with the array API standard {function} has a derivative (docs/array_api.md)"
        )
    return f"{_instead_of(function)} rather than {function}, which takes no Variables"


def _counterpart(function: str) -> str | None:
    """The name of a class of SciPy, or of the method of an object (a distribution), if there is one for Variables."""
    room, _, name = function.removeprefix("scipy.").partition(".")
    owner, *method = name.split(".")
    if owner not in EXPORTS.get(f"pydezero.scipy.{room}", ()):
        return None
    ours = load(f"pydezero.scipy.{room}", owner)
    if isinstance(ours, type):
        return f"scipy.{room}.{owner}"
    return function if all(hasattr(ours, part) for part in method) else None


def is_sparse_product() -> bool:
    """Whether a product with a sparse array, two calls further out, asks a Variable for an array."""
    return any(
        frame.f_code.co_name in _SPARSE_PRODUCTS and frame.f_globals["__name__"].startswith("scipy.sparse.")
        for frame in _frames(sys._getframe(2))
    )


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    """The frames, from one outward, that are within the libraries."""
    while frame is not None and _library_of(frame) in _LIBRARIES:
        yield frame
        frame = frame.f_back


def _library_of(frame: FrameType) -> str:
    name: str = frame.f_globals.get("__name__", "")
    return name.partition(".")[0]


def _places_of(called: FrameType) -> list[tuple[str, str]]:
    """The package and name of the function of a frame; of a decorated one they are in a variable of the decorator."""
    functions = [x for x in called.f_locals.values() if isfunction(x)]
    places = [(called.f_globals["__name__"], called.f_code.co_name), *[(x.__module__, x.__name__) for x in functions]]
    return [(_room_of(module), name) for module, name in places]


def _room_of(module: str) -> str:
    """The package that a module of SciPy belongs to, as a program imports it."""
    public = [part for part in module.split(".") if not part.startswith("_")]
    room = ".".join(public[:3])
    return room if room in sys.modules else ".".join(public[:2])


def _public_name(called: FrameType, places: list[tuple[str, str]]) -> str:
    """The name of a function or method of SciPy as a program writes it."""
    room, name = places[0]
    this = called.f_locals.get("self")
    if this is not None:
        kind = type(this).__name__.removesuffix("_gen").removesuffix("_frozen")
        owner = getattr(getattr(this, "dist", this), "name", None) if room == "scipy.stats" else None
        if name == "__call__" and room in sys.modules:
            names = [key for key, x in vars(sys.modules[room]).items() if x is this]
            if names:  # an object that is called like a function
                return f"{room}.{names[0]}"
        method = "" if name.startswith("__") else f".{name}"
        return f"{room}.{owner if isinstance(owner, str) else kind}{method}"
    found = [place for place in places if callable(getattr(sys.modules.get(place[0]), place[1], None))]
    return ".".join(found[0] if found else places[0])


def _instead_of(function: str) -> str:
    """What to write instead of a function."""
    room, _, name = function.rpartition(".")
    if room in ("scipy.linalg", "scipy.fft") and hasattr(getattr(np, room[6:]), name):
        return f"np.{room[6:]}.{name}(...)"
    parts = function.split(".")
    rooms = [".".join(parts[:count]) for count in range(len(parts), 1, -1)]
    return next((_INSTEAD[place] for place in rooms if place in _INSTEAD), _COMPOSED)
