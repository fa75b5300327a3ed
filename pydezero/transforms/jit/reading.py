"""Whether code may look at the elements of arrays by itself, so that what it finds leaves no trace in a graph.

`x * a` reads a by an operation, which reads it anew at each call of the program. `x if a[0] > 0 else -x` and
`x * float(a[0])` read it while the function is recorded, and never again. Of code that does nothing of the kind it is
known; all other code may.
"""

from __future__ import annotations

import builtins
import dis
import sys
from collections.abc import Iterator, Mapping
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any, Final

LIBRARIES: Final = frozenset({"numpy", "scipy", "pydezero", "builtins"}) | sys.stdlib_module_names
"""What is not the user's own."""

# NumPy and this library give arrays and NumPy's numbers, which a record tells from Python's.
_OF_ARRAYS: Final = frozenset({"numpy", "pydezero"})
_HARMLESS_MODULES: Final = _OF_ARRAYS | {"collections", "dataclasses", "functools", "itertools", "typing", "warnings"}

# Jumps that depend on a truth, and what makes a truth of an element.
_DECIDING: Final = frozenset(
    [
        code
        for name, code in dis.opmap.items()
        if name.startswith(("POP_JUMP", "JUMP_IF")) or name in ("CONTAINS_OP", "UNARY_NOT", "IMPORT_NAME", "TO_BOOL")
    ]
)

# The instructions that read names of a module; others read attributes, whose names are kept in the same place.
_OF_GLOBALS: Final = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"})

# The builtins that make no number or truth of Python's of an element.
_HARMLESS: Final = frozenset(
    {
        "abs", "classmethod", "dict", "enumerate", "getattr", "hasattr", "isinstance", "issubclass", "len", "list",
        "map", "object", "print", "property", "range", "reversed", "setattr", "slice", "staticmethod", "sum", "super",
        "tuple", "type", "zip",
    }
)  # fmt: skip

# The functions and methods of NumPy that give numbers or truths of Python's, or indices.
_REVEALING: Final = frozenset(
    {
        "all", "allclose", "any", "argmax", "argmin", "argpartition", "argsort", "argwhere", "array_equal",
        "array_equiv", "as_integer_ratio", "astype", "bincount", "buffer", "count_nonzero", "ctypes", "data",
        "digitize", "dump", "dumps", "flatnonzero", "hex", "is_integer", "item", "lexsort", "nanargmax", "nanargmin",
        "nonzero", "searchsorted", "tobytes", "tofile", "tolist", "unique", "view",
    }
)  # fmt: skip


def may_look(f: FunctionType) -> bool:
    """Whether a function may look at elements, apart from the functions that it calls."""
    return any(_may_look(code, f.__globals__) for code in codes_in(f.__code__))


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """The code of a function, and that of the functions and classes that are written in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_in(constant)


def is_foreign(x: object) -> bool:
    """Whether something is compiled code that may look at elements: `math.sin`, a function of SciPy's."""
    if isinstance(x, ModuleType):
        return _room(x.__name__) in LIBRARIES - _HARMLESS_MODULES
    if isinstance(x, BuiltinFunctionType):
        return _room(str(x.__module__)) not in _HARMLESS_MODULES
    return isinstance(x, FunctionType) and _room(str(x.__module__)) in LIBRARIES - _HARMLESS_MODULES


def _may_look(code: CodeType, names: Mapping[str, Any]) -> bool:
    if not _DECIDING.isdisjoint(code.co_code[::2]) or not _REVEALING.isdisjoint(code.co_names):
        return True
    for name in _globals_in(code):
        if is_foreign(names[name]) if name in names else hasattr(builtins, name) and name not in _HARMLESS:
            return True
    return False


def global_names(f: FunctionType) -> list[str]:
    """The names of the module that the code of a function, and of the functions in it, reads."""
    return list(dict.fromkeys([name for code in codes_in(f.__code__) for name in _globals_in(code)]))


def _globals_in(code: CodeType) -> Iterator[str]:
    return (x.argval for x in dis.get_instructions(code) if x.opname in _OF_GLOBALS)


def _room(module: str) -> str:
    return module.partition(".")[0]
