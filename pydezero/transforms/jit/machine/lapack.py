"""The words of `large_systems` that are functions of LAPACK: those of SciPy, by their addresses."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from pydezero.transforms.jit.machine.translate import Result, Translation, Word
from pydezero.transforms.jit.machine.values import Value, number

PREFIX: Final = "pydezero.lapack."
"""The begin of the names that LLVM knows them by."""

_LETTERS: Final = {"f64": "d", "f32": "s"}


def address_of(name: str) -> int:
    """The address of a function, by the name that LLVM knows it by."""
    from scipy.linalg import cython_lapack

    capsules: Mapping[str, Any] = cython_lapack.__pyx_capi__  # the stubs know each by its name alone
    capsule = capsules[name.removeprefix(PREFIX)]
    name_of, pointer_of = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
    pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    found: int = pointer_of(capsule, name_of(capsule))
    return found


def _called(to: Translation, name: str, of: Value, operands: Sequence[Value | str]) -> Value:
    """Call a function, which takes addresses of all its operands; what it says of itself at the end."""
    status = to.to.slot(number(0, "i32"))
    places = [x if isinstance(x, Value) and x.kind.endswith("*") else _place(to, x) for x in operands]
    function = f"{PREFIX}{_LETTERS[of.kind[:-1]]}{name}"
    to.to.declared[function] = f"declare void @{function}({', '.join(['ptr'] * (len(places) + 1))})"
    to.to.add(f"call void @{function}({', '.join([x.typed for x in (*places, status)])})")
    return to.to.loaded(status)


def _place(to: Translation, x: Value | str) -> Value:
    """The address of a letter or of a number that is written out."""
    return to.to.slot(number(ord(x), "i8") if isinstance(x, str) else number(int(x.text), "i32"))


def _getrf(to: Translation, x: Sequence[Result]) -> Value:
    n, a, exchanges = x
    return _called(to, "getrf", a, [n, n, a, n, exchanges])


def _getrs(to: Translation, x: Sequence[Result]) -> Value:
    n, m, a, exchanges, b = x
    return _called(to, "getrs", a, ["N", n, m, a, n, exchanges, b, n])


def _potrf(to: Translation, x: Sequence[Result]) -> Value:
    n, a = x
    return _called(to, "potrf", a, ["U", n, a, n])


def _trtrs(to: Translation, x: Sequence[Result]) -> Value:
    is_lower, is_unit, n, m, a, of_a, along_a, b = x
    is_transposed = along_a.text == "1"  # in the order of Fortran it is
    letters = ["UL"[int(is_lower.text) ^ is_transposed], "NT"[is_transposed], "NU"[int(is_unit.text)]]
    return _called(to, "trtrs", a, [*letters, n, m, a, of_a if is_transposed else along_a, b, n])


LAPACK: Final[Mapping[str, Word]] = MappingProxyType(
    {"getrf": _getrf, "getrs": _getrs, "potrf": _potrf, "trtrs": _trtrs}
)
"""The words, by their names."""
