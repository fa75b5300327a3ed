"""`compiled`: a graph as machine code, by LLVM, with calls of NumPy in between."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Sequence
from html import escape
from itertools import count
from threading import RLock
from types import CodeType
from typing import Any, Final

import attrs
import numpy as np

from pydezero.core.primitive import Primitive
from pydezero.core.types import Array
from pydezero.transforms.jit.buffers import planned
from pydezero.transforms.jit.complex_pairs import in_pairs
from pydezero.transforms.jit.emit import Native, native_function
from pydezero.transforms.jit.factor import with_factored_sums
from pydezero.transforms.jit.fuse import fused
from pydezero.transforms.jit.invariants import with_invariants_first
from pydezero.transforms.jit.lower import COPY, lowered
from pydezero.transforms.jit.machine_code import machine_code
from pydezero.transforms.jit.plan import Plan, Segment, within
from pydezero.transforms.jit.products import has_blas
from pydezero.transforms.jit.program import Buffer, Call, Whole, buffers_read, outs_of
from pydezero.transforms.jit.scratch import ALIGNMENT
from pydezero.transforms.jit.state import Blas
from pydezero.transforms.jit.threads import ALONE, shared
from pydezero.transforms.staging.equation import Equation, Reference, as_numpy
from pydezero.transforms.staging.graph import Graph


@attrs.frozen(eq=False)
class Program:
    """A graph as machine code.

    Attributes:
        graph: what was compiled.
        source: what was generated: the native functions (on a GPU: the kernels), and `run`, which calls them.
        plan: the steps, and where each value lies.
        unchecked: `run` for arrays whose shapes are known to be those of the graph.
    """

    graph: Graph[..., Any]
    source: str = attrs.field(repr=False)
    plan: Plan = attrs.field(repr=False)
    unchecked: Callable[[Sequence[Array]], list[Array]] = attrs.field(repr=False)

    def text(self) -> str:
        """The loops with their operations, the calls of NumPy, the arrays with their bytes, and what they come to.

        That is the bytes of the results, the peak of memory beside arguments and constants, and the number of
        operations on elements.
        """
        return self.plan.text()

    def _repr_html_(self) -> str:
        """The text for a notebook."""
        return f"<pre>{escape(self.text())}</pre>"

    def run(self, values: Sequence[Array]) -> list[Array]:
        """The results, for arrays in the place of the inputs of the graph.

        They are fresh: they share no memory with each other, with an argument or a constant. No argument is written to;
        it may have any layout.

        Raises:
            ValueError: there are more or fewer arrays than inputs, or one has another shape.
            TypeError: one has another dtype.
        """
        for i, (x, reference) in enumerate(zip(values, self.graph.inputs, strict=True)):
            check(x, reference, f"argument {i}")
        return self.unchecked(values)


def compiled(graph: Graph[..., Any]) -> Program:
    """The program of a graph.

    Raises:
        ImportError: Numba is not installed.
    """
    blas = Blas(has_blas(), has_routines=True)
    program = with_factored_sums(with_invariants_first(lowered(in_pairs(graph) or graph, blas)))
    plan = planned(program, fused(program, _MOST))
    driver = _Driver(plan)
    natives = driver.natives
    source = "\n\n\n".join(["\n".join(native.lines) for native in natives] + ["\n".join(driver.lines)]) + "\n"
    run = _loaded(graph, source, natives, driver, plan)
    return Program(graph, source, plan, run)


_MOST: Final = 40_000
"""The number of operations in one loop. Most loops are cut into pieces of few operations, see `emit_cuts`."""

_FITS: Final = 0x101
"""The flags of an array, in `flags.num`, that is aligned and in C order: native functions read it where it is."""


class _Driver:
    """The function that calls the native functions and NumPy."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.program = plan.program
        self.buffers = self.program.buffers
        self.natives: list[Native] = []
        self.names: dict[str, Any] = {}
        self.native_reads: set[int] = set()
        self.body: list[str] = []
        self.uses = [_uses(part) for part in plan.parts]
        for i, part in enumerate(plan.parts):
            if isinstance(part, Segment):
                self._native(i, part)
            else:
                self._call(i, part)
            self._free(i)
        for number, buffer in self.buffers.items():
            if buffer.constant is not None:
                is_native = number in self.native_reads
                self.names[f"v{number}"] = (
                    as_buffer(buffer.constant, buffer, "what the function captures") if is_native else buffer.constant
                )
        self.lines = self._function()

    def _function(self) -> list[str]:
        lines = head_of_run(self.program.inputs)
        lines += [f"    {self._normalized(x)}" for x in dict.fromkeys(self.program.inputs) if x in self.native_reads]
        lines += [f"    {line}" for line in self.body]
        called = {y for part in self.plan.parts if isinstance(part, Call) for y in part.outs}
        outputs = f"[{', '.join([f'v{y}' for y in self.program.outputs])}]"
        if called & set(self.program.outputs):
            given = {x for part in self.plan.parts if isinstance(part, Call) for x in buffers_read(part)}
            taken = [f"v{x}" for x in sorted(given & (set(self.program.inputs) | self._constants()))]
            outputs = f"fresh({outputs}, ({''.join([f'{x}, ' for x in taken])}))"
        return [*lines, f"    return {outputs}"]

    def _constants(self) -> set[int]:
        return {number for number, buffer in self.buffers.items() if buffer.constant is not None}

    def _normalized(self, x: int) -> str:
        """The line that converts an array to the type and layout that native functions take."""
        buffer = self.buffers[x]
        if not buffer.shape:
            kind = self._scalar(buffer)
            return f"if type(v{x}) is not {kind}: v{x} = {kind}(v{x})"
        self.names[f"d{x}"], self.names[f"buffer{x}"] = buffer.dtype, Buffer(buffer.shape, buffer.dtype)
        fits = f"v{x}.flags.num & {_FITS} == {_FITS} and v{x}.dtype is d{x}"
        return f"if not ({fits}): v{x} = as_buffer(v{x}, buffer{x})"

    def _scalar(self, buffer: Buffer) -> str:
        name = f"{buffer.dtype.name}_"
        self.names[name] = buffer.dtype.type
        return name

    def _native(self, place: int, segment: Segment) -> None:
        native = native_function(f"native{len(self.natives)}", segment, self.plan)
        self.natives.append(native)
        self.native_reads.update(native.reads)
        made = {b for b in native.writes if self._first_write(b) == place}
        for b in sorted(made):
            self.names[f"d{b}"] = self.buffers[b].dtype
            self.body.append(f"v{b} = empty({self.buffers[b].shape}, d{b})")
        arguments = [f"v{b}" for b in (*native.reads, *native.writes)]
        if native.nbytes:
            arguments.append(f"empty({native.nbytes + ALIGNMENT}, uint8)")
        call = f"{native.name}({', '.join(arguments)})"
        if native.is_shared:
            call = f"shared({native.name}, {', '.join(arguments)})"
        names = [f"v{b}" for b in native.returns]
        names += ["large"] if native.looks_for_large else []
        names += ["failed"] if native.may_fail else []
        results = f"{', '.join(names)} = " if names else ""
        self.body.append(f"{results}{call}")
        if native.looks_for_large:
            self.body.append("if large: return run_for_large(values)")
        if native.may_fail:
            self.body.append("if failed: return run_by_numpy(values)")
        for b in native.returns:
            self.body.append(f"v{b} = {self._scalar(self.buffers[b])}(v{b})")

    def _first_write(self, buffer: int) -> int:
        return next(i for i, (_, writes) in enumerate(self.uses) if buffer in writes)

    def _call(self, place: int, call: Call) -> None:
        self.body.append(line_of_call(call, place, self.names, lambda primitive: primitive.raw, lambda x: x))
        for y in call.outs:
            self.names[f"buffer{y}"] = self.buffers[y]
            name = equation_name(call)
            if self._is_native(y):
                self.body.append(f"v{y} = as_buffer(v{y}, buffer{y}, {name!r})")
            else:
                self.body.append(f"check(v{y}, buffer{y}, {name!r})")

    def _is_native(self, buffer: int) -> bool:
        """Whether a native function reads a buffer."""
        return any(buffer in reads for reads, _ in self.uses)

    def _free(self, place: int) -> None:
        kept = {*self.program.outputs, *self.program.inputs, *self._constants()}
        mine = self.plan.arrays | {y for part in self.plan.parts if isinstance(part, Call) for y in part.outs}
        done = [b for b, last in self.plan.last.items() if last == place and b in mine and b not in kept]
        if done and place < len(self.plan.parts) - 1:
            self.body.append(f"del {', '.join([f'v{b}' for b in sorted(done)])}")


def line_of_call(
    call: Call,
    place: int,
    names: dict[str, Any],
    function_of: Callable[[Primitive], Callable[..., Any]],
    parameter: Callable[[Any], Any],
) -> str:
    """The line of a call. The function and the parameters that it refers to are added to the names."""
    arguments: list[str] = []
    for i, x in enumerate(call.inputs):
        if isinstance(x, Whole):
            arguments.append(f"v{x.buffer}")
        else:
            names[f"number{place}_{i}"] = x
            arguments.append(f"number{place}_{i}")
    outs = ", ".join([f"v{y}" for y in call.outs])
    if call.equation is COPY:
        return f"{outs} = copied({arguments[0]})"
    equation: Equation = call.equation
    names[f"function{place}"] = function_of(equation.primitive)
    for i, (key, value) in enumerate(equation.parameters.items()):
        names[f"parameter{place}_{i}"] = parameter(value)
        arguments.append(f"{key}=parameter{place}_{i}")
    text = f"function{place}({', '.join(arguments)})"
    if equation.primitive.several_outputs:
        return f"{outs}{',' if len(call.outs) == 1 else ''} = {text}"
    return f"{outs} = as_numpy({text})"


def _uses(part: Segment | Call) -> tuple[set[int], set[int]]:
    """The buffers that a native function reads, and those that it writes to."""
    operations = [o for _, _, o in within(part)] if isinstance(part, Segment) else []
    return {b for o in operations for b in buffers_read(o)}, {out for o in operations for out in outs_of(o)}


def equation_name(call: Call) -> str:
    """The name of what is called."""
    return "copy" if call.equation is COPY else call.equation.name


def as_buffer(x: Array, buffer: Buffer, name: str = "an argument") -> Array:
    """An array as native functions take it: in C order, aligned and in the byte order of the machine."""
    if not buffer.shape:
        return buffer.dtype.type(x)
    check(x, buffer, name)
    if not isinstance(x, np.ndarray | np.generic):
        raise TypeError(
            f"{name}: compiled code takes arrays of NumPy and CuPy, got one of the type {type(x).__name__}; call the "
            "function without jit, or make an ndarray of it"
        )
    if not np.can_cast(x.dtype, buffer.dtype, "equiv"):
        raise TypeError(f"{name}: of dtype {x.dtype}, and was traced as {buffer.dtype}: trace the function again")
    return np.require(x, buffer.dtype, ["C", "A"])


def check(x: Array, buffer: Buffer | Reference, name: str) -> None:
    """Raise unless an array has the shape that it had when the graph was traced."""
    if np.shape(x) != buffer.shape:
        raise ValueError(
            f"{name}: the shape is {np.shape(x)}, and was {buffer.shape} when it was traced; a graph is "
            "for these shapes alone: trace the function again"
        )


def copied(x: Array) -> Array:
    """A fresh copy."""
    return np.array(x, subok=False)[()] if not np.ndim(x) else np.array(x, subok=False)


def fresh(outputs: list[Array], others: Sequence[Array]) -> list[Array]:
    """Outputs that share no memory with each other or with others: those that may do are copied."""
    taken = {id(x) for x in others}
    for i, y in enumerate(outputs):
        if isinstance(y, np.ndarray):
            if not y.ndim:
                outputs[i] = y[()]
                continue
            if type(y) is not np.ndarray or y.base is not None or not y.flags.writeable or id(y) in taken:
                outputs[i] = np.array(y, subok=False)
            taken.add(id(y))
    return outputs


_numbers: Final = count()

compiling: Final = RLock()
"""Held while a program is compiled. Nothing of the user's runs then, so who holds it waits for no other lock of his."""


def head_of_run(inputs: Sequence[int]) -> list[str]:
    """The first lines of `run`, which takes the values of the inputs."""
    names = [f"v{x}" for x in inputs]
    if not names:
        return ["def run(_):"]
    return ["def run(values):", f"    {', '.join(names)}{',' if len(names) == 1 else ''} = values"]


def code_of(source: str, name: str) -> CodeType:
    """A source, compiled by Python. Tracebacks show its lines, under a name of its own."""
    file = f"<pydezero jit {next(_numbers)}: {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    return compile(source, file, "exec")


def _loaded(
    graph: Graph[..., Any],
    source: str,
    natives: Sequence[Native],
    driver: _Driver,
    plan: Plan,
    *,
    for_large: bool = False,
) -> Callable[..., Any]:
    """The function `run` of a source; another one, for arguments of any size, is made when one is too large.

    What a routine gives up on is computed by the graph itself, which raises what NumPy raises.
    """

    def run_by_numpy(values: Sequence[Array]) -> list[Array]:
        return fresh(graph.run(values), [*values, *[constant.value for constant in graph.constants]])

    names: dict[str, Any] = {
        "as_buffer": as_buffer,
        "as_numpy": as_numpy,
        "check": check,
        "copied": copied,
        "empty": np.empty,
        "fresh": fresh,
        "run_by_numpy": run_by_numpy,
        "shared": shared,
        "uint8": np.uint8,
    }
    names.update(driver.names)
    exec(code_of(source, graph.name), names)  # of the words of this package alone
    for native in natives:
        is_for_large = for_large and native.looks_for_large
        names[native.name] = machine_code(native.name, _arguments(native, plan), native.lines, for_large=is_for_large)
    if not for_large:
        made: list[Callable[..., Any]] = []

        def run_for_large(values: Sequence[Array]) -> list[Array]:
            if not made:
                with compiling:
                    if not made:
                        made.append(_loaded(graph, source, natives, driver, plan, for_large=True))
            results: list[Array] = made[0](values)
            return results

        names["run_for_large"] = run_for_large
    run: Callable[..., Any] = names["run"]
    return run


def _arguments(native: Native, plan: Plan) -> list[tuple[Buffer, bool]]:
    """The buffers that a native function takes, and whether it writes to each."""
    buffers = plan.program.buffers
    arguments = [(buffers[b], b in native.writes) for b in (*native.reads, *native.writes)]
    if native.nbytes:
        arguments.append((Buffer((native.nbytes,), np.dtype(np.uint8)), True))
    if native.is_shared:
        number = Buffer((), np.dtype(np.int64))
        arguments += [(Buffer((len(ALONE),), ALONE.dtype), False), (number, False), (number, False)]
    return arguments
