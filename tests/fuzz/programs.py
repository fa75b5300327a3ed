"""Random programs: lines of Python, made one after the other for the values that are there."""

from __future__ import annotations

import re
import warnings
from random import Random
from typing import Any, Final

import attrs
import numpy as np
from hypothesis import strategies as st

from pydezero import Variable
from tests.functions.case import Array, Results
from tests.fuzz import vocabulary
from tests.fuzz.layouts import LAYOUTS
from tests.fuzz.oracles import QUICK
from tests.fuzz.packing import PACKINGS
from tests.fuzz.rows import OF_FUNCTION, ROWS
from tests.fuzz.steps import BINARY, BY_VALUES, ELEMENTWISE, INNER, NESTED, SHAPES, Template

_SHAPES: Final = ((), (1,), (3,), (4,), (2, 3), (3, 1), (1, 2, 2), (0,), (2, 0))
_DTYPES: Final = ("f8", "c16", "f4", "c8", "f2")
_CONSTANT_DTYPES: Final = ("f8", "f8", "i8", "u1", "bool", "i1", "i2", "u8", "f8", "u4", "f4", "f2")

# Larger results are cut off, and larger numbers made smaller, so that programs stay quick and well-conditioned.
_LARGEST_SIZE: Final = 30
_LARGEST_NUMBER: Final = 8.0

# Errors of NumPy where a template is not for a value.
_NUMPY_ERRORS: Final = (ValueError, TypeError, IndexError, Warning, np.linalg.LinAlgError, ZeroDivisionError)


@attrs.frozen
class Program:
    """A function as source text, arguments to call it with, and what the oracles ask about it."""

    inputs: tuple[str, ...]
    constants: tuple[str, ...]
    lines: tuple[str, ...]
    result: str
    packing: str
    rows: tuple[str, ...] = ()
    shaped_by_values: bool = False
    asks: bool = False
    # The itemsize of a real number of the lowest precision that occurs.
    precision: int = 8
    is_complex: bool = False

    def source(self) -> str:
        """The definitions of `g`, which gives an array, of `f`, which gives a number, and of their arguments."""
        names = ", ".join(f"x{i}" for i in range(len(self.inputs)))
        body = [f"[{names}] = leaves_of(*arguments)", *self.lines, f"return {self.result}"]
        return "\n".join(
            [
                *[f"c{i} = {text}" for i, text in enumerate(self.constants)],
                "def g(*arguments):",
                *[f"    {line}" for line in body],
                "def f(*arguments):",
                "    return total(g(*arguments))",
                f"arguments = packed({self.packing!r}, {', '.join(self.inputs)})",
            ]
        )

    def script(self, oracle: str) -> str:
        """A program that runs by itself and applies an oracle."""
        facts = f"shaped_by_values={self.shaped_by_values}, asks={self.asks}, precision={self.precision}"
        checked = f"Subject(f, g, arguments, [{', '.join(f'c{i}' for i in range(len(self.constants)))}], {facts}, "
        return "\n".join(
            [
                "from tests.fuzz.oracles import ORACLES, Subject",
                "from tests.fuzz.vocabulary import *",
                "",
                self.source(),
                f"ORACLES[{oracle!r}]({checked}is_complex={self.is_complex}))",
            ]
        )

    def run(self) -> dict[str, Any]:
        """The names that the source defines."""
        names = dict(vars(vocabulary))
        exec(compile(self.source(), "<program>", "exec"), names)
        return names

    def __repr__(self) -> str:
        return f"\n{self.source()}\n"


@attrs.define
class _Draft:
    """A program that grows, with the values of its lines."""

    rng: Random
    values: dict[str, Array] = attrs.Factory(dict)
    inputs: list[str] = attrs.Factory(list)
    constants: list[str] = attrs.Factory(list)
    lines: list[str] = attrs.Factory(list)
    rows: list[str] = attrs.Factory(list)
    unused: list[str] = attrs.Factory(list)
    shaped_by_values: bool = False
    asks: bool = False
    is_broken: bool = False

    def add_inputs(self) -> None:
        main = self.rng.choice(("f8", "f8", "f8", "f8", "f8", "c16", *_DTYPES))
        for i in range(self.rng.randint(1, 3)):
            dtype = self.rng.choice((main, main, main, "f8"))
            self.inputs.append(self._numbers(f"x{i}", dtype))
            self.unused.append(f"x{i}")

    def add_constant(self) -> None:
        name = f"c{len(self.constants)}"
        self.constants.append(self._numbers(name, self.rng.choice(_CONSTANT_DTYPES)))

    def _numbers(self, name: str, dtype: str) -> str:
        shape, layout = self.rng.choice(_SHAPES), self.rng.choice(list(LAYOUTS))
        text = f"laid_out(numbers({shape}, {dtype!r}, {self.rng.randint(0, 99)}), {layout!r})"
        self.values[name] = eval(text, vars(vocabulary))
        return text

    def one(self) -> str:
        """The name of a value, most often a late one."""
        names = list(self.values)[::-1]
        return self.rng.choice([*names[:1] * 2, *names])

    def add_line(self) -> None:
        kind = self.rng.choice(
            ("row", "row", "row", "row", "elementwise", "shapes", "shapes", "binary", "nested", "nested", "by values")
        )
        if kind == "row":
            self._add_row()
        elif kind == "binary":
            a, b = self.one(), self.one()
            text = self.rng.choice(BINARY).format(a=a, b=b)
            self._try(text, (a, b), _NUMPY_ERRORS)
        else:
            self._add_of_one(
                {"elementwise": ELEMENTWISE, "shapes": SHAPES, "nested": NESTED, "by values": BY_VALUES}[kind]
            )

    def _add_of_one(self, kinds: list[Template]) -> None:
        a, b = self.one(), self.one()
        fitting = [template for template in kinds if template.fits(self.values[a])]
        if not fitting:
            return
        template = self.rng.choice(fitting)
        inner = self.rng.choice(INNER).format(s=f"np.cos(total({b}))") if kinds is NESTED else ""
        used = (a, b) if inner else (a,)
        if self._try(template.text.format(a=a, b=b, inner=inner), used, () if inner else _NUMPY_ERRORS):
            self.shaped_by_values |= template.shaped_by_values
            self.asks |= template.asks

    def _add_row(self) -> None:
        name = self.rng.choice(OF_FUNCTION[self.rng.choice(list(OF_FUNCTION))])
        given = [self.one() for _ in ROWS[name].differentiable]
        if self._try(f"row({name!r}, {', '.join(given)})", given, ()):
            self.rows.append(name)
            self.shaped_by_values |= ROWS[name].shaped_by_values
            self.asks |= ROWS[name].typed_by_values

    def _try(self, text: str, used: tuple[str, ...] | list[str], errors: tuple[type[Exception], ...]) -> bool:
        """Add a line, if its value is one to go on with."""
        try:
            value = self._evaluate(text)
        except errors:
            return False
        except Exception:  # of ours: the oracles run the line again, and say so
            self.is_broken = True
            value = np.zeros(())
        if value.size > _LARGEST_SIZE:
            text, value = f"np.ravel({text})[:{_LARGEST_SIZE}]", np.ravel(value)[:_LARGEST_SIZE]
        largest = np.max(np.abs(value), initial=0.0)
        if not np.isfinite(largest) or value.dtype.kind not in "fciub":
            return False
        if largest > _LARGEST_NUMBER:
            text = f"1e-{int(np.ceil(np.log10(largest)))} * ({text})"
            value = self._evaluate(text)
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        self.values[name] = value
        self.unused = [other for other in self.unused if other not in used] + [name]
        return True

    def _evaluate(self, text: str) -> Array:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            value: Results = eval(text, {**vars(vocabulary), **self.values})
        return np.asarray(value.data if isinstance(value, Variable) else value)

    def finished(self) -> Program:
        *others, last = self.unused
        parts = [last, *[f"np.sin(total({other}))" for other in others]]
        used = {name for line in self.lines for name in re.findall(r"\bc\d+\b", line)}
        values = [value for name, value in self.values.items() if name[0] != "c" or name in used]
        kinds = [value.dtype for value in values if value.dtype.kind in "fc"]
        return Program(
            tuple(self.inputs),
            tuple(self.constants),
            tuple(self.lines),
            " + ".join(parts) + " + 0.0",
            self.rng.choice(list(PACKINGS)),
            tuple(self.rows),
            self.shaped_by_values,
            self.asks,
            min(dtype.itemsize // (2 if dtype.kind == "c" else 1) for dtype in kinds),
            any(dtype.kind == "c" for dtype in kinds),
        )


def programs(longest: int = 6) -> st.SearchStrategy[Program]:
    """Programs of some lines. They are drawn evenly, so that all rows occur, and `running` makes them shorter."""
    return st.randoms(use_true_random=True).map(lambda rng: _program(rng, longest))


def _program(rng: Random, longest: int) -> Program:
    draft = _Draft(rng)
    draft.add_inputs()
    for _ in range(rng.randint(0, 2)):
        draft.add_constant()
    for _ in range(rng.randint(1, longest)):
        if not draft.is_broken:
            draft.add_line()
    return draft.finished()


def some_oracles(count: int) -> st.SearchStrategy[list[str]]:
    """So many of the quick oracles, by their names."""
    return st.randoms(use_true_random=True).map(lambda rng: rng.sample(QUICK, count))
