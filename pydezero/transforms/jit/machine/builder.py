"""The text of a function of LLVM while it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pydezero.transforms.jit.machine.values import (
    SIZES,
    NotTranslated,
    Value,
    common,
    is_float,
    is_unsigned,
    is_written,
    number,
    type_of,
)

_FLOATS: Final = {"+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv"}
_INTEGERS: Final = {"+": "add", "-": "sub", "*": "mul", "&": "and", "|": "or", "^": "xor", "<<": "shl", ">>": "ashr"}
# The name of a value or label, at the label itself without its sign, or of a mark.
_NAME: Final = re.compile(r"%[\w.]+|^[\w.]+(?=:$)|!\d+", re.MULTILINE)
_TESTS: Final = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


class Builder:
    """The lines of a function so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.first: list[str] = []
        """What stands before the others: the places of variables that change."""
        self.declared: dict[str, str] = {}
        """The functions of LLVM and of C that it calls, with their types."""
        self.marks: list[str] = []
        """What is said about its loops, at the end of the module."""
        self.functions: list[str] = []
        """The texts of the functions that were made of parts of it."""
        self.is_outermost: bool = True
        """Whether this is the function itself, and no part of it."""
        self._known: dict[str, str] = {}  # the names of these functions, by texts in which all names are numbers
        self._own_marks: list[str] = []
        self._count = 0

    def for_function(self) -> Builder:
        """The lines of a function that is to be made of a part of this one."""
        inside = Builder()
        inside.declared, inside.marks = self.declared, self.marks
        inside.functions, inside._known = self.functions, self._known
        inside.is_outermost = False
        return inside

    def function(self, inside: Builder, parameters: Sequence[Value], operands: Sequence[Value]) -> None:
        """Call a function of these lines, which is made unless there is one that does the same."""
        head = f"({', '.join([x.typed for x in parameters])}) noinline nounwind {{"
        text = "\n".join([head, *inside.first, *inside.lines, "  ret void", "}"])
        key = _with_numbers("\n".join([text, *inside._own_marks]))
        name = self._known.get(key)
        if name is None:
            name = self._known[key] = f"@piece{len(self.functions)}"
            self.functions.append(f"define internal void {name}{text}")
        self.add(f"call void {name}({', '.join([x.typed for x in operands])})")

    def name(self, of: str = "") -> str:
        """A name that nothing else has."""
        self._count += 1
        return f"%{of}.{self._count}"

    def add(self, line: str) -> None:
        """Add an instruction without a result."""
        self.lines.append(f"  {line}")

    def new(self, kind: str, instruction: str) -> Value:
        """Add an instruction; its result."""
        name = self.name()
        self.lines.append(f"  {name} = {instruction}")
        return Value(name, kind)

    def label(self, name: str) -> None:
        """Begin a block."""
        self.lines.append(f"{name[1:]}:")

    def mark(self, content: str) -> str:
        """Add something that is said about instructions, to the end of the module; its name."""
        name = f"!{len(self.marks)}"
        self.marks.append(f"{name} = {content}")
        self._own_marks.append(self.marks[-1])
        return name

    def loop_mark(self, facts: Sequence[str]) -> str:
        """A mark for one loop, which tells LLVM facts about it."""
        names = [self.mark(f"!{{{fact}}}") for fact in facts]
        return self.mark(f"distinct !{{!{len(self.marks)}, {', '.join(names)}}}")

    # Arithmetic.

    def converted(self, x: Value, kind: str) -> Value:
        """A value in another kind."""
        if x.kind == kind:
            return x
        if is_written(x):
            return number(int(x.text), kind)
        if kind == "bool":
            return self.compared("!=", x, number(0, x.kind))
        if is_float(x.kind) and kind in SIZES:  # of what is out of range, the nearest integer
            sign = "u" if is_unsigned(kind) else "s"
            return self.called(f"llvm.fpto{sign}i.sat.i{SIZES[kind]}.{x.kind}", kind, [x])
        return self.new(kind, f"{_conversion(x.kind, kind)} {x.typed} to {type_of(kind)}")

    def of_two(self, operator: str, a: Value, b: Value, *, flags: str = "") -> Value:
        """The result of an operator; `flags` are what LLVM may assume."""
        kind = common(a, b)
        a, b = self.converted(a, kind), self.converted(b, kind)
        if is_written(a):
            return number(_of_written(operator, int(a.text), int(b.text)))
        table = _FLOATS if is_float(kind) else _INTEGERS
        if operator not in table or (kind == "bool" and operator not in "&|^"):
            raise NotTranslated(f"{operator} of {kind}")
        word = "lshr" if operator == ">>" and is_unsigned(kind) else table[operator]
        return self.new(kind, f"{word} {flags}{a.typed}, {b.text}")

    def compared(self, operator: str, a: Value, b: Value) -> Value:
        """The truth of a comparison."""
        kind = common(a, b)
        a, b = self.converted(a, kind), self.converted(b, kind)
        test = _TESTS[operator]
        if is_float(kind):
            return self.new("bool", f"fcmp {'une' if test == 'ne' else f'o{test}'} {a.typed}, {b.text}")
        sign = "" if test in ("eq", "ne") else "u" if is_unsigned(kind) else "s"
        return self.new("bool", f"icmp {sign}{test} {a.typed}, {b.text}")

    def negative(self, x: Value) -> Value:
        """A value with the other sign."""
        if is_written(x):
            return number(-int(x.text))
        if is_float(x.kind):
            return self.new(x.kind, f"fneg {x.typed}")
        return self.of_two("-", number(0, x.kind), x)

    def selected(self, condition: Value, a: Value, b: Value) -> Value:
        """The first of two values where a condition holds, and the second elsewhere."""
        kind = common(a, b)
        kind = "i64" if kind == "integer" else kind
        a, b = self.converted(a, kind), self.converted(b, kind)
        return self.new(kind, f"select {self.converted(condition, 'bool').typed}, {a.typed}, {b.typed}")

    # Memory and calls.

    def at(self, address: Value, index: Value) -> Value:
        """The address of the element at an index."""
        kind = address.kind[:-1]
        index = self.converted(index, "i64")
        return self.new(address.kind, f"getelementptr inbounds {type_of(kind)}, ptr {address.text}, {index.typed}")

    def loaded(self, address: Value, group: str = "") -> Value:
        """The value at an address; `group` is the mark of the accesses of a loop that this one is among."""
        return self.new(address.kind[:-1], f"load {type_of(address.kind[:-1])}, ptr {address.text}{_of_group(group)}")

    def store(self, x: Value, address: Value, group: str = "") -> None:
        """Write a value to an address."""
        self.add(f"store {self.converted(x, address.kind[:-1]).typed}, ptr {address.text}{_of_group(group)}")

    def slot(self, x: Value) -> Value:
        """The address of a place that has a value from the start."""
        place = self.name("slot")
        self.first += [f"  {place} = alloca {x.type}", f"  store {x.typed}, ptr {place}"]
        return Value(place, f"{x.kind}*")

    def room(self, kind: str, count: int) -> Value:
        """The address of memory for so many values of a kind, until the function returns."""
        place = self.name("room")
        self.first.append(f"  {place} = alloca [{count} x {type_of(kind)}]")
        return Value(place, f"{kind}*")

    def called(self, function: str, kind: str, operands: Sequence[Value]) -> Value:
        """The result of a function of LLVM, of C or of the module."""
        types = ", ".join([x.type for x in operands])
        self.declared[function] = f"declare {type_of(kind)} @{function}({types})"
        return self.new(kind, f"call {type_of(kind)} @{function}({', '.join([x.typed for x in operands])})")

    def intrinsic(self, name: str, operands: Sequence[Value]) -> Value:
        """The result of a function of LLVM whose operands are of one kind, which is in its name."""
        kind = operands[0].kind
        return self.called(f"llvm.{name}.{kind if is_float(kind) else f'i{SIZES[kind]}'}", kind, operands)


def _with_numbers(text: str) -> str:
    """The text of a function with numbers in the place of the names of values, labels and marks."""
    numbers: dict[str, int] = {}
    return _NAME.sub(lambda found: f"%{numbers.setdefault(found[0].lstrip('%'), len(numbers))}", text)


def _of_group(group: str) -> str:
    return f", !llvm.access.group {group}" if group else ""


def _conversion(old: str, new: str) -> str:
    """The instruction that converts."""
    if is_float(old) and is_float(new):
        return "fpext" if new == "f64" else "fptrunc"
    if is_float(new) and not old.endswith("*"):
        return "uitofp" if is_unsigned(old) else "sitofp"
    if new not in SIZES or (old not in SIZES and old != "bool"):
        raise NotTranslated(f"{old} as {new}")
    before, after = SIZES.get(old, 1), SIZES[new]
    if before == after:
        return "bitcast"
    return "trunc" if after < before else "zext" if is_unsigned(old) else "sext"


def _of_written(operator: str, a: int, b: int) -> int:
    if operator in "+-*":
        return a + b if operator == "+" else a - b if operator == "-" else a * b
    raise NotTranslated(f"{a} {operator} {b}")
