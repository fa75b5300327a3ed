"""Functions of Python as functions of LLVM: the small part of the language that this package writes its code in.

It has numbers, arrays of numbers by their addresses, arithmetic, comparisons, `for` over a range, `while True`, `if`,
tuples, and calls of what `words` knows. All kinds follow from those of the parameters, from the first line to the last.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

from pydezero.transforms.jit.machine.builder import Builder
from pydezero.transforms.jit.machine.values import NotTranslated, Value, number, type_of

Result: TypeAlias = Any
"""A value, or a tuple of results."""

Word: TypeAlias = Callable[["Translation", Sequence[Result]], Result]
"""What a call of a name adds, and its result."""

Meaning: TypeAlias = Callable[[str], Word | Value]
"""What a name stands for that is no variable: a word, or a number. It raises `NotTranslated`."""

_SIMD: Final = 16
"""The least number of iterations of an innermost loop that LLVM does not unroll, but turns into SIMD."""

_KEPT_WHOLE: Final = range(_SIMD, 513)
"""The numbers of steps of loops that LLVM must not unroll: fewer are no loop with SIMD, and more it leaves alone."""

INDEPENDENT: Final = "independent"
"""The word for a range over which an innermost loop has iterations of which none reads or writes what another writes.

LLVM need not find that out then, for which it compares every access to memory with every other one.
"""
PIECE: Final = "piece"
"""The word for the range of such a loop that is to be a function of its own, whatever is around it."""
_RANGES: Final = ("range", INDEPENDENT, PIECE)

_OPERATORS: Final = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
_COMPARISONS: Final = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


class Translation:
    """A function of Python, translated statement by statement."""

    def __init__(
        self, function: ast.FunctionDef, parameters: Mapping[str, Value], meaning: Meaning, to: Builder | None = None
    ) -> None:
        self.to: Builder = to or Builder()
        self.meaning = meaning
        self._changing = _changing(function)
        self.bound: dict[str, Result] = {name: x for name, x in parameters.items() if name not in self._changing}
        """The values of the names that are assigned once."""
        self.places: dict[str, Value] = {}
        """The places of the variables that change."""
        self.ends: list[str] = []
        """The blocks behind the loops around."""
        self._group = ""  # the mark of the accesses to memory in a loop of independent iterations
        self.results: Result = ()
        for name in self._changing & parameters.keys():
            self._set(name, parameters[name])
        for statement in function.body:
            self._statement(statement)

    # Statements.

    def _statement(self, statement: ast.stmt) -> None:  # noqa: C901  # a case for each kind
        if isinstance(statement, ast.Assign):
            self._assign(statement.targets[0], self.value(statement.value))
        elif isinstance(statement, ast.AugAssign):
            operator = _OPERATORS[type(statement.op)]
            old, new = self._one(_loading(statement.target)), self._one(statement.value)
            self._assign(statement.target, self.to.of_two(operator, old, new))
        elif isinstance(statement, ast.For):
            self._for(statement)
        elif isinstance(statement, ast.While):
            self._while(statement)
        elif isinstance(statement, ast.If):
            self._if(statement)
        elif isinstance(statement, ast.Return):
            self.results = () if statement.value is None else self.value(statement.value)
        elif isinstance(statement, ast.Break):
            self._jump(self.ends[-1])
        elif isinstance(statement, ast.Expr):
            if not isinstance(statement.value, ast.Constant):  # a text that documents the function
                self.value(statement.value)
        elif not isinstance(statement, ast.Pass):
            raise NotTranslated(ast.unparse(statement))

    def _assign(self, target: ast.expr, value: Result) -> None:
        if isinstance(target, ast.Tuple):
            for each, x in zip(target.elts, value, strict=True):
                self._assign(each, x)
        elif isinstance(target, ast.Subscript):
            self.to.store(value, self._address(target), self._group)
        elif isinstance(target, ast.Name) and target.id not in self._changing:
            self.bound[target.id] = value
        elif isinstance(target, ast.Name):
            self._set(target.id, value)
        else:
            raise NotTranslated(ast.unparse(target))

    def _set(self, name: str, value: Value) -> None:
        """Write a variable that changes: its place is made at the first time."""
        if name not in self.places:
            kind = "i64" if value.kind == "integer" else value.kind
            place = self.to.name(name)
            self.to.first.append(f"  {place} = alloca {type_of(kind)}")
            self.places[name] = Value(place, f"{kind}*")
        kind = self.places[name].kind[:-1]
        if value.kind not in (kind, "integer"):
            raise NotTranslated(f"{name} of {kind} and of {value.kind}")
        self.to.store(value, self.places[name])

    def _for(self, statement: ast.For) -> None:
        call, target = statement.iter, statement.target
        if not isinstance(call, ast.Call) or not isinstance(target, ast.Name) or _name(call.func) not in _RANGES:
            raise NotTranslated(ast.unparse(statement.iter))
        bounds = [self.to.converted(self._one(x), "i64") for x in call.args]
        start = bounds[0] if len(bounds) > 1 else number(0, "i64")
        stop = bounds[0] if len(bounds) == 1 else bounds[1]
        step = bounds[2] if len(bounds) > 2 else number(1, "i64")
        # What LLVM does takes longer than in proportion to the length of a function, and layers of a net that are alike
        # have nests that are alike, of which one is enough.
        is_apart = _name(call.func) == PIECE or (self.to.is_outermost and _is_simd_nest(statement))
        make = self._loop_apart if is_apart else self._loop
        make(target.id, (start, stop, step), statement.body, _name(call.func))

    def _loop_apart(self, name: str, bounds: Sequence[Value], body: Sequence[ast.stmt], kind: str) -> None:
        """A loop as a function of its own, and a call of it.

        The function takes the values that the lines need, and the places of the variables that they change.
        """
        around, bound, places = self.to, self.bound, self.places
        names = _names(body)
        needed = [word for word in names if isinstance(bound.get(word), Value)]
        changed = [word for word in names if word in places and word not in bound]
        inside = self.to = around.for_function()
        self.bound = {word: Value(f"%{word}", bound[word].kind) for word in needed}
        outer = {word: Value(f"%{word}.outer", places[word].kind) for word in changed}
        known = [Value(f"%bound{i}", x.kind) if x.text.startswith("%") else x for i, x in enumerate(bounds)]
        parameters = [*self.bound.values(), *outer.values(), *[x for x in known if x.text.startswith("%")]]
        operands = [bound[word] for word in needed] + [places[word] for word in changed]
        operands += [x for x in bounds if x.text.startswith("%")]
        self.places = {}
        for word in changed:
            self._set(word, inside.loaded(outer[word]))
        self._loop(name, known, body, kind)
        for word in changed:
            inside.store(inside.loaded(self.places[word]), outer[word])
        self.to, self.bound, self.places = around, bound, places
        around.function(inside, parameters, operands)

    def _loop(self, name: str, bounds: Sequence[Value], body: Sequence[ast.stmt], kind: str) -> None:
        """A loop with these bounds; its `kind` is the word for the range."""
        start, stop, step = bounds
        before, inside, after, end = [self.to.name(x) for x in ("before", "inside", "after", "end")]
        test = "slt" if int(step.text) > 0 else "sgt"
        if start.text.startswith("%") or stop.text.startswith("%"):
            runs = self.to.new("bool", f"icmp {test} {start.typed}, {stop.text}")
            self.to.add(f"br i1 {runs.text}, label {before}, label {end}")
        elif len(range(int(start.text), int(stop.text), int(step.text))):
            self._jump(before)
        else:
            return
        facts = self._facts(start, stop, step, body)
        if kind != "range":
            self._group = self.to.mark("distinct !{}")
            facts.append(f'!"llvm.loop.parallel_accesses", {self._group}')
        self.to.label(before)
        self._jump(inside)
        self.to.label(inside)
        i, following = self.to.name(name), self.to.name(name)
        self.to.add(f"{i} = phi i64 [ {start.text}, {before} ], [ {following}, {after} ]")
        with self._inside(end):
            self.bound[name] = Value(i, "i64")
            self._block(body)
        self._jump(after)
        self.to.label(after)
        self.to.add(f"{following} = add nsw i64 {i}, {step.text}")
        runs = self.to.new("bool", f"icmp {test} i64 {following}, {stop.text}")
        mark = f", !llvm.loop {self.to.loop_mark(facts)}" if facts else ""
        self.to.add(f"br i1 {runs.text}, label {inside}, label {end}{mark}")
        self.to.label(end)
        self._group = ""

    def _facts(self, start: Value, stop: Value, step: Value, body: Sequence[ast.stmt]) -> list[str]:
        """The facts about a loop for LLVM: that it must not unroll an innermost one."""
        # It would unroll up to some hundred operations first and then look for SIMD in the loop around it, which
        # writes to places far apart: four times as slow for an outer product of rows of 32.
        if any(x.text.startswith("%") for x in (start, stop)) or not _is_innermost(body):
            return []
        is_kept_whole = len(range(int(start.text), int(stop.text), int(step.text))) in _KEPT_WHOLE
        return ['!"llvm.loop.unroll.disable"'] if is_kept_whole else []

    def _while(self, statement: ast.While) -> None:
        if not isinstance(statement.test, ast.Constant) or statement.test.value is not True:
            raise NotTranslated(ast.unparse(statement.test))
        inside, end = self.to.name("inside"), self.to.name("end")
        self._jump(inside)
        self.to.label(inside)
        with self._inside(end):
            self._block(statement.body)
        self._jump(inside)
        self.to.label(end)

    def _if(self, statement: ast.If) -> None:
        condition = self.to.converted(self._one(statement.test), "bool")
        then, other, end = [self.to.name(x) for x in ("then", "other", "end")]
        self.to.add(f"br i1 {condition.text}, label {then}, label {other}")
        for label, body in ((then, statement.body), (other, statement.orelse)):
            self.to.label(label)
            with self._inside(""):
                self._block(body)
            self._jump(end)
        self.to.label(end)

    def _block(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            self._statement(statement)

    @contextmanager
    def _inside(self, end: str) -> Iterator[None]:
        """Forget after a block what names are bound to inside it; a `break` there leads to `end`."""
        bound = dict(self.bound)
        if end:
            self.ends.append(end)
        yield
        if end:
            self.ends.pop()
        self.bound = bound

    def _jump(self, label: str) -> None:
        # What follows a jump in its block is never reached, and LLVM wants a block of its own for it.
        self.to.add(f"br label {label}")

    # Expressions.

    def value(self, x: ast.expr) -> Result:
        """The value of an expression, or a tuple of them."""
        if isinstance(x, ast.Tuple):
            return tuple([self.value(each) for each in x.elts])
        return self._call(x) if isinstance(x, ast.Call) else self._one(x)

    def _one(self, x: ast.expr) -> Value:
        if isinstance(x, ast.Name):
            return self._named(x.id)
        if isinstance(x, ast.Constant) and isinstance(x.value, bool | int | float):
            return number(x.value)
        if isinstance(x, ast.BinOp):
            return self.to.of_two(_OPERATORS[type(x.op)], self._one(x.left), self._one(x.right))
        if isinstance(x, ast.UnaryOp):
            return self._unary(x)
        if isinstance(x, ast.Compare) and len(x.ops) == 1:
            return self.to.compared(_COMPARISONS[type(x.ops[0])], self._one(x.left), self._one(x.comparators[0]))
        if isinstance(x, ast.Subscript):
            return self.to.loaded(self._address(x), self._group)
        if isinstance(x, ast.Attribute):
            return self._number(ast.unparse(x))
        found = self.value(x) if isinstance(x, ast.Call) else None
        if isinstance(found, Value):
            return found
        raise NotTranslated(ast.unparse(x))

    def _unary(self, x: ast.UnaryOp) -> Value:
        if isinstance(x.op, ast.USub):
            operand = x.operand
            if isinstance(operand, ast.Constant) and type(operand.value) is float:
                return number(-operand.value)
            return self.to.negative(self._one(operand))
        if isinstance(x.op, ast.Invert):
            return self.to.of_two("^", self._one(x.operand), number(-1))
        if isinstance(x.op, ast.Not):
            return self.to.of_two("^", self.to.converted(self._one(x.operand), "bool"), number(True))
        raise NotTranslated(ast.unparse(x))

    def _named(self, name: str) -> Value:
        if name in self.bound:
            found: Value = self.bound[name]
            return found
        if name in self.places:
            return self.to.loaded(self.places[name])
        return self._number(name)

    def _number(self, name: str) -> Value:
        found = self.meaning(name)
        if isinstance(found, Value):
            return found
        raise NotTranslated(name)

    def _call(self, x: ast.Call) -> Result:
        word = self.meaning(_name(x.func))
        if isinstance(word, Value) or x.keywords:
            raise NotTranslated(ast.unparse(x))
        return word(self, [self.value(each) for each in x.args])

    def _address(self, x: ast.Subscript) -> Value:
        address = self._one(x.value)
        if not address.kind.endswith("*"):
            raise NotTranslated(ast.unparse(x))
        return self.to.at(address, self._index(x.slice))

    def _index(self, x: ast.expr) -> Value:
        """An index, whose arithmetic does not overflow."""
        if isinstance(x, ast.BinOp):
            return self.to.of_two(_OPERATORS[type(x.op)], self._index(x.left), self._index(x.right), flags="nsw ")
        return self._one(x)


def _name(x: ast.expr) -> str:
    return x.id if isinstance(x, ast.Name) else ast.unparse(x)


def _names(body: Sequence[ast.stmt]) -> list[str]:
    """The names in some statements, in an order that depends on what these do alone."""
    return list(dict.fromkeys([x.id for each in body for x in ast.walk(each) if isinstance(x, ast.Name)]))


def _is_simd_nest(loop: ast.For) -> bool:
    """Whether there is one loop in another, down to one of many independent iterations."""
    if not _is_innermost(loop.body):
        within = [x for x in loop.body if not isinstance(x, ast.Assign | ast.AugAssign)]
        return len(within) == 1 and isinstance(within[0], ast.For) and _is_simd_nest(within[0])
    bounds = loop.iter
    if not isinstance(bounds, ast.Call) or _name(bounds.func) not in (INDEPENDENT, PIECE):
        return False
    numbers = [x.value for x in bounds.args if isinstance(x, ast.Constant) and type(x.value) is int]
    return len(numbers) < len(bounds.args) or len(range(*numbers)) >= _SIMD


def _is_innermost(body: Sequence[ast.stmt]) -> bool:
    """Whether there is no loop in the body of one."""
    return not any(
        isinstance(x, ast.For | ast.While) or (isinstance(x, ast.If) and not _is_innermost([*x.body, *x.orelse]))
        for x in body
    )


def _loading(target: ast.expr) -> ast.expr:
    return ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else target


def _changing(function: ast.FunctionDef) -> set[str]:
    """The variables that are assigned to more than once, or used where a loop or branch has been left."""
    use = _Use([argument.arg for argument in function.args.args])
    for statement in function.body:
        use.visit(statement)
    return {name for name, n in use.counts.items() if n > 1} | use.outside


class _Use(ast.NodeVisitor):
    """The number of assignments to each variable, and whether it is used outside of the block of its assignment."""

    def __init__(self, parameters: Sequence[str]) -> None:
        self.counts: Counter[str] = Counter(parameters)
        self.outside: set[str] = set()
        self._known: dict[str, tuple[int, ...]] = {}
        self._block: tuple[int, ...] = ()

    def visit_Name(self, node: ast.Name) -> None:  # the base has these names
        if isinstance(node.ctx, ast.Store):
            self.counts[node.id] += 1
            self._known.setdefault(node.id, self._block)
            return
        block = self._known.get(node.id, ())
        if self._block[: len(block)] != block:
            self.outside.add(node.id)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)  # the variable is bound inside
        self._visit_block(node.body)

    def visit_While(self, node: ast.While) -> None:
        self._visit_block(node.body)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._visit_block(node.body)
        self._visit_block(node.orelse)

    def _visit_block(self, body: Sequence[ast.stmt]) -> None:
        around = self._block
        self._block = (*around, id(body))
        for statement in body:
            self.visit(statement)
        self._block = around
