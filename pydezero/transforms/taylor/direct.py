"""Series whose coefficients follow from those of the arguments one by one: of linear operations, and by recurrences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.bind import bind
from pydezero.core.broadcasting import cast, cotangent_dtype
from pydezero.core.power_series import ConditionalRule, Further, Series, plus
from pydezero.core.primitive import Argument, Elementwise, Linear, Multilinear, Primitive
from pydezero.core.types import Array
from pydezero.graph.linear import zeros_for
from pydezero.transforms.forward.rules import of_linear


@attrs.frozen(eq=False)
class Application:
    """A primitive with its arguments: their values, and the series of those that move; None stands for a constant."""

    primitive: Primitive
    values: Sequence[Array]
    series: Sequence[Series | None]
    params: Mapping[str, Any]
    out: Array

    @property
    def moving(self) -> list[int]:
        """The positions of the arguments that move."""
        return [i for i, s in enumerate(self.series) if s is not None]


def fitted(x: Array, out: Array) -> Array:
    """A coefficient in the shape and dtype of the value."""
    if x.shape != out.shape:
        x = np.broadcast_to(x, out.shape)
    return x if x.dtype is out.dtype else cast(x, cotangent_dtype(out.dtype))


def direct(this: Application, result: Series) -> Further | None:
    """The function that gives the coefficients without the series of a derivative; None if there is none."""
    primitive = this.primitive
    if isinstance(primitive, Multilinear):
        return _of_multilinear(this)
    if isinstance(primitive, Linear):
        return lambda k: of_linear(primitive, this.values, [s and s(k) for s in this.series], this.out, this.params)
    if isinstance(primitive, Elementwise):
        moving, of_all = this.moving, primitive.tangent
        if of_all is not None and len(moving) == len(this.series):
            if not _depends(of_all, moving):
                return _of_constant_slope(this, of_all)
        else:
            arguments = [primitive.arguments[i] for i in moving]
            if not any(_depends(argument, moving) for argument in arguments):
                return _of_constant_slopes(this, arguments)
    return of_recurrence(this, result)


def of_recurrence(this: Application, result: Series) -> Further | None:
    """The function that gives the coefficients by a recurrence; None if there is none for these arguments."""
    rule = this.primitive.coefficient
    if rule is None:
        return None
    xs = [Series([x]) if s is None else s for x, s in zip(this.values, this.series, strict=True)]
    if isinstance(rule, ConditionalRule):
        if not rule.holds(this.moving, *this.values, **this.params):
            return None
        coefficient = rule.start(result, *xs, **this.params)
    else:
        coefficient = lambda k: rule(k, result, *xs, **this.params)

    def further(k: int) -> Array | None:
        found = coefficient(k)
        return None if found is None else fitted(found, this.out)

    return further


def _depends(argument: Argument, moving: Sequence[int]) -> bool:
    """Whether what a rule keeps moves."""
    return "out" in argument.names or any(map(argument.keeps, moving))


def _of_constant_slopes(this: Application, arguments: Sequence[Argument]) -> Further:
    """The rules themselves, on coefficients: the partial derivatives do not move."""
    residuals = [
        argument.pick(this.values, this.out, this.params, i) for i, argument in zip(this.moving, arguments, strict=True)
    ]
    parts = list(zip([s for s in this.series if s is not None], arguments, residuals, strict=True))

    def of_sum(k: int) -> Array | None:
        total: Array | None = None
        for series, argument, residual in parts:
            x = series(k)
            if x is not None:
                total = plus(total, argument.pull(fitted(x, this.out), residual))
        return None if total is None else fitted(total, this.out)

    return of_sum


def _of_constant_slope(this: Application, of_all: Argument) -> Further:
    """The rule for all arguments together, on coefficients: the derivative does not move."""
    residual = of_all.pick(this.values, this.out, this.params, 0)

    def of_all_arguments(k: int) -> Array | None:
        xs = [series and series(k) for series in this.series]
        if all(x is None for x in xs):
            return None
        moved = [zeros_for(value) if x is None else x for x, value in zip(xs, this.values, strict=True)]
        return fitted(of_all.pull(moved, residual), this.out)

    return of_all_arguments


def _of_multilinear(this: Application) -> Further:
    """The sum of the products of coefficients whose indices add up."""
    moving = this.moving

    def of_products(k: int) -> Array | None:
        total: Array | None = None
        for indices in _compositions(k, len(moving)):
            args = list(this.values)
            for i, j in zip(moving, indices, strict=True):
                series = this.series[i]
                args[i] = series and series(j)
            if not any(args[i] is None for i in moving):
                total = plus(total, bind(this.primitive, *args, **this.params))
        return None if total is None else fitted(total, this.out)

    return of_products


def _compositions(total: int, count: int) -> Iterator[tuple[int, ...]]:
    """All tuples of so many indices from 0 on that add up to a total."""
    if count == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _compositions(total - first, count - 1):
            yield (first, *rest)
