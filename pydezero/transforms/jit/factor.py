"""Sums that follow from others: the sum of c * x is c times the sum of x, if a program has that already.

The gradient of `log(sum(exp(x - max(x))))` has both: a pass over the array is saved.
"""

from __future__ import annotations

from typing import TypeAlias

import attrs
import numpy as np

from pydezero.transforms.jit.fuse import LARGE, reads
from pydezero.transforms.jit.program import (
    OPENING,
    Assign,
    Buffer,
    Compute,
    Literal,
    Lowered,
    Mark,
    Operand,
    Operation,
    Place,
    Reduce,
    c_strides,
    outs_of,
)

_Summed: TypeAlias = tuple[Place, tuple[int, ...], tuple[int, ...], np.dtype[np.generic]]
"""A place, its shape, the axes it is summed along, and the dtype of the sum."""


def with_factored_sums(program: Lowered) -> Lowered:
    """The program with products of a number and a sum instead of sums of products, where those are finite.

    Both are equally exact, but the sum of x may overflow where that of c * x does not: then it is computed as written.
    """
    return _Factoring(program).factored()


class _Factoring:
    def __init__(self, program: Lowered) -> None:
        self.program = program
        self.buffers = dict(program.buffers)
        self.free = 1 + max(program.buffers, default=0)
        self.operations: list[Operation] = []
        # The choices so far and what needs them: they come late, because loops are not fused across a branch.
        self.waiting: list[Operation] = []
        self.late: set[int] = set()
        self.products: dict[int, Compute] = {}
        self.sums: dict[_Summed, int] = {}

    def factored(self) -> Lowered:
        depth = 0  # of loops and branches; the sums within them are left as they are
        for operation in self.program.operations:
            if isinstance(operation, Mark):
                self._end_waiting()
                depth += (operation.kind in OPENING) - (operation.kind == "end")
            if isinstance(operation, Compute) and not depth and operation.name == "multiply":
                self.products[operation.out] = operation
            if isinstance(operation, Reduce) and not depth and self._sum(operation):
                self.late.add(operation.out)
            elif self.late.isdisjoint([*reads(operation), *outs_of(operation)]):
                self.operations.append(operation)
            else:
                self.waiting.append(operation)
                self.late.update(outs_of(operation))
        self._end_waiting()
        return attrs.evolve(self.program, buffers=self.buffers, operations=tuple(self.operations))

    def _end_waiting(self) -> None:
        self.operations += self.waiting
        self.waiting.clear()
        self.late.clear()

    def _sum(self, reduce: Reduce) -> bool:
        """Add the operations for a sum, if it follows from another one."""
        x = reduce.operand
        if reduce.name != "sum" or reduce.dtype.kind != "f" or not isinstance(x, Place):
            return False
        if self.buffers[reduce.out].size != 1 or self.buffers[x.buffer].nbytes < LARGE:
            return False
        product = self.products.get(x.buffer)
        found = None
        if product is not None and x == Place(product.out, 0, c_strides(reduce.shape)):
            found = self._factor_and_sum(product, reduce)
        self.sums[x, reduce.shape, reduce.axes, reduce.dtype] = reduce.out
        if product is None or found is None:
            return False
        self._choice(reduce, product, *found)
        return True

    def _factor_and_sum(self, product: Compute, reduce: Reduce) -> tuple[Operand, int] | None:
        """The number that is a factor of a product, and the sum of the other factor."""
        if any(dtype != reduce.dtype for dtype in product.dtypes) or len(product.operands) != 2:
            return None
        first, second = product.operands
        for c, x in ((first, second), (second, first)):
            if isinstance(x, Place) and (isinstance(c, Literal) or self.buffers[c.buffer].size == 1):
                known = self.sums.get((x, reduce.shape, reduce.axes, reduce.dtype))
                if known is not None:
                    return c, known
        return None

    def _choice(self, reduce: Reduce, product: Compute, c: Operand, known: int) -> None:
        """Add the product of a number and a sum, and the sum as it was for where that is not finite."""
        out, dtype = reduce.out, reduce.dtype
        shape = self.buffers[out].shape
        strides = c_strides(shape)
        if isinstance(c, Place):
            c = Place(c.buffer, c.offset, strides)
        short, is_finite, again, long = [
            self._buffer(*spec)
            for spec in ((shape, dtype), (shape, np.dtype(bool)), (reduce.shape, dtype), (shape, dtype))
        ]
        whole = Place(again, 0, c_strides(reduce.shape))
        self.waiting += [
            Compute(short, "multiply", shape, "{0} * {1}", (c, Place(known, 0, strides)), (dtype, dtype)),
            Compute(is_finite, "isfinite", shape, "abs({0}) < inf", (Place(short, 0, strides),), (dtype,)),
            Mark("if", operand=Place(is_finite, 0, strides)),
            Assign(out, shape, Place(short, 0, strides), False),
            Mark("else"),
            attrs.evolve(product, out=again),
            attrs.evolve(reduce, out=long, operand=whole),
            Mark("barrier"),
            Assign(out, shape, Place(long, 0, strides), False),
            Mark("end"),
        ]

    def _buffer(self, shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> int:
        number, self.free = self.free, self.free + 1
        self.buffers[number] = Buffer(shape, dtype)
        return number
