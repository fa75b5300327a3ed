"""A computation as data: a sequence of equations, and how it is evaluated.

A graph is made by `trace`, and made into another one by the functions in `passes`. Nothing in it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.containers import HOLE
from pydezero.core.bind import top_node
from pydezero.core.foreign import arrayed, placed
from pydezero.core.pictured import PicturedGraph
from pydezero.core.snapshot import check_numeric
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Variable, is_numeric
from pydezero.transforms.boundary.export import export
from pydezero.transforms.boundary.messages import argument_leaves, describe_structure
from pydezero.transforms.staging.equation import Constant, Equation, Reference
from pydezero.transforms.staging.text import short_form, signature_of, written
from pydezero.tree import Tree, filled, flatten, same_structure

P = ParamSpec("P")
Q = ParamSpec("Q")
R_co = TypeVar("R_co", covariant=True)


@attrs.frozen(eq=False, repr=False)
class Graph(PicturedGraph, Generic[P, R_co]):
    """A function as a sequence of equations, for arguments of the shapes and dtypes that it was traced with.

    Calling it evaluates the equations one after the other. The same graph serves all transforms: `grad(graph)` and
    their like treat it as any other function. It pickles if the functions of the user's own operations in it do
    (`Function`, `custom_vjp`, `custom_jvp`). `str(graph)` has a line for each constant and each equation:

        loss(a: f64[2,3], b: f64[3]):
            c: f64[3] = constant([1.0, 2.0, 3.0])
            d: f64[2] = matmul(a, b)
            ...
            return f

    Attributes:
        name: the name of the function that was traced.
        arguments: a pair, the tuple of positional and the dict of keyword arguments, with `HOLE` in the place of each
            number or array, and everything else (None, a string) as it was given.
        inputs: a reference for each `HOLE` in the arguments, from left to right.
        constants: what the equations need beside the inputs.
        equations: in an order in which each needs only what comes before it.
        result: what the function returned, with `HOLE` in the place of each array; like `arguments`.
        outputs: a reference for each `HOLE` in the result.
        names: what the function that was traced calls each input (`params['w'][0]`), as far as its signature says.
        done: the numbers of the values that are not needed after each equation, so that they may be freed.
    """

    name: str
    arguments: tuple[tuple[Tree, ...], dict[str, Tree]]
    inputs: tuple[Reference, ...]
    constants: tuple[Constant, ...]
    equations: tuple[Equation, ...]
    result: Tree
    outputs: tuple[Reference, ...]
    names: tuple[str, ...] = ()
    done: tuple[tuple[int, ...], ...] = attrs.field(init=False)

    @done.default
    def _find_done(self) -> tuple[tuple[int, ...], ...]:
        needed = {reference.number for reference in self.outputs}
        done: list[tuple[int, ...]] = []
        for equation in reversed(self.equations):
            last: list[int] = []
            for x in (*equation.inputs, *equation.outputs):
                if type(x) is Reference and x.number not in needed:
                    needed.add(x.number)
                    last.append(x.number)
            done.append(tuple(last))
        done.reverse()
        return tuple(done)

    @overload
    def __call__(
        self: Graph[Concatenate[Variable, Q], Variable], x: Variable, /, *args: Q.args, **kwargs: Q.kwargs
    ) -> Variable: ...
    @overload
    def __call__(
        self: Graph[Concatenate[Variable, Q], Variable], x: ArrayOrNumber, /, *args: Q.args, **kwargs: Q.kwargs
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self: Graph[[Variable, Variable], Variable], x: ArrayOrNumber, y: ArrayOrNumber, /
    ) -> NDArray[Any]: ...
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # mypy cannot match P and Q with Any
        """Evaluate the graph.

        Args:
            *args: containers like those it was traced with; the arrays in them have the shapes and dtypes of then. A
                Python number stands for one of the dtype that was traced, as it does in NumPy. All else must be equal.
                Any may be Variables, of any transform.
            **kwargs: likewise.

        Returns:
            What the traced function returns, in fresh arrays; Variables where there are any among the arguments.

        Raises:
            TypeError: an argument is not built like the one that was traced.
            ValueError: an array has another shape or dtype, or something that is no array another value.
        """
        leaves = self._fitted(args, kwargs)
        outer = top_node(leaves)
        return filled(self.result, [export(y, outer) for y in self.run(list(map(placed, leaves)))])

    def run(self, leaves: Sequence[Array]) -> list[Array]:
        """The arrays of the result, for arrays in the place of those among the arguments, which are not checked.

        They may share memory with each other, with the arguments and with the constants.
        """
        values = {constant.reference.number: constant.value for constant in self.constants}
        values.update(zip([reference.number for reference in self.inputs], leaves, strict=True))
        for equation, done in zip(self.equations, self.done, strict=True):
            outputs = equation.evaluate(values)
            values.update(zip([reference.number for reference in equation.outputs], outputs, strict=True))
            for number in done:
                del values[number]
        return [values[reference.number] for reference in self.outputs]

    # Nothing in it changes.
    def __copy__(self) -> Graph[P, R_co]:
        return self

    def __deepcopy__(self, memo: object) -> Graph[P, R_co]:
        return self

    def __str__(self) -> str:
        return written(self)

    def __repr__(self) -> str:
        counts = ((self.inputs, "input"), (self.constants, "constant"), (self.equations, "equation"))
        words = [f"{len(items)} {word}{'' if len(items) == 1 else 's'}" for items, word in counts]
        return f"<Graph of {self.name}: {', '.join(words)}>"

    @property
    def __name__(self) -> str:
        return self.name

    def _fitted(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Array]:
        """The arrays among the arguments, which must be those that the graph is for."""
        given = arranged(args, kwargs)
        if not same_structure(self.arguments, given):
            raise TypeError(
                f"the graph of {self.name} takes arguments built like those it was traced with, "
                f"{signature_of(self)}; got {describe_structure(given[0])}"
                + (f" and {given[1].keys()}" if given[1] else "")
            )
        fitted: list[Array] = []
        for place, (traced, x) in enumerate(zip(flatten(self.arguments), flatten(given), strict=True)):
            if traced is HOLE:
                fitted.append(_fitted_array(x, self.inputs[len(fitted)], partial(self._where, place)))
            elif not (x is traced or (type(x) is type(traced) and bool(x == traced))):
                raise ValueError(
                    f"{self._where(place)} was {traced!r} when it was traced, and is part of the graph; got {x!r}"
                )
        return fitted

    def _where(self, place: int) -> str:
        """The name in messages of the argument that has a leaf."""
        return f"the graph of {self.name}: {argument_leaves(None, *self.arguments)[place].short_label}"


def arranged(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """All arguments of a call as one container, in which the order of keywords makes no difference."""
    return args, {key: kwargs[key] for key in sorted(kwargs)}


def _fitted_array(x: Any, reference: Reference, where: Callable[[], str]) -> Array:
    """An argument as a graph takes it; `where` gives its name for messages."""
    x = x if is_numeric(x) else arrayed(x)
    if not is_numeric(x):
        raise TypeError(f"{_expected(where, reference)}, got {describe_structure(x)}")
    if isinstance(x, bool | int | float | complex) and not isinstance(x, np.generic):
        if reference.shape == () and np.result_type(reference.dtype, x) == reference.dtype:
            return reference.dtype.type(x)
        x = np.asarray(x)
    if not isinstance(x, Variable):
        check_numeric(x, where())
    # "equiv": the same dtype, of whichever byte order.
    if x.shape != reference.shape or not np.can_cast(x.dtype, reference.dtype, "equiv"):
        raise ValueError(
            f"{_expected(where, reference)}, got {short_form(x.shape, x.dtype)} (shape {x.shape}, dtype {x.dtype}); "
            "a graph is for these shapes and dtypes alone: trace the function again"
        )
    return x[()] if type(x) is np.ndarray and not x.ndim else x


def _expected(where: Callable[[], str], reference: Reference) -> str:
    return f"{where()} was traced as {short_form(reference.shape, reference.dtype)}"
