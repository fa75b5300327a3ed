"""A graph as a program for arrays on a device: kernels, products and calls, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final

import attrs
import numpy as np

from pydezero.core.bind import bind
from pydezero.core.placing import everywhere
from pydezero.core.primitive import Elementwise, Primitive
from pydezero.core.types import Array
from pydezero.transforms.jit.compile import Program, check, code_of, equation_name, head_of_run, line_of_call
from pydezero.transforms.jit.fuse import fused
from pydezero.transforms.jit.gpu.devices import Device, Placement, Run
from pydezero.transforms.jit.gpu.emit import Launch, launches
from pydezero.transforms.jit.gpu.kernels import Item, Kernel, Schedule, given_by, scheduled, taken_by
from pydezero.transforms.jit.gpu.pointers import Pointers
from pydezero.transforms.jit.gpu.prelude import PRELUDE
from pydezero.transforms.jit.lower import lowered
from pydezero.transforms.jit.plan import Plan, Segment
from pydezero.transforms.jit.program import Buffer, Call, Mark, Place, Product, buffers_read
from pydezero.transforms.jit.scratch import Scratch
from pydezero.transforms.jit.state import Blas
from pydezero.transforms.staging.equation import as_numpy
from pydezero.transforms.staging.graph import Graph

# To call the library takes as long as some millions of products, and what is a sum joins the kernels around it.
_BLAS: Final = Blas(is_there=True, most_products=1 << 24)

_MOST: Final = 4000
"""The number of operations in one loop, above which compilers take long and registers run out."""

_ALIGNMENT: Final = 256


def compiled_for(graph: Graph[..., Any], placement: Placement) -> Program:
    """The program of a graph for arrays on a device."""
    device = placement.device
    program = lowered(graph, _BLAS)
    steps = fused(program, _MOST)
    host = [x for x, flag in zip(program.inputs, placement.flags, strict=True) if not flag]
    schedule = scheduled(program, steps)
    with device.current(placement.number):
        driver = _Driver(schedule, device, host)
        kernels = "\n\n".join([launch.source for launch in driver.launches])
        run = _loaded(graph.name, driver, device, f"{PRELUDE}\n{kernels}\n")
    source = f"{kernels}\n\n\n" + "\n".join(driver.lines) + "\n"
    return Program(graph, source, _plan(schedule, steps), device.guarded(run, placement.number))


def _loaded(name: str, driver: _Driver, device: Device, kernels: str) -> Run:
    """The function `run` of a driver, with its kernels on the device."""
    names = dict(driver.names)
    if driver.launches:
        of_kernels = [launch.name for launch in driver.launches]
        names.update(zip(of_kernels, device.loaded(kernels, of_kernels), strict=True))
    source = "\n".join(driver.lines) + "\n"
    exec(code_of(source, f"{name}, for {device.name}"), names)  # of the words of this package alone
    run: Run = names["run"]
    return run


class _Driver:
    """The function that launches the kernels, one after the other."""

    def __init__(self, schedule: Schedule, device: Device, host: Collection[int]) -> None:
        self.schedule = schedule
        self.program = schedule.program
        self.buffers: Mapping[int, Buffer] = self.program.buffers
        self.device = device
        self.host = host
        self.launches: list[Launch] = []
        self.names: dict[str, Any] = {
            "address": device.address,
            "as_numpy": as_numpy,
            "copied": device.copied,
            "empty": device.empty,
            "fresh": fresh,
            "on_device": device.on_device,
            "returned": _returned,
        }
        self.body: list[str] = []
        self.depth = 1
        self.held: set[int] = set()  # the buffers that have memory so far
        self.allocated: set[int] = set()  # before what writes to parts of them
        # What is launched later runs later, so a part is free as soon as the last launch that needs it has been made.
        self.scratch = Scratch(_ALIGNMENT)
        self.places: dict[int, int] = {}  # of the buffers in scratch memory
        self.apart = _apart(schedule)
        self.pointers: dict[int, int] = {}  # of places in scratch memory that kernels take, their numbers
        self.used: set[int] = set()
        self._skip_until = -1
        for i, item in enumerate(schedule.items):
            self._allocate_for_region(i)
            if i > self._skip_until:
                self._item(i, item)
            self._free(i)
        self.lines = self._function()

    def _function(self) -> list[str]:
        lines = head_of_run(self.program.inputs)
        lines += [f"    {line}" for x in dict.fromkeys(self.program.inputs) for line in self._normalized(x)]
        for b, buffer in self.buffers.items():
            if buffer.constant is not None and b in self.used:
                self.names[f"v{b}"] = self.device.on_device(np.asarray(buffer.constant))
        lines += [f"    {line}" for line in self._with_scratch()]
        if any(isinstance(item, Product) for item in self.schedule.items):
            self.names["handle_of"] = self.device.handle
            lines.append("    handle = handle_of()")
        return [*lines, *self.body, f"    return {self._outputs()}"]

    def _normalized(self, x: int) -> list[str]:
        """The line that makes of an input what kernels take: a number of its dtype, or an array in C order."""
        if x in self.host:
            kind = self.buffers[x].dtype.type
            self.names[kind.__name__] = kind
            return [f"if type(v{x}) is not {kind.__name__}: v{x} = {kind.__name__}(v{x})"]
        is_array = x in self.used and self.buffers[x].shape
        return [f"if not v{x}.flags.c_contiguous: v{x} = on_device(v{x})"] if is_array else []

    def _with_scratch(self) -> list[str]:
        """The lines that make scratch memory and the pointers to places in it."""
        if not self.scratch.size:
            return []
        self.names["duint8"] = np.dtype(np.uint8)
        lines = [f"scratch = empty(({self.scratch.size},), duint8)", "s = address(scratch)"]
        if self.pointers:
            self.names["pointers"] = Pointers(self.device, self.pointers)
            names = [f"s{i}" for i in range(len(self.pointers))]
            lines.append(f"{', '.join(names)}{',' if len(names) == 1 else ''} = pointers(s)")
        return lines

    def _outputs(self) -> str:
        outputs = f"[{', '.join([f'v{y}' for y in self.program.outputs])}]"
        called = {y for item in self.schedule.items if isinstance(item, Call) for y in item.outs}
        if not called & set(self.program.outputs):
            return outputs
        kept = [f"v{x}" for x in self.used if x in self.program.inputs or self.buffers[x].constant is not None]
        return f"fresh({outputs}, ({''.join([f'{x}, ' for x in kept])}), copied)"

    def _line(self, text: str) -> None:
        self.body.append(f"{'    ' * self.depth}{text}")

    # Memory.

    def _allocate(self, b: int) -> None:
        if b in self.held and (b in self.schedule.changing or b in self.allocated):
            return
        buffer = self.buffers[b]
        if b not in self.apart:
            if b not in self.places:
                self.places[b] = self.scratch.taken(buffer.nbytes)
        else:
            name = f"d{buffer.dtype.name}"
            self.names[name] = buffer.dtype
            self._line(f"v{b} = empty({buffer.shape}, {name})")
        self.held.add(b)

    def _allocate_for_region(self, place: int) -> None:
        """Allocate before a loop or branch of the graph what is written to more than once in it."""
        end = next((end for begin, end in self.schedule.regions if begin == place), None)
        for item in self.schedule.items[place : end + 1] if end is not None else ():
            for out in item.outs if isinstance(item, Kernel) else ():
                if out in self.schedule.changing:
                    self._allocate(out)

    def _free(self, place: int) -> None:
        done = [b for b, last in self.schedule.last.items() if last == place and b in self.held]
        for b in done:
            if b in self.places:
                self.scratch.free(self.places[b], self.buffers[b].nbytes)
        arrays = [f"v{b}" for b in sorted(done) if b not in self.places and b not in self.program.outputs]
        if arrays and place < len(self.schedule.items) - 1:
            self._line(f"del {', '.join(arrays)}")

    def _argument(self, b: int) -> str:
        """A buffer as an argument of a kernel."""
        if b in self.places:
            return self._pointer(self.places[b])
        self.used.add(b)
        return f"v{b}"

    def _pointer(self, start: int) -> str:
        """A place in scratch memory as an argument of a kernel."""
        return f"s{self.pointers.setdefault(start, len(self.pointers))}"

    def _address(self, x: Place) -> str:
        """The address of a place in memory."""
        size = self.buffers[x.buffer].dtype.itemsize
        offset = x.offset * size
        if x.buffer in self.places:
            terms, offset = ["s"], offset + self.places[x.buffer]
        else:
            terms = [f"address({self._argument(x.buffer)})"]
        terms += [f"step{loop} * {s * size}" for loop, s in x.steps if s]
        return " + ".join([*terms, *([str(offset)] if offset else [])])

    # Items.

    def _item(self, place: int, item: Item) -> None:
        if isinstance(item, Kernel):
            self._kernel(item)
        elif isinstance(item, Call):
            self._call(place, item)
        elif isinstance(item, Product):
            self._product(place, item, (1, (0, 0, 0)))
        else:
            self._mark(place, item)

    def _kernel(self, kernel: Kernel) -> None:
        for b in (*kernel.stored, *[o for o in kernel.outs if o in self.schedule.changing]):
            self._allocate(b)
        partial: list[str] = []
        for launch in launches(f"kernel{len(self.launches)}", kernel, self.schedule, self.host):
            self.launches.append(launch)
            arguments = [self._argument(b) for b in launch.buffers]
            arguments += [f"step{t}" for t in launch.steps]
            if launch.partial and not partial:
                sizes = [size * dtype.itemsize for dtype, size in launch.partial]
                starts = list(map(self.scratch.taken, sizes))
                partial += map(self._pointer, starts)
                for start, size in zip(starts, sizes, strict=True):  # nothing else is launched between the two
                    self.scratch.free(start, size)
            arguments += partial
            grid = str(launch.grid) if launch.grid[1] > 1 else f"({launch.grid[0]},)"
            given = f"({', '.join(arguments)}{',' if len(arguments) == 1 else ''})"
            self._line(f"{launch.name}({grid}, ({launch.threads},), {given})")

    def _call(self, place: int, call: Call) -> None:
        self.used.update(buffers_read(call))
        self._line(line_of_call(call, place, self.names, lambda x: partial(_applied, x), self._parameter))
        name = equation_name(call)
        for y in call.outs:
            self.held.add(y)
            self.names[f"buffer{y}"] = self.buffers[y]
            self._line(f"v{y} = returned(v{y}, buffer{y}, {name!r}, on_device)")

    def _parameter(self, x: Any) -> Any:
        """A parameter, with arrays on the device: indices."""
        if type(x) is tuple or type(x) is list:
            return type(x)(map(self._parameter, x))
        return self.device.on_device(x) if isinstance(x, np.ndarray) else x

    def _product(self, place: int, product: Product, stack: tuple[int, tuple[int, int, int]]) -> None:
        dtype = self.buffers[product.target.buffer].dtype
        self._allocate(product.target.buffer)
        self.names[f"product{place}"] = self.device.product(dtype, product.sides, product.transposed, stack)
        arguments = ", ".join(map(self._address, (product.a, product.b, product.target)))
        self._line(f"product{place}(handle, {arguments})")

    # Loops and branches of the graph.

    def _mark(self, place: int, mark: Mark) -> None:
        if mark.kind == "for":
            if self._stack(place, mark):
                return
            steps = f"{mark.length - 1}, -1, -1" if mark.reverse else str(mark.length)
            self._line(f"for step{mark.number} in range({steps}):")
            self.depth += 1
        elif mark.kind == "while":
            self._line("while True:")
            self.depth += 1
        elif mark.kind == "if":
            self._line(f"if {self._condition(mark)}:")
            self.depth += 1
        elif mark.kind == "break":
            self._line(f"if not {self._condition(mark)}: break")
        elif mark.kind == "else":
            self._line("pass")
            self.depth -= 1
            self._line("else:")
            self.depth += 1
        elif mark.kind == "end":
            self._line("pass")
            self.depth -= 1
        elif mark.kind == "allocate":
            self.allocated.add(mark.number)
            self._allocate(mark.number)

    def _condition(self, mark: Mark) -> str:
        """The expression of what decides, which waits for the device."""
        operand = mark.operand
        if not isinstance(operand, Place):
            assert operand is not None
            text = repr(operand.value.item())
        else:
            self.used.add(operand.buffer)
            at = f".ravel()[{self._at(operand)}]" if self.buffers[operand.buffer].shape else ""
            text = f"v{operand.buffer}{at}.item()"
        return text if mark.case is None else f"{text} == {mark.case}"

    @staticmethod
    def _at(x: Place) -> str:
        return " + ".join([*[f"step{loop} * {s}" for loop, s in x.steps], str(x.offset)])

    def _stack(self, place: int, mark: Mark) -> bool:
        """Add a loop that has a product alone as one call; whether it is one."""
        inside = self.schedule.items[place + 1 : place + 3]
        if len(inside) < 2 or not isinstance(inside[0], Product):
            return False
        if not isinstance(inside[1], Mark) or inside[1].kind != "end" or mark.reverse:
            return False
        product = inside[0]
        steps = [dict(x.steps).get(mark.number, 0) for x in (product.a, product.b, product.target)]
        rest = [
            attrs.evolve(x, steps=tuple([step for step in x.steps if step[0] != mark.number]))
            for x in (product.a, product.b, product.target)
        ]
        product = attrs.evolve(product, a=rest[0], b=rest[1], target=rest[2])
        self._product(place, product, (mark.length, (steps[0], steps[1], steps[2])))
        self._skip_until = place + 2
        return True


def _applied(primitive: Primitive, *args: Array, **params: Any) -> Any:
    """The result of a primitive; of one that works element by element, and that the library lacks, on the host.

    Derivatives in `scipy.special` have such in their rules; a graph does not tell these from what f itself calls.
    """
    try:
        return bind(primitive, *args, **params)
    except TypeError:
        if not isinstance(primitive, Elementwise):
            raise
        return everywhere(primitive.raw)(*args, **params)


def _apart(schedule: Schedule) -> set[int]:
    """The buffers that are arrays of their own: results, and what calls take and conditions."""
    taken = [b for item in schedule.items if not isinstance(item, Product) for b in taken_by(item)]
    return {*schedule.program.outputs, *taken}


def _returned(x: Array, buffer: Buffer, name: str, on_device: Callable[[Array], Array]) -> Array:
    """The result of a call, as kernels take it.

    Raises:
        ValueError: it has another shape than when it was traced.
        TypeError: it has another dtype.
    """
    check(x, buffer, name)
    if x.dtype != buffer.dtype:
        if not np.can_cast(x.dtype, buffer.dtype, "same_kind"):
            raise TypeError(f"{name}: of dtype {x.dtype}, and was traced as {buffer.dtype}: trace the function again")
        x = x.astype(buffer.dtype)
    return on_device(x)


def fresh(outputs: list[Array], others: Sequence[Array], copied: Callable[[Array], Array]) -> list[Array]:
    """Outputs that share no memory with each other or with others: those that may do are copied."""
    taken = {id(x) for x in others}
    for i, y in enumerate(outputs):
        if y.base is not None or id(y) in taken:
            outputs[i] = copied(y)
        taken.add(id(y))
    return outputs


def _plan(schedule: Schedule, steps: Sequence[Any]) -> Plan:
    """The loops and calls as a record that can be printed; each loop is a function of its own."""
    parts: list[Segment | Call] = []
    for i, step in enumerate(steps):
        if isinstance(step, Call):
            parts.append(step)
        elif isinstance(step, Mark) and parts and isinstance(parts[-1], Segment):
            parts[-1] = attrs.evolve(parts[-1], steps=(*parts[-1].steps, (i, step)))
        else:
            parts.append(Segment(((i, step),)))
    stored = {b for item in schedule.items for b in (item.stored if isinstance(item, Kernel) else given_by(item))}
    stored |= schedule.changing
    none: frozenset[int] = frozenset()
    return Plan(schedule.program, tuple(parts), none, none, frozenset(stored), none, schedule.last, "GPU step")
