"""Advice on what to write instead of a function of SciPy that takes no Variables."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from inspect import isfunction
from types import FrameType
from typing import Final

import numpy as np

from pydezero.core.operators import EscapeError
from pydezero.core.source import instruction_of
from pydezero.core.variable import Variable
from pydezero.exports import EXPORTS
from pydezero.lazy import load
from pydezero.tree import flatten

# SciPy's functions call NumPy's, which call ours.
_LIBRARIES: Final = frozenset({"numpy", "pydezero", "scipy"})

# The methods of sparse arrays that ask for an array, and return NotImplemented where they get one that holds an object.
_SPARSE_PRODUCTS: Final = frozenset({"_matmul_dispatch", "_mul_dispatch"})

# A function that is called, as a line has it.
_CALLED: Final = re.compile(r"[A-Za-z_][\w.]*(?=\()")

_COMPAT: Final = "pydezero.compat.autograd.scipy"
_DENSITY: Final = "the density in NumPy and scipy.special, or another distribution, of pydezero.scipy.stats,"
_FILTERED: Final = (
    "pydezero.scipy.ndimage.correlate(x, weights) for a linear filter, or map_coordinates(x, places) for a shift, a "
    "rotation or another map,"
)
_INTERPOLATED: Final = (
    "np.interp(t, x, y), or pydezero.scipy.interpolate.CubicSpline(x, y)(t), make_interp_spline(x, y)(t), "
    "PchipInterpolator(x, y)(t), Akima1DInterpolator(x, y)(t) or RegularGridInterpolator(points, values)(t)"
)
_SOLUTION: Final = (
    "a function of pydezero.scipy.optimize (root, minimize, least_squares, ...), or pydezero.custom_root, which takes "
    "any solver,"
)
_COMPOSED: Final = "a composition of functions of NumPy and scipy.special, or a pydezero.Function with its rule,"

_INDICES: Final = "the same of pydezero.value(x) where indices are what it gives, as x[indices] has a derivative,"
_PAIRS: Final = "np.linalg.norm(x[:, np.newaxis] - y, axis=-1), or another formula of all pairs,"

# By package, by class and by function.
_INSTEAD: Final = {
    "scipy.cluster": _INDICES,
    "scipy.fft.next_fast_len": "a plain integer, which is not differentiated,",
    "scipy.integrate.dblquad": "pydezero.scipy.integrate.quad in quad",
    "scipy.integrate.romb": "pydezero.scipy.integrate.simpson(y)",
    "scipy.io": "it of the arrays that were computed, after the transform,",
    "scipy.ndimage.label": _INDICES,
    "scipy.optimize.bisect": "pydezero.scipy.optimize.brentq(f, a, b)",
    "scipy.optimize.brenth": "pydezero.scipy.optimize.brentq(f, a, b)",
    "scipy.optimize.linear_sum_assignment": _INDICES,
    "scipy.optimize.ridder": "pydezero.scipy.optimize.brentq(f, a, b)",
    "scipy.signal.find_peaks": _INDICES,
    "scipy.sparse.block_diag": "pydezero.scipy.linalg.block_diag(...), which is not sparse,",
    "scipy.sparse.diags": "np.diag(x, k), or pydezero.scipy.sparse.coo_array((x, (rows, columns)), shape),",
    "scipy.sparse.diags_array": "np.diag(x, k), or pydezero.scipy.sparse.coo_array((x, (rows, columns)), shape),",
    "scipy.sparse.kron": "np.kron(a, b) of arrays",
    "scipy.sparse.linalg.eigs": "np.linalg.eig(A) of an array",
    "scipy.sparse.linalg.eigsh": "np.linalg.eigh(A) of an array",
    "scipy.sparse.linalg.expm_multiply": "pydezero.scipy.linalg.expm(A) @ b of an array A",
    "scipy.sparse.linalg.svds": "np.linalg.svd(A) of an array",
    "scipy.spatial": _INDICES,
    "scipy.spatial.distance": _PAIRS,
    "scipy.spatial.distance.euclidean": "np.linalg.norm(x - y)",
    "scipy.spatial.procrustes": _COMPOSED,
    "scipy.stats.pearsonr": "np.corrcoef(x, y)[0, 1]",
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
    "note_scipys",
]


def instead_of_scipys() -> str | None:
    """The advice if a function of SciPy, two calls further out, asked a Variable for its value; else None."""
    called: FrameType | None = None
    users: FrameType | None = sys._getframe(2)
    for frame in _frames(users):
        called = frame if _library_of(frame) == "scipy" else called
        users = frame.f_back
    if called is not None:
        return _instead_of_call(called)
    compiled = _compiled(users)
    return None if compiled is None else _instead_of_place([compiled], ".".join(compiled))


def note_scipys(error: Exception) -> None:
    """Add to an error of a function of SciPy that was given a Variable which function it is, and what to write instead.

    An EscapeError says it already. SciPy's own errors ("type not understood") say nothing of it.
    """
    if isinstance(error, EscapeError):
        return
    called: FrameType | None = None
    traceback = error.__traceback__
    while traceback is not None:
        library = _library_of(traceback.tb_frame)
        if library not in _LIBRARIES:
            called = None  # SciPy has called a function of the user's
        elif library == "scipy" and called is None:
            called = traceback.tb_frame
        traceback = traceback.tb_next
    if called is not None and any(map(_has_variable, called.f_locals.values())):
        error.add_note(f"(a function of SciPy was given a Variable; write {_instead_of_call(called)})")


def _has_variable(x: object) -> bool:
    """Whether there is a Variable in an argument, or among what a function captures."""
    leaves = flatten(x)
    captured = [cell.cell_contents for leaf in leaves if isfunction(leaf) for cell in leaf.__closure__ or ()]
    return any(type(leaf) is Variable for leaf in flatten([leaves, captured]))


def _instead_of_call(called: FrameType) -> str:
    """Advice for the function of SciPy that a frame runs."""
    places = _places_of(called)
    # A method of an array of scipy.sparse is that of a constant; what makes one has a counterpart.
    is_constant = places[0][0] == "scipy.sparse" and called.f_code.co_name != "__init__"
    return _instead_of_place(places, _public_name(called, places), is_constant=is_constant)


def _instead_of_place(places: Sequence[tuple[str, str]], function: str, *, is_constant: bool = False) -> str:
    """Advice for a function, given its packages and names, and its name in a program."""
    for place, name in places:
        room = place.removeprefix("scipy.")
        if name in EXPORTS.get(f"pydezero.scipy.{room}", ()):
            return f"pydezero.scipy.{room}.{name}(...), which is scipy.{room}.{name} for Variables"
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


def _compiled(frame: FrameType | None) -> tuple[str, str] | None:
    """The package and name of the compiled function of SciPy's, which has no frame, that a line calls."""
    written = None if frame is None else _CALLED.match(instruction_of(frame.f_code, frame.f_lasti))
    if frame is None or written is None:
        return None
    first, *others = written.group().split(".")
    found: object = frame.f_locals.get(first, frame.f_globals.get(first))
    owner = ""
    for name in others:
        owner = getattr(found, "__name__", "")
        found = getattr(found, name, None)
    name = getattr(found, "__name__", others[-1] if others else first).removeprefix("function ")
    module = getattr(found, "__module__", None) or owner
    if type(found).__name__ == "fortran":  # which does not know its package
        module = "scipy.linalg.blas" if hasattr(sys.modules["scipy.linalg.blas"], name) else "scipy.linalg.lapack"
    return (_room_of(module), name) if module.partition(".")[0] == "scipy" else None


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
    """Advice for a function."""
    room, _, name = function.rpartition(".")
    if room == "scipy.fft" and hasattr(np.fft, name):
        return f"np.fft.{name}(...)"
    parts = function.split(".")
    rooms = [".".join(parts[:count]) for count in range(len(parts), 1, -1)]  # the function itself, what it is in
    return next((_INSTEAD[place] for place in rooms if place in _INSTEAD), _COMPOSED)
