"""A graph as operations on buffers: what each equation is in compiled code.

Views become places, elementwise operations scalar expressions, and reductions loops. An equation that is none of these
is first written as other operations, if it can be (see `expand`); otherwise it is a call of NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.functions.shapes.shape import normalize_axes
from pydezero.transforms.jit.expand import expansion
from pydezero.transforms.jit.lower_loops import NotCompiled, add_loop, is_loop
from pydezero.transforms.jit.products import as_matrix, has_blas, products_of_stacks, sums_of_products
from pydezero.transforms.jit.program import (
    Allocate,
    Buffer,
    Call,
    Compute,
    Literal,
    Lowered,
    Operand,
    Operation,
    Place,
    Reduce,
    Shape,
    Store,
    Whole,
    c_strides,
    outs_of,
)
from pydezero.transforms.jit.scalars import NATIVE, scalar_of
from pydezero.transforms.jit.views import basic_index, view_of
from pydezero.transforms.loops.operation import LoopOperation
from pydezero.transforms.staging.equation import Equation, Reference
from pydezero.transforms.staging.graph import Graph

_VIEWS: Final = frozenset(
    {
        "broadcast_to",
        "diagonal",
        "flip",
        "getitem",
        "reshape",
        "rot90",
        "sliding_window_view",
        "spread_windows",
        "transpose",
    }
)
_REDUCTIONS: Final = frozenset({"sum", "prod", "max", "min", "any", "all"})


def lowered(graph: Graph[..., Any]) -> Lowered:
    """The operations of a graph."""
    return Lowering(graph).lowered()


class Lowering:
    """The operations of a graph so far."""

    def __init__(self, graph: Graph[..., Any]) -> None:
        self.graph = graph
        self.buffers: dict[int, Buffer] = {}
        self.operations: list[Operation] = []
        self.places: dict[int, Operand] = {}  # by the number of a value
        self.wholes: dict[int, int] = {}  # the buffer that is a view of a place, for calls
        self.origins: dict[int, Equation] = {}  # of values that are views, the equation that makes the view
        self.depth: int = 0  # the number of loops of the graph around
        self.free: int = 1 + max(
            [x.number for x in graph.inputs]
            + [c.reference.number for c in graph.constants]
            + [y.number for equation in graph.equations for y in equation.outputs],
            default=0,
        )

    def lowered(self) -> Lowered:
        for x in self.graph.inputs:
            self.is_buffer(x)
        for constant in self.graph.constants:
            x = constant.reference
            number = _uniform(constant.value)
            self.buffers[x.number] = Buffer(x.shape, x.dtype, constant.value)
            self.places[x.number] = Literal(number) if number is not None else Place(x.number, 0, c_strides(x.shape))
        for equation in self.graph.equations:
            self.equation(equation, ())
        inputs = tuple([x.number for x in self.graph.inputs])
        outputs = self._outputs(set(inputs))
        return Lowered(self.graph.name, self.buffers, inputs, tuple(self.operations), outputs)

    # Numbers of values and buffers.

    def number(self) -> int:
        """A number that no value has."""
        self.free += 1
        return self.free - 1

    def is_buffer(self, x: Reference) -> None:
        self.buffers[x.number] = Buffer(x.shape, x.dtype)
        self.places[x.number] = Place(x.number, 0, c_strides(x.shape))

    def _is_like(self, y: Reference, x: Reference) -> None:
        """Let a value be the same as another one."""
        self.places[y.number] = self.places[x.number]
        if x.number in self.origins:
            self.origins[y.number] = self.origins[x.number]
        elif y.number not in self.buffers:
            self.wholes[y.number] = self.wholes.get(x.number, x.number)

    # Equations.

    def equation(self, equation: Equation, inside: tuple[str, ...]) -> None:
        """Add an equation; `inside` has the names of the operations that it was expanded from."""
        if isinstance(equation.primitive, LoopOperation) and self._loop(equation, inside):
            return
        if not self._is_compiled(equation, inside):
            if self.depth:
                raise NotCompiled(equation.name)
            self._call(equation)

    def _loop(self, equation: Equation, inside: tuple[str, ...]) -> bool:
        """Add a loop or a choice whose bodies are compiled whole."""
        if not is_loop(equation.primitive):
            return False
        count = len(self.operations)
        self.depth += 1
        try:
            add_loop(self, equation, inside)
        except NotCompiled:
            del self.operations[count:]
            return False
        finally:
            self.depth -= 1
        return True

    def inlined(
        self,
        graph: Graph[..., Any],
        inputs: Sequence[Operand],
        inside: tuple[str, ...],
    ) -> list[tuple[Reference, Operand]]:
        """Add the operations of a graph for operands in the place of its inputs; the results, and where they are."""
        instead: dict[int, Reference] = {}
        for x, operand in zip(graph.inputs, inputs, strict=True):
            y = instead[x.number] = Reference(self.number(), x.shape, x.dtype)
            self.places[y.number] = operand
        outputs = self._with_equations(graph, instead, inside)
        return [(y, self.places[y.number]) for y in outputs]

    def _is_compiled(self, equation: Equation, inside: tuple[str, ...]) -> bool:
        name = equation.name
        if equation.primitive.several_outputs:
            return False
        dtypes = [x.dtype for x in (*equation.references, *equation.outputs)]
        if any(dtype.char not in NATIVE or not dtype.isnative for dtype in dtypes):
            return False
        if name in _VIEWS:
            return self._view(equation)
        if name in _REDUCTIONS:
            return self._reduction(equation)
        if name == "matmul":
            return self._product(equation)
        if name in ("scatter", "set", "concatenate", "stack"):
            return {"scatter": self._scatter, "set": self._set}.get(name, self._joined)(equation)
        return self._elementwise(equation) or self._expanded(equation, inside)

    def _elementwise(self, equation: Equation) -> bool:
        (y,) = equation.outputs
        inputs = [x.dtype if type(x) is Reference else _kind_of(x) for x in equation.inputs]
        scalar = scalar_of(equation.primitive, inputs, equation.parameters, y.dtype, not y.shape)
        if scalar is None:
            return False
        operands = [self.operand(x, y.shape, dtype) for x, dtype in zip(equation.inputs, scalar.dtypes, strict=False)]
        self.is_buffer(y)
        used = [i for i in range(len(operands)) if f"{{{i}}}" in scalar.expression]
        expression = scalar.expression
        for place, i in enumerate(used):
            expression = expression.replace(f"{{{i}}}", f"{{{place}}}")
        self.operations.append(
            Compute(
                y.number,
                equation.name,
                y.shape,
                expression,
                tuple([operands[i] for i in used]),
                tuple([scalar.dtypes[i] for i in used]),
            )
        )
        return True

    def operand(self, x: Any, shape: Shape, dtype: np.dtype[Any]) -> Operand:
        """An input of an equation, broadcast to a shape."""
        if type(x) is not Reference:
            return Literal(dtype.type(x))
        return _broadcast(self.places[x.number], x.shape, shape)

    def _expanded(self, equation: Equation, inside: tuple[str, ...]) -> bool:
        """Add the operations that an equation may be written as."""
        if equation.name in inside:
            return False
        graph = expansion(equation)
        if graph is None:
            return False
        instead: dict[int, Reference] = {}
        for x, y in zip(graph.inputs, equation.references, strict=True):
            instead[x.number] = y
        (output,) = self._with_equations(graph, instead, (*inside, equation.name))
        self._is_like(equation.outputs[0], output)
        return True

    def _with_equations(
        self, graph: Graph[..., Any], instead: dict[int, Reference], inside: tuple[str, ...]
    ) -> list[Reference]:
        """Add the equations of a graph with other numbers; its results. There are numbers of its inputs already."""

        def renamed(x: Reference) -> Reference:
            if x.number not in instead:
                instead[x.number] = Reference(self.number(), x.shape, x.dtype)
            return instead[x.number]

        for constant in graph.constants:
            x = renamed(constant.reference)
            number = _uniform(constant.value)
            self.buffers[x.number] = Buffer(x.shape, x.dtype, constant.value)
            self.places[x.number] = Literal(number) if number is not None else Place(x.number, 0, c_strides(x.shape))
        for inner in graph.equations:
            inputs = tuple([renamed(x) if type(x) is Reference else x for x in inner.inputs])
            outputs = tuple(map(renamed, inner.outputs))
            self.equation(Equation(inner.primitive, inputs, outputs, inner.parameters), inside)
        return [renamed(y) for y in graph.outputs]

    def _view(self, equation: Equation) -> bool:
        (x,), (y,) = equation.references, equation.outputs
        if len(equation.inputs) != 1 or x.dtype != y.dtype:
            return False
        place = self.places[x.number]
        if isinstance(place, Literal):
            found: Operand | None = place if _is_basic(equation) else None
        else:
            found = view_of(place, x, y.shape, _viewing(equation))
            if found is None and equation.name == "reshape" and _is_basic(equation):
                copy = self.copy(place, x.shape, x.dtype, "copy")
                found = view_of(Place(copy, 0, c_strides(x.shape)), x, y.shape, _viewing(equation))
        if found is None:
            return False
        self.places[y.number] = found
        self.origins[y.number] = equation
        return True

    def copy(self, operand: Operand, shape: Shape, dtype: np.dtype[Any], name: str) -> int:
        """A new buffer with the elements of an operand."""
        out = self.number()
        self.is_buffer(Reference(out, shape, dtype))
        self.operations.append(Compute(out, name, shape, "{0}", (operand,), (dtype,)))
        return out

    def _reduction(self, equation: Equation) -> bool:
        x, y = equation.inputs[0], equation.outputs[0]
        if type(x) is not Reference or not equation.parameters.keys() <= {"axis", "keepdims"}:
            return False
        axes = normalize_axes(equation.parameters.get("axis"), len(x.shape))
        is_extreme = equation.name in ("max", "min")
        if is_extreme and (y.dtype != x.dtype or y.dtype.kind == "b" or any(x.shape[i] == 0 for i in axes)):
            return False
        if equation.name in ("any", "all"):
            if y.dtype.kind != "b":
                return False
        elif y.dtype.kind == "b" or (y.dtype.kind == "f" and x.dtype != y.dtype):
            return False
        operand = self.places[x.number]
        self.is_buffer(y)
        if all(x.shape[i] == 1 for i in axes):
            shape = tuple([n for i, n in enumerate(x.shape) if i not in axes])
            kept = _without(operand, axes)
            operation: Operation = Compute(y.number, equation.name, shape, "{0}", (kept,), (y.dtype,))
        else:
            operation = Reduce(y.number, equation.name, x.shape, axes, operand, y.dtype)
        self.operations.append(operation)
        return True

    def _product(self, equation: Equation) -> bool:
        """A product of small matrices, or with a vector, as sums of products; others are left to BLAS."""
        (y,) = equation.outputs
        if any(type(x) is not Reference or x.dtype != y.dtype for x in equation.inputs) or y.dtype.kind != "f":
            return False
        a, b = equation.references
        if isinstance(self.places[a.number], Literal) or isinstance(self.places[b.number], Literal):
            return False
        product = sums_of_products(self.places[a.number], a.shape, self.places[b.number], b.shape)
        if product is None:
            return self._by_blas(y, a, b)
        shape, axis, operands = product
        if not math.prod(shape):
            return False
        self.is_buffer(y)
        if shape[axis] == 1:
            flat = tuple([n for i, n in enumerate(shape) if i != axis])
            kept = tuple([_without(x, (axis,)) for x in operands])
            self.operations.append(Compute(y.number, "matmul", flat, "{0} * {1}", kept, (y.dtype, y.dtype)))
            return True
        terms = self.number()
        self.is_buffer(Reference(terms, shape, y.dtype))
        self.operations.append(Compute(terms, "multiply", shape, "{0} * {1}", operands, (y.dtype, y.dtype)))
        operand = Place(terms, 0, c_strides(shape))
        self.operations.append(Reduce(y.number, "sum", shape, (axis,), operand, y.dtype))
        return True

    def _by_blas(self, y: Reference, a: Reference, b: Reference) -> bool:
        """A product of large matrices, or of stacks of them, each by one call of BLAS."""
        if not has_blas() or not a.shape[-1]:
            return False
        self.is_buffer(y)
        self.operations.append(Allocate(y.number, False))
        x, z = self.places[a.number], self.places[b.number]
        assert isinstance(x, Place)
        assert isinstance(z, Place)
        matrix_a, matrix_b = as_matrix(x, a.shape), as_matrix(z, b.shape)
        if matrix_a is None:
            x = Place(self.copy(x, a.shape, a.dtype, "copy"), 0, c_strides(a.shape))
            matrix_a = x, False
        if matrix_b is None:
            z = Place(self.copy(z, b.shape, b.dtype, "copy"), 0, c_strides(b.shape))
            matrix_b = z, False
        self.operations += products_of_stacks(
            Place(y.number, 0, c_strides(y.shape)), y.shape, matrix_a, a.shape, matrix_b, b.shape, self.number
        )
        return True

    def _scatter(self, equation: Equation) -> bool:
        """Cotangents of parts of an array, added up in their places."""
        (y,) = equation.outputs
        indices, shape = equation.parameters["indices"], y.shape
        if any(type(x) is not Reference or x.dtype != y.dtype for x in equation.inputs):
            return False
        targets = [
            Place(y.number, 0, c_strides(shape)) if index is ... else self._part(y, index, x.shape)
            for index, x in zip(indices, equation.inputs, strict=True)
        ]
        if any(target is None for target in targets) or y.dtype.kind == "b":
            return False
        if not shape:
            total = " + ".join([f"{{{i}}}" for i in range(len(equation.inputs))])
            # Each is of one element, in axes of length 1 if any.
            operands = tuple([_without(self.places[x.number], range(len(x.shape))) for x in equation.inputs])
            self.is_buffer(y)
            self.operations.append(Compute(y.number, "add", (), total, operands, (y.dtype,) * len(operands)))
            return True
        self.buffers[y.number] = Buffer(y.shape, y.dtype)
        self.operations.append(Allocate(y.number, True))
        for target, x in zip(targets, equation.inputs, strict=True):
            assert target is not None
            self.operations.append(Store(target, x.shape, self.places[x.number], True, False))
        self.places[y.number] = Place(y.number, 0, c_strides(y.shape))
        return True

    def _set(self, equation: Equation) -> bool:
        (y,), (x, z) = equation.outputs, equation.inputs
        if type(x) is not Reference:
            return False
        index = equation.parameters["index"]
        of_part = np.broadcast_to(np.zeros((), bool), y.shape)[index].shape if basic_index(index) else None
        target = None if of_part is None else self._part(y, index, of_part)
        if target is None or of_part is None:
            return False
        operand = self.operand(z, of_part, y.dtype)
        if x.dtype != y.dtype or (type(z) is Reference and z.dtype != y.dtype):
            return False
        self.is_buffer(y)
        if not y.shape:
            self.operations.append(Compute(y.number, "set", (), "{0}", (operand,), (y.dtype,)))
            return True
        self.operations.append(Compute(y.number, "set", y.shape, "{0}", (self.places[x.number],), (y.dtype,)))
        self.operations.append(Store(target, of_part, operand, False, False))
        return True

    def _joined(self, equation: Equation) -> bool:
        """Arrays side by side, each written to its own part of the result."""
        (y,) = equation.outputs
        axis = equation.parameters["axis"]
        if any(type(x) is not Reference or x.dtype != y.dtype for x in equation.inputs):
            return False
        if axis is None or not y.shape:
            return False
        axis %= len(y.shape)
        stores: list[Operation] = []
        start = 0
        for i, x in enumerate(equation.inputs):
            if equation.name == "stack":
                index: Any = (slice(None),) * axis + (i,)
            else:
                index = (slice(None),) * axis + (slice(start, start + x.shape[axis]),)
                start += x.shape[axis]
            target = self._part(y, index, x.shape)
            if target is None:
                return False
            stores.append(Store(target, x.shape, self.places[x.number], False, True))
        self.is_buffer(y)
        self.operations += [Allocate(y.number, False), *stores]
        return True

    def _part(self, y: Reference, index: Any, shape: Shape) -> Place | None:
        """The place of `y[index]`, None unless it has a shape and names each element once."""
        if not basic_index(index):
            return None
        return view_of(Place(y.number, 0, c_strides(y.shape)), y, shape, lambda a: a[_whole_index(index)])

    # Calls of NumPy.

    def _call(self, equation: Equation) -> None:
        inputs = [Whole(self._whole(x)) if type(x) is Reference else x for x in equation.inputs]
        for y in equation.outputs:
            self.is_buffer(y)
        outs = tuple([y.number for y in equation.outputs])
        self.operations.append(Call(outs, equation, tuple(inputs)))

    def _whole(self, x: Reference) -> int:
        """The buffer that has a value as a whole: for a view, an array that NumPy makes of it."""
        number = self.wholes.get(x.number, x.number)
        if number in self.buffers:
            return number
        out = self.number()
        origin = self.origins.get(number)
        if origin is None or isinstance(self.places[number], Literal):
            self.is_buffer(Reference(out, x.shape, x.dtype))
            self.operations.append(
                Compute(out, "copy", x.shape, "{0}", (self.operand(x, x.shape, x.dtype),), (x.dtype,))
            )
        else:
            self.is_buffer(Reference(out, x.shape, x.dtype))
            self.operations.append(Call((out,), origin, (Whole(self._whole(origin.references[0])),)))
        self.wholes[x.number] = out
        return out

    def _outputs(self, taken: set[int]) -> tuple[int, ...]:
        """The buffers of the results, each a buffer of its own that is no input and no constant."""
        outputs: list[int] = []
        made = {y for operation in self.operations for y in outs_of(operation)}
        taken = set(taken)
        for x in self.graph.outputs:
            number = self.wholes.get(x.number, x.number)
            if number not in made or number in taken or x.number in self.origins:
                number = self._fresh(x)
            taken.add(number)
            outputs.append(number)
        return tuple(outputs)

    def _fresh(self, x: Reference) -> int:
        """A new buffer with the elements of a value."""
        if x.dtype.char in NATIVE and x.dtype.isnative:
            return self.copy(self.operand(x, x.shape, x.dtype), x.shape, x.dtype, "copy")
        out = self.number()
        self.is_buffer(Reference(out, x.shape, x.dtype))
        self.operations.append(Call((out,), COPY, (Whole(self._whole(x)),)))
        return out


COPY: Final[Any] = None
"""The equation of a call that copies."""


def _kind_of(x: Any) -> Any:
    """A number as NumPy's resolution of dtypes takes it."""
    return type(x) if type(x) in (int, float, complex, bool) else np.asarray(x).dtype


def _uniform(value: Array) -> np.generic | None:
    """The number that all elements of an array are, bit for bit; None if they differ or are not compiled."""
    if not isinstance(value, np.ndarray | np.generic) or value.dtype.char not in NATIVE or not value.dtype.isnative:
        return None
    array = np.asarray(value)
    if not array.size:
        return None
    first = array[(0,) * array.ndim]
    once = array[tuple([slice(0, 1) if stride == 0 else slice(None) for stride in array.strides])]
    words = np.ascontiguousarray(once).view(f"u{array.itemsize}")
    return first if bool(np.all(words == words.flat[0])) else None


def _broadcast(operand: Operand, shape: Shape, to: Shape) -> Operand:
    """An operand of a shape, with a stride for each axis of the shape that it is broadcast to."""
    if isinstance(operand, Literal):
        return operand
    added = len(to) - len(shape)
    strides = [0 if n == 1 and to[added + i] != 1 else operand.strides[i] for i, n in enumerate(shape)]
    return attrs.evolve(operand, strides=(*[0] * added, *strides))


def _without(operand: Operand, axes: Sequence[int]) -> Operand:
    """An operand without axes of length 1."""
    if isinstance(operand, Literal):
        return operand
    strides = tuple([s for i, s in enumerate(operand.strides) if i not in axes])
    return attrs.evolve(operand, strides=strides)


def _is_basic(equation: Equation) -> bool:
    return equation.name != "getitem" or basic_index(equation.parameters["index"])


def _viewing(equation: Equation) -> Callable[[Array], Array]:
    """The function that makes a view of an array, which is an array even if it has one element."""
    parameters: Mapping[str, Any] = equation.parameters
    if equation.name == "getitem":
        index = _whole_index(parameters["index"])
        return lambda a: a[index]
    return lambda a: equation.primitive.raw(a, **parameters)


def _whole_index(index: Any) -> Any:
    """An index that gives an array where it names one element."""
    parts = index if type(index) is tuple else (index,)
    return parts if any(part is ... for part in parts if not isinstance(part, np.ndarray)) else (*parts, ...)
