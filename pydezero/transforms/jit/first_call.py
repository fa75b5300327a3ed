"""The first call with arguments of a kind: what the function computes becomes an operation, and a way to call it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.containers import HOLE
from pydezero.core.bind import PYTHON_NUMBERS
from pydezero.core.foreign import arrayed
from pydezero.core.scalar_arrays import is_scalar_array, note_scalar_array
from pydezero.core.snapshot import is_array, is_number, snapshot
from pydezero.core.variable import Variable, is_numeric
from pydezero.transforms.boundary.arguments import call
from pydezero.transforms.jit.captured_arrays import bases_of, captures_of
from pydezero.transforms.jit.captured_names import Copied, arrays_of, captured_by
from pydezero.transforms.jit.entry import Entry, native
from pydezero.transforms.jit.examples import held, is_large
from pydezero.transforms.jit.generators import Generators
from pydezero.transforms.jit.gpu.devices import DEVICES
from pydezero.transforms.jit.operation import Jitted
from pydezero.transforms.jit.recorder import JitRecorder, NeedsValues
from pydezero.transforms.jit.rolling import rolled
from pydezero.transforms.loops.body import Body
from pydezero.transforms.loops.stacking import example_of
from pydezero.transforms.staging.equation import Reference
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import simplify
from pydezero.transforms.staging.recorder import output_of, reference_of
from pydezero.tree import Tree, flatten, static_values, unflatten


def recorded(
    f: Callable[..., Any],
    name: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    static: Collection[int | str],
    *,
    as_arrays: bool = True,
) -> tuple[Entry, bool]:
    """The entry for arguments like these; `static` are the positions and keywords of those that are no inputs.

    With `as_arrays` NumPy scalars stand for arrays of shape (), so that the entry tells whether it makes a difference.
    Also, whether it may be kept: not where the function captures Variables that are not to be found by a name.
    """
    large = any(DEVICES[type(x)] is not None and is_large(x) for x in map(example_of, flatten((args, kwargs))))
    try:
        return _recorded(f, JitRecorder(name, may_have_any_values=large), args, kwargs, static, as_arrays)
    except NeedsValues:
        return _recorded(f, JitRecorder(name, may_have_any_values=False), args, kwargs, static, as_arrays)


def _recorded(
    f: Callable[..., Any],
    recorder: JitRecorder,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    static: Collection[int | str],
    as_arrays: bool,
) -> tuple[Entry, bool]:
    given = flatten((args, kwargs))
    objects = [*[x for x in given if not is_numeric(x)], *static_values((args, kwargs))]
    found = captured_by(f, objects)
    names = found.names
    before = [Copied(x, np.array(x)) for x in arrays_of(names)]
    generators = Generators.of(names, objects)
    inputs: list[Variable] = []

    def lifted(key: int | str, x: Tree) -> Tree:
        if key in static:
            return x
        return unflatten(x, [_lifted(recorder, leaf, inputs, as_arrays) for leaf in flatten(x)])

    xs = [lifted(i, x) for i, x in enumerate(args)]
    named = {key: lifted(key, x) for key, x in sorted(kwargs.items())}
    try:
        with np.errstate(all="ignore"):  # the values are examples, and nobody sees them
            result = call(f, xs, named)
        generators.check(recorder.label)
        leaves = flatten(result)
        outputs = [output_of(recorder, leaf) for leaf in leaves]
    finally:
        recorder.close()
    # What f has changed itself is an effect of this call alone.
    names = [name for name in names if name.is_same()]
    del xs, named
    template = unflatten(result, [leaf if y is None else HOLE for leaf, y in zip(leaves, outputs, strict=True)])
    results = [leaf for leaf, y in zip(leaves, outputs, strict=True) if y is not None]
    scalar_arrays = tuple([i for i, leaf in enumerate(results) if is_scalar_array(leaf)])
    del result, leaves, results
    lifted_variables = list(recorder.captured_variables.items())
    captures = captures_of(recorder, [x.array for x in before], found.may_look)
    lifted_inputs = [recorder.lifted[key] for key, _ in lifted_variables] + [x for _, x in recorder.lent.values()]
    captured_inputs = [*map(reference_of, lifted_inputs), *captures.arrays]
    inputs_of_graph = [reference_of(x) for x in inputs]
    graph = rolled(simplify(_graph(recorder, captured_inputs, inputs_of_graph, outputs, captures.instead)))
    variables = [x for _, x in lifted_variables]
    hidden = list(captures.arrays.values())
    examples = [*[x._value for x in lifted_inputs], *map(snapshot, hidden), *[x._value for x in inputs]]
    by_reference = {id(x) for y in hidden for x in bases_of(y)}
    # The element of an array of integers may have been an index or a size, which is no part of a graph.
    compared = [
        x for x in before if not captures.are_all or id(x.array) not in by_reference or x.array.dtype.kind in "iub"
    ] + recorder.compared
    known = {id(leaf) for item in names for leaf in (item.leaves or (item.value,))}
    entry = Entry(
        Jitted(recorder.label, Body(graph, held(graph, examples))),
        (*variables, *[x for x, _ in recorder.lent.values()], *hidden),
        bool(variables),
        template,
        scalar_arrays,
        tuple(names),
        tuple(compared),
        any(isinstance(x, np.ndarray) and not x.dtype.isnative for x in (*hidden, *given)),
    )
    return entry, all(id(x) in known for x in variables)


def _lifted(recorder: JitRecorder, leaf: Any, inputs: list[Variable], as_arrays: bool) -> Any:
    """A leaf of the arguments as the function gets it."""
    if type(leaf) is bool:
        return leaf
    if type(leaf) is Variable:
        x = recorder.variable(snapshot(example_of(leaf)), is_number=leaf.node.is_number)
    elif is_number(leaf):
        x = recorder.variable(np.asarray(leaf)[()], is_number=type(leaf) in PYTHON_NUMBERS)
    elif is_array(leaf := arrayed(leaf)):
        x = recorder.variable(leaf if DEVICES[type(leaf)] is not None else snapshot(native(leaf)))
    else:
        return leaf
    if is_scalar_array(leaf) or (as_arrays and not x.node.is_number and not x.shape):
        note_scalar_array(x)
    inputs.append(x)
    return x


def _graph(
    recorder: JitRecorder,
    captured: Sequence[Reference],
    inputs: Sequence[Reference],
    outputs: Sequence[Reference | None],
    instead: Mapping[int, Reference],
) -> Graph[..., Any]:
    """The recorded graph, with the captured arrays as its first inputs."""

    def current(x: Any) -> Any:
        return instead.get(x.number, x) if type(x) is Reference else x

    equations = [
        attrs.evolve(equation, inputs=tuple(map(current, equation.inputs))) if instead else equation
        for equation in recorder.equations
    ]
    constants = [constant for constant in recorder.constants if constant.reference.number not in instead]
    results = [current(x) for x in outputs if x is not None]
    count = len(captured) + len(inputs)
    return Graph(
        recorder.name,
        ((HOLE,) * count, {}),
        (*captured, *inputs),
        tuple(constants),
        tuple(equations),
        (HOLE,) * len(results),
        tuple(results),
    )
