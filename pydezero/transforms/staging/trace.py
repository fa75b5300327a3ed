"""`trace`: a function as a graph of the operations that it applies to its arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar, overload

import numpy as np

from pydezero.containers import HOLE
from pydezero.core.bind import PYTHON_NUMBERS
from pydezero.core.foreign import arrayed
from pydezero.core.level import next_lasting_level
from pydezero.core.snapshot import check_numeric, is_array, is_number, snapshot
from pydezero.core.variable import Operand, Variable
from pydezero.transforms.boundary.arguments import call, check_function
from pydezero.transforms.boundary.description import Returned, always
from pydezero.transforms.boundary.messages import ArgumentLeaf, argument_leaves, name_of
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.staging.graph import Graph, arranged
from pydezero.transforms.staging.recorder import Recorder, output_of, reference_of
from pydezero.tree import flatten, unflatten

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_GRAPH: Final = Returned("The graph of {f}: what it computes for arguments like these.", always(Graph))


class TraceOfVariable(Protocol[P, R_co]):
    """`trace(f)` for a function of a Variable: the example may be an array or a number as well."""

    @overload
    def __call__(self, x: Operand, /, *args: P.args, **kwargs: P.kwargs) -> Graph[Concatenate[Variable, P], R_co]: ...
    @overload
    def __call__(
        self: TraceOfVariable[[Variable], R_co], x: Operand, y: Operand, /
    ) -> Graph[[Variable, Variable], R_co]: ...
    @overload
    def __call__(
        self: TraceOfVariable[[Variable, Variable], R_co], x: Operand, y: Operand, z: Operand, /
    ) -> Graph[[Variable, Variable, Variable], R_co]: ...


@overload
def trace(f: Callable[Concatenate[Variable, P], R]) -> TraceOfVariable[P, R]: ...
@overload
def trace(f: Callable[P, R]) -> Callable[P, Graph[P, R]]: ...
def trace(f: Callable[..., Any]) -> Any:
    """The function that gives the graph of f: what it computes, for arguments of given shapes and dtypes, as data.

    f runs once, with the example arguments that the graph is asked for, and each operation is recorded. Transforms
    inside are recorded as the operations that they come to: `trace(grad(f))` is the graph of the gradient.

    Args:
        f: a function of arrays and containers of arrays that returns an array or a container of them. What it captures
            (arrays, numbers) becomes part of the graph as it is then. Since the graph is to hold for other values too,
            f must not ask for the value of what is traced: by `if`, `float()`, `.data`, `np.asarray`; nor compute what
            has a shape or dtype that depends on values (`x[x > 0]`, `np.nonzero(x)`; the eigenvalues of a real matrix).

    Returns:
        A function with the arguments of f that returns a `Graph`. Each number and each array in its arguments becomes
        an input of the graph, of its shape and dtype (a number: shape ()); all else is part of the graph.

    Raises:
        TypeError: (when called) an argument is a Variable, or f computes with one that it captured; f returns a
            Variable of something else than this trace.
        EscapeError: (when called; a TypeError) f asks for a value; the message has the line that does.

    >>> import numpy as np
    >>> graph = trace(lambda x, w: np.sum(np.tanh(w @ x)))(np.zeros(3), np.zeros((2, 3)))
    >>> print(graph)
    <lambda>(a: f64[3], b: f64[2,3]):
        c: f64[2] = matmul(b, a)
        d: f64[2] = tanh(c)
        e: f64[] = sum(d, axis=None, keepdims=False)
        return e
    >>> np.round(graph(np.ones(3), np.ones((2, 3))), 6)
    np.float64(1.99011)
    """
    check_function(f, "trace", "traces")
    name = name_of(f)

    def traced(*args: Any, **kwargs: Any) -> Graph[..., Any]:
        recorder = Recorder(name, next_lasting_level())
        given = arranged(args, kwargs)
        leaves = flatten(given)
        described = argument_leaves(f, *given)
        inputs = _inputs(recorder, leaves, described)
        xs, named = unflatten(given, [leaf if x is None else x for leaf, x in zip(leaves, inputs, strict=True)])
        try:
            result = call(f, xs, named)
            of_result = flatten(result)
            outputs = [output_of(recorder, leaf) for leaf in of_result]
        finally:
            recorder.close()
        return Graph(
            name,
            unflatten(given, [leaf if x is None else HOLE for leaf, x in zip(leaves, inputs, strict=True)]),
            tuple([reference_of(x) for x in inputs if x is not None]),
            tuple(recorder.constants),
            tuple(recorder.equations),
            unflatten(result, [leaf if y is None else HOLE for leaf, y in zip(of_result, outputs, strict=True)]),
            tuple([reference for reference in outputs if reference is not None]),
            tuple(
                [
                    leaf.name and leaf.name + leaf.path
                    for leaf, x in zip(described, inputs, strict=True)
                    if x is not None
                ]
            ),
        )

    return transformed(traced, trace, f, result=_GRAPH)


def _inputs(recorder: Recorder, leaves: Sequence[Any], described: Sequence[ArgumentLeaf]) -> list[Variable | None]:
    """A traced Variable for each number and array among the arguments, None for what is neither."""
    inputs: list[Variable | None] = []
    for leaf, argument in zip(leaves, described, strict=True):
        if isinstance(leaf, Variable):
            raise TypeError(
                f"trace({recorder.name}): {argument.short_label} is a Variable; trace with arrays as examples, "
                f"outside of other "
                "transforms (trace(grad(f))(x)); the graph may then be called with Variables (grad(trace(f)(x))(x))"
            )
        if is_number(leaf):
            inputs.append(recorder.variable(np.asarray(leaf)[()], is_number=type(leaf) in PYTHON_NUMBERS))
        elif is_array(leaf := arrayed(leaf)):
            check_numeric(leaf, f"trace({recorder.name}): {argument.short_label}")
            inputs.append(recorder.variable(snapshot(leaf)))
        else:
            inputs.append(None)
    return inputs
