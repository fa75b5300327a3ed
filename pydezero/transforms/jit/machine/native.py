"""A native function of a program as machine code, and the function of Python's C interface that calls it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from pydezero.transforms.jit.machine.functions import bitcode, name_of
from pydezero.transforms.jit.machine.optimize import object_code, optimized
from pydezero.transforms.jit.machine.routines import ROUTINES
from pydezero.transforms.jit.machine.translate import Result, Translation, Word
from pydezero.transforms.jit.machine.values import SIZES, NotTranslated, Value, is_float, is_unsigned, number, type_of
from pydezero.transforms.jit.machine.words import WORDS
from pydezero.transforms.jit.program import Buffer
from pydezero.transforms.jit.vector_math import BINARY, LIMITS, UNARY
from pydezero.transforms.staging.text import dtype_name

ENTRY: Final = "entry"
"""The name of the function that Python calls."""

_LIMIT: Final = "limit_of_"
_HEAD: Final = object.__basicsize__
"""Where the address of its elements stands in an array of NumPy's."""
_ITEMS: Final = tuple.__basicsize__
"""Where the first element stands in a tuple."""


@attrs.frozen
class Code:
    """Machine code: an object file, and the names that the linker has to fill in."""

    content: bytes
    outside: tuple[str, ...]


def native_code(source: Sequence[str], arguments: Sequence[tuple[Buffer, bool]], *, for_large: bool) -> Code:
    """The machine code of a native function.

    Args:
        source: its lines.
        arguments: the buffers that it takes, and whether it writes to each.
        for_large: whether it must be right for arguments of any size.

    Raises:
        NotTranslated: there is something in it that is not translated.
    """
    (tree,) = ast.parse("\n".join(source)).body
    assert isinstance(tree, ast.FunctionDef)
    parameters = {
        each.arg: _parameter(each.arg, buffer) for each, (buffer, _) in zip(tree.args.args, arguments, strict=True)
    }
    meanings = _Meanings(for_large, tree.name, _results(tree))
    translation = Translation(tree, parameters, meanings.of)
    results = translation.results if isinstance(translation.results, tuple) else (translation.results,)
    declared = {name: line for name, line in translation.to.declared.items() if name not in _INTERFACE}
    lines = [*declared.values(), *_body(translation, parameters, results), *_entry(parameters, results)]
    text = "\n".join([*lines, *translation.to.functions, *translation.to.marks])
    module = optimized(text, [bitcode(name) for name in sorted(meanings.called)])
    outside = [x.name for x in (*module.functions, *module.global_variables) if x.is_declaration]
    return Code(object_code(module), tuple([x for x in outside if not x.startswith("llvm.")]))


def _results(tree: ast.FunctionDef) -> int:
    """The number of results of a function."""
    found = next((x.value for x in tree.body if isinstance(x, ast.Return)), None)
    return len(found.elts) if isinstance(found, ast.Tuple) else int(found is not None)


def _parameter(name: str, buffer: Buffer) -> Value:
    kind = dtype_name(buffer.dtype)
    if not buffer.shape:
        return Value(f"%{name}", kind)
    return Value(f"%{name}", f"{'u8' if kind == 'bool' else kind}*")


class _Meanings:
    """The meanings of the names in a program; `called` are the functions of `vector_math` that were asked for."""

    def __init__(self, for_large: bool, function: str, results: int) -> None:
        self.for_large = for_large
        self.function = function
        self.results = results
        self.called: set[str] = set()

    def of(self, name: str) -> Word | Value:
        """A word, or a number.

        Raises:
            NotTranslated: it is neither.
        """
        if name in ("inf", "nan"):
            return number(float(name))
        if name.startswith(_LIMIT):
            return number(float("inf") if self.for_large else LIMITS[name[len(_LIMIT) :]])
        if name in WORDS:
            return WORDS[name]
        if name in ROUTINES:
            return ROUTINES[name]
        if name == self.function:
            return self._again
        if name not in UNARY and name not in BINARY:
            raise NotTranslated(name)
        if self.for_large and name in LIMITS:
            # The functions of the C library are right for all arguments, and take thirty times as long.
            return lambda to, x: to.to.called(name, "f64", x)
        self.called.add(name)
        return lambda to, x: to.to.called(name_of(name), "f64", x)

    def _again(self, to: Translation, x: Sequence[Result]) -> tuple[()]:
        """A call of the function by itself, for what it writes to memory."""
        # Its results take the places of those of the caller, which writes to them at its end.
        operands = [*[value.typed for value in x], *[f"ptr %result{i}" for i in range(self.results)]]
        to.to.add(f"call void @body({', '.join(operands)})")
        return ()


def _body(translation: Translation, parameters: dict[str, Value], results: Sequence[Value]) -> list[str]:
    """The lines of the function itself, which writes its results to places that it is given."""
    # No argument is another one that is written to.
    taken = [f"{x.type} {'noalias ' if x.kind.endswith('*') else ''}{x.text}" for x in parameters.values()]
    given = [f"ptr noalias %result{i}" for i in range(len(results))]
    for i, x in enumerate(results):
        translation.to.store(x, Value(f"%result{i}", f"{_stored(x)}*"))
    return [
        f"define internal void @body({', '.join([*taken, *given])}) noinline nounwind {{",
        *translation.to.first,
        *translation.to.lines,
        "  ret void",
        "}",
    ]


def _stored(x: Value) -> str:
    return "i64" if x.kind == "integer" else x.kind


_INTERFACE: Final = {
    "PyBool_FromLong": "declare ptr @PyBool_FromLong(i64)",
    "PyEval_RestoreThread": "declare void @PyEval_RestoreThread(ptr)",
    "PyEval_SaveThread": "declare ptr @PyEval_SaveThread()",
    "PyFloat_AsDouble": "declare double @PyFloat_AsDouble(ptr)",
    "PyFloat_FromDouble": "declare ptr @PyFloat_FromDouble(double)",
    "PyLong_AsUnsignedLongLongMask": "declare i64 @PyLong_AsUnsignedLongLongMask(ptr)",
    "PyLong_FromLongLong": "declare ptr @PyLong_FromLongLong(i64)",
    "PyLong_FromUnsignedLongLong": "declare ptr @PyLong_FromUnsignedLongLong(i64)",
    "PyObject_IsTrue": "declare i32 @PyObject_IsTrue(ptr)",
    "PyTuple_New": "declare ptr @PyTuple_New(i64)",
    "PyTuple_SetItem": "declare i32 @PyTuple_SetItem(ptr, i64, ptr)",
}


def _entry(parameters: dict[str, Value], results: Sequence[Value]) -> list[str]:
    """The lines of the function that Python calls with a tuple of arrays and numbers; it lets other threads run."""
    lines = [f"define ptr @{ENTRY}(ptr %self, ptr %args, ptr %names) nounwind {{"]
    operands: list[str] = []
    for i, x in enumerate(parameters.values()):
        lines += [
            f"  %place{i} = getelementptr i8, ptr %args, i64 {_ITEMS + i * np.dtype(np.intp).itemsize}",
            f"  %object{i} = load ptr, ptr %place{i}",
            *_taken(i, x),
        ]
        operands.append(f"{x.type} %x{i}")
    for i, x in enumerate(results):
        lines.append(f"  %result{i} = alloca {x.type}")
        operands.append(f"ptr %result{i}")
    lines += [
        "  %thread = call ptr @PyEval_SaveThread()",
        f"  call void @body({', '.join(operands)})",
        "  call void @PyEval_RestoreThread(ptr %thread)",
    ]
    for i, x in enumerate(results):
        lines += [f"  %y{i} = load {x.type}, ptr %result{i}", *_given(i, x)]
    if len(results) == 1:
        lines.append("  ret ptr %given0")
    else:
        lines.append(f"  %all = call ptr @PyTuple_New(i64 {len(results)})")
        lines += [
            f"  %done{i} = call i32 @PyTuple_SetItem(ptr %all, i64 {i}, ptr %given{i})" for i in range(len(results))
        ]
        lines.append("  ret ptr %all")
    return [*_INTERFACE.values(), *lines, "}"]


def _taken(i: int, x: Value) -> list[str]:
    """The lines that take an argument out of its object; the program knows that it is of its dtype."""
    if x.kind.endswith("*"):
        return [f"  %data{i} = getelementptr i8, ptr %object{i}, i64 {_HEAD}", f"  %x{i} = load ptr, ptr %data{i}"]
    if is_float(x.kind):
        wide = f"call double @PyFloat_AsDouble(ptr %object{i})"
        if x.kind == "f64":
            return [f"  %x{i} = {wide}"]
        return [f"  %wide{i} = {wide}", f"  %x{i} = fptrunc double %wide{i} to float"]
    if x.kind == "bool":
        return [f"  %wide{i} = call i32 @PyObject_IsTrue(ptr %object{i})", f"  %x{i} = trunc i32 %wide{i} to i1"]
    wide = f"call i64 @PyLong_AsUnsignedLongLongMask(ptr %object{i})"
    if SIZES[x.kind] == 64:
        return [f"  %x{i} = {wide}"]
    return [f"  %wide{i} = {wide}", f"  %x{i} = trunc i64 %wide{i} to {x.type}"]


def _given(i: int, x: Value) -> list[str]:
    """The lines that make an object of a result."""
    if is_float(x.kind):
        lines = [] if x.kind == "f64" else [f"  %wide_y{i} = fpext float %y{i} to double"]
        value = f"%y{i}" if x.kind == "f64" else f"%wide_y{i}"
        return [*lines, f"  %given{i} = call ptr @PyFloat_FromDouble(double {value})"]
    value, lines = f"%y{i}", []
    if x.type != "i64":
        word = "zext" if is_unsigned(x.kind) else "sext"
        value, lines = f"%wide_y{i}", [f"  %wide_y{i} = {word} {type_of(x.kind)} %y{i} to i64"]
    of = "PyBool_FromLong" if x.kind == "bool" else f"PyLong_From{'Unsigned' if is_unsigned(x.kind) else ''}LongLong"
    return [*lines, f"  %given{i} = call ptr @{of}(i64 {value})"]
