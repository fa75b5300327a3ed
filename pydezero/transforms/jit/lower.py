"""A graph as operations on buffers: what each equation is in compiled code.

Views become places, elementwise operations scalar expressions, and reductions loops. An equation that is none of these
is first written as other operations, if it can be (see `expand`); otherwise it is a call of NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from pydezero.transforms.jit.expand import expansion
from pydezero.transforms.jit.lower_conversions import add_range_check
from pydezero.transforms.jit.lower_cumulative import add_cumulative
from pydezero.transforms.jit.lower_loops import NotCompiled, add_loop, is_loop
from pydezero.transforms.jit.lower_products import add_einsum, add_matmul
from pydezero.transforms.jit.lower_sorting import add_argsort
from pydezero.transforms.jit.lower_systems import (
    add_check,
    add_cholesky,
    add_cofactors,
    add_det,
    add_inverse,
    add_slogdet,
    add_solve,
)
from pydezero.transforms.jit.lower_views import add_gather, add_reduction, add_rolled, add_view
from pydezero.transforms.jit.lower_writes import add_diagonal, add_joined, add_padding, add_scatter, add_set
from pydezero.transforms.jit.program import Call, Compute, Literal, Lowered, Operand, Whole, outs_of
from pydezero.transforms.jit.scalars import NATIVE, scalar_of
from pydezero.transforms.jit.state import Blas, State
from pydezero.transforms.jit.views import VIEWS
from pydezero.transforms.loops.operation import LoopOperation
from pydezero.transforms.staging.equation import Equation, Reference
from pydezero.transforms.staging.graph import Graph

_REDUCTIONS: Final = ("sum", "prod", "max", "min", "any", "all")
_RULES: Final[Mapping[str, Callable[[State, Equation], bool]]] = MappingProxyType(
    {
        **dict.fromkeys(VIEWS, add_view),
        **dict.fromkeys(_REDUCTIONS, add_reduction),
        "argsort": add_argsort,
        "cholesky": add_cholesky,
        "cofactors": add_cofactors,
        "concatenate": add_joined,
        "cumprod": add_cumulative,
        "cumsum": add_cumulative,
        "det": add_det,
        "einsum": add_einsum,
        "from_diagonal": add_diagonal,
        "from_trace": add_diagonal,
        "gather": add_gather,
        "inv": add_inverse,
        "matmul": add_matmul,
        "pad_constant": add_padding,
        "refused": add_check,
        "roll": add_rolled,
        "scatter": add_scatter,
        "scatter_at": add_scatter,
        "set": add_set,
        "set_at": add_set,
        "slogdet": add_slogdet,
        "solve": add_solve,
        "solve_both": add_solve,
        "solve_triangular": add_solve,
        "stack": add_joined,
    }
)
"""How an equation is added, by its name; each tells whether it is. All others are elementwise, or written as others."""


_QUICK: Final = frozenset({"argmax", "argmin", "nanmax", "nanmin"})
"""What NumPy computes more quickly than a program, except for few elements, or where a call would end a loop."""

_FEW: Final = 1024

_IN_LOOPS: Final = frozenset({"permute", "unpermute"})
"""What NumPy computes in any number, where a call does not end a loop."""


def lowered(graph: Graph[..., Any], blas: Blas) -> Lowered:
    """The operations of a graph."""
    return Lowering(graph, blas).lowered()


class Lowering(State):
    """The operations of a graph so far."""

    def __init__(self, graph: Graph[..., Any], blas: Blas) -> None:
        numbers = [x.number for x in (*graph.inputs, *[constant.reference for constant in graph.constants])]
        numbers += [y.number for equation in graph.equations for y in equation.outputs]
        super().__init__(1 + max(numbers, default=0), blas)
        self.graph = graph

    def lowered(self) -> Lowered:
        for x in self.graph.inputs:
            self.is_buffer(x)
        for constant in self.graph.constants:
            self.is_constant(constant.reference, constant.value)
        for equation in self.graph.equations:
            self.equation(equation, ())
        inputs = tuple([x.number for x in self.graph.inputs])
        outputs = self._outputs(set(inputs))
        return Lowered(self.graph.name, self.buffers, inputs, tuple(self.operations), outputs)

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
        try:
            with self.in_loop():
                add_loop(self, equation, inside)
        except NotCompiled:
            del self.operations[count:]
            return False
        return True

    def inlined(
        self, graph: Graph[..., Any], inputs: Sequence[Operand], inside: tuple[str, ...]
    ) -> list[tuple[Reference, Operand]]:
        instead: dict[int, Reference] = {}
        for x, operand in zip(graph.inputs, inputs, strict=True):
            y = instead[x.number] = Reference(self.number(), x.shape, x.dtype)
            self.places[y.number] = operand
        outputs = self._with_equations(graph, instead, inside)
        return [(y, self.places[y.number]) for y in outputs]

    def _is_compiled(self, equation: Equation, inside: tuple[str, ...]) -> bool:
        rule = _RULES.get(equation.name)
        if equation.primitive.several_outputs and rule is None:
            return False
        dtypes = [x.dtype for x in (*equation.references, *equation.outputs)]
        if any(dtype.char not in NATIVE or not dtype.isnative for dtype in dtypes):
            return False
        if rule is not None:
            return rule(self, equation) or self._expanded(equation, inside)
        return self._elementwise(equation) or self._expanded(equation, inside)

    def _elementwise(self, equation: Equation) -> bool:
        (y,) = equation.outputs
        if equation.name == "astype_integer" and not add_range_check(self, equation):
            return False
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

    def _expanded(self, equation: Equation, inside: tuple[str, ...]) -> bool:
        """Add the operations that an equation may be written as."""
        if equation.name in inside:
            return False
        if not self.depth and equation.name in _IN_LOOPS:
            return False
        if not self.depth and equation.name in _QUICK and math.prod(equation.references[0].shape) > _FEW:
            return False
        graph = expansion(equation)
        if graph is None:
            return False
        instead: dict[int, Reference] = {}
        for x, y in zip(graph.inputs, equation.references, strict=True):
            instead[x.number] = y
        (output,) = self._with_equations(graph, instead, (*inside, equation.name))
        self.is_like(equation.outputs[0], output)
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
            self.is_constant(renamed(constant.reference), constant.value)
        for inner in graph.equations:
            inputs = tuple([renamed(x) if type(x) is Reference else x for x in inner.inputs])
            outputs = tuple(map(renamed, inner.outputs))
            self.equation(Equation(inner.primitive, inputs, outputs, inner.parameters), inside)
        return [renamed(y) for y in graph.outputs]

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
        origin = self.origins.get(number)
        if origin is None or isinstance(self.places[number], Literal):
            out = self.copy(self.operand(x, x.shape, x.dtype), x.shape, x.dtype, "copy")
        else:
            out = self._called(x, origin, origin.references[0])
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
        return self._called(x, COPY, x)

    def _called(self, x: Reference, equation: Any, of: Reference) -> int:
        """A new buffer like a value, by a call that takes one array."""
        out = self.number()
        self.is_buffer(Reference(out, x.shape, x.dtype))
        self.operations.append(Call((out,), equation, (Whole(self._whole(of)),)))
        return out


COPY: Final[Any] = None
"""The equation of a call that copies."""


def _kind_of(x: Any) -> Any:
    """A number as NumPy's resolution of dtypes takes it."""
    return type(x) if type(x) in (int, float, complex, bool) else np.asarray(x).dtype
