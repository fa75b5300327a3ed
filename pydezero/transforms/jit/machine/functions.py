"""The functions of `vector_math` in machine code: each is translated and optimized once, with all that it calls."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence
from functools import cache
from types import FunctionType, MappingProxyType
from typing import Any, Final

from pydezero.transforms.jit.machine.optimize import optimized
from pydezero.transforms.jit.machine.sources import definition
from pydezero.transforms.jit.machine.translate import Result, Translation, Word
from pydezero.transforms.jit.machine.values import NotTranslated, Value, number, type_of
from pydezero.transforms.jit.machine.words import WORDS
from pydezero.transforms.jit.vector_math import BINARY, UNARY, bits

_KINDS: Final = {"float": "f64", "int": "i64", "bool": "bool"}
_NUMBERS: Final = {"math.inf": float("inf"), "math.nan": float("nan")}


def _bits_of(kind: str) -> Word:
    def word(to: Translation, x: Sequence[Result]) -> Value:
        return to.to.new(kind, f"bitcast {x[0].typed} to {type_of(kind)}")

    return word


def _divide(to: Translation, x: Sequence[Result]) -> Value:
    return to.to.of_two("/", *x)


def _fma(to: Translation, x: Sequence[Result]) -> Value:
    return to.to.intrinsic("fma", [to.to.converted(value, "f64") for value in x])


_INSTRUCTIONS: Final = MappingProxyType(
    {
        bits.to_bits: _bits_of("i64"),
        bits.from_bits: _bits_of("f64"),
        bits.fma: _fma,
        bits.divide: _divide,
        **{getattr(bits, name): WORDS[name] for name in ("select", "sqrt", "floor", "copysign")},
    }
)
"""What is one instruction."""


def name_of(function: str) -> str:
    """The name of a function in LLVM, which none of C has."""
    return f"pydezero.{function}"


@cache
def bitcode(function: str) -> bytes:
    """A function of `vector_math`, optimized, that is meant to be inlined wherever it is called."""
    library = _Library()
    library.add(UNARY.get(function) or BINARY[function], name_of(function), "")
    module = optimized("\n\n".join([*library.declared.values(), *library.texts.values()]))
    module.get_function(name_of(function)).linkage = "linkonce_odr"  # nothing is left of it when it has been inlined
    code: bytes = module.as_bitcode()
    return code


class _Library:
    """Functions that call each other, each translated once."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.declared: dict[str, str] = {}
        self.results: dict[str, Result] = {}

    def add(self, function: Callable[..., Any], name: str, linkage: str) -> Result:
        """Translate a function; what it gives, as values of the kinds that these have."""
        if name in self.results:
            return self.results[name]
        tree = definition(function)
        parameters = {
            each.arg: Value(f"%{each.arg}", _KINDS[ast.unparse(each.annotation or each)]) for each in tree.args.args
        }
        of_module = vars(sys.modules[function.__module__])
        translation = Translation(tree, parameters, lambda word: self._meaning(word, of_module))
        results = self.results[name] = translation.results
        kind, lines = _returned(translation, results)
        operands = ", ".join([x.typed for x in parameters.values()])
        self.texts[name] = "\n".join(
            [f"define {linkage} {kind} @{name}({operands}) alwaysinline nounwind {{", *lines, "}"]
        )
        self.declared.update(translation.to.declared)
        return results

    def _meaning(self, word: str, of_module: Any) -> Word | Value:
        if word in _NUMBERS:
            return number(_NUMBERS[word])
        if word == "abs":
            return WORDS[word]
        found = of_module.get(word)
        if type(found) in (int, float):
            return number(found)
        if not isinstance(found, FunctionType):
            raise NotTranslated(word)
        if found in _INSTRUCTIONS:
            return _INSTRUCTIONS[found]
        results = self.add(found, name := f"part.{found.__module__.rpartition('.')[2]}.{word}", "internal")
        kinds = [_KINDS[ast.unparse(each.annotation or each)] for each in definition(found).args.args]
        return lambda to, x: _of_call(to, name, results, kinds, x)


def _type(result: Result) -> str:
    return f"{{{', '.join([x.type for x in result])}}}" if isinstance(result, tuple) else str(result.type)


def _returned(translation: Translation, result: Result) -> tuple[str, list[str]]:
    """The return type of a function, and its lines with those that return the results."""
    kind = _type(result)
    text = "undef"
    if isinstance(result, tuple):
        for i, x in enumerate(result):
            text = translation.to.new("i64", f"insertvalue {kind} {text}, {x.typed}, {i}").text
    else:
        text = result.text
    translation.to.add(f"ret {kind} {text}")
    return kind, [*translation.to.first, *translation.to.lines]


def _of_call(to: Translation, name: str, results: Result, kinds: Sequence[str], x: Sequence[Result]) -> Result:
    operands = ", ".join([to.to.converted(value, kind).typed for value, kind in zip(x, kinds, strict=True)])
    made = to.to.new("i64", f"call {_type(results)} @{name}({operands})")
    if not isinstance(results, tuple):
        return Value(made.text, results.kind)
    return tuple([to.to.new(y.kind, f"extractvalue {_type(results)} {made.text}, {i}") for i, y in enumerate(results)])
