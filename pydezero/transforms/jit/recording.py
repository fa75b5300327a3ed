"""The first call with arguments of a kind: what the function computes becomes an operation, and a way to call it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from sys import getrefcount
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.bind import PYTHON_NUMBERS
from pydezero.core.foreign import arrayed, is_delayed
from pydezero.core.ownership import owns_memory
from pydezero.core.primitive import Primitive
from pydezero.core.scalar_arrays import as_scalar_array, is_scalar_array, note_scalar_array
from pydezero.core.snapshot import is_array, is_frozen, is_number, snapshot
from pydezero.core.types import Array
from pydezero.core.variable import Variable, bottom, is_numeric
from pydezero.transforms.boundary.arguments import call
from pydezero.transforms.jit.captured import Copied, Name, arrays_of, captured_by
from pydezero.transforms.jit.compile import Program
from pydezero.transforms.jit.examples import held, is_large, ones, takes_any_values
from pydezero.transforms.jit.generators import Generators
from pydezero.transforms.jit.gpu.devices import DEVICES, on_host
from pydezero.transforms.jit.keys import delayed_error
from pydezero.transforms.jit.operation import Jitted
from pydezero.transforms.jit.rolling import rolled
from pydezero.transforms.loops.body import Body, BodyRecorder
from pydezero.transforms.loops.stacking import example_of
from pydezero.transforms.staging.equation import Constant, Equation, Reference
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import simplify
from pydezero.transforms.staging.recorder import output_of, reference_of
from pydezero.tree import HOLE, Tree, flatten, static_values, unflatten


class JitRecorder(BodyRecorder):
    """The record of a function that is to be compiled, which notes what arrays it captures.

    The values of a record are NumPy's. An array on a device has an example on the host. It has the same elements; but
    where some are large, one element stands for all of an array of floats, as for all of what is computed of it, unless
    there is an operation that does not take any values.
    """

    __slots__ = ("_changing", "compared", "has_any_values", "lent", "may_have_any_values", "sources")

    def __init__(self, name: str, *, may_have_any_values: bool) -> None:
        super().__init__(name, f"jit({name})", None)
        self.may_have_any_values: bool = may_have_any_values
        self.has_any_values: bool = False
        self._changing: dict[int, Variable] = {}
        self.sources: dict[int, NDArray[Any]] = {}
        """The array behind a constant, by the number of its reference."""
        self.compared: list[Copied] = []
        """The arrays behind parameters, as the indices in `x[indices]`."""
        self.lent: dict[int, tuple[Array, Variable]] = {}
        """The captured arrays on a device, by their ids, and what they are in the record."""

    @property
    def advice(self) -> str:
        return "; or name the argument in jit(f, static_argnames=...), for a program for each of its values"

    def variable(self, value: Array, *, is_number: bool = False) -> Variable:
        return super().variable(self._on_host(value), is_number=is_number)

    def _on_host(self, x: Array) -> Array:
        if self.may_have_any_values and DEVICES[type(x)] is not None and np.ndim(x) and x.dtype.kind in "fc":
            self.has_any_values = True
            return ones(x.shape, x.dtype)
        return on_host(x)

    def example(self, x: Array) -> Array:
        return self.lent[id(x)][1]._value if id(x) in self.lent else on_host(x)

    def computed(self, primitive: Primitive, values: Sequence[Array], parameters: Mapping[str, Any]) -> Any:
        if self.has_any_values:
            arrays = [x for x in values if isinstance(x, np.ndarray | np.generic)]
            if not takes_any_values(primitive, arrays):
                raise NeedsValues
        out = super().computed(primitive, values, parameters)
        if self.has_any_values and isinstance(out, np.ndarray) and out.size > 1 and out.dtype.kind in "fc":
            return np.broadcast_to(out[(0,) * out.ndim], out.shape)
        return out

    def captured(self, value: Array) -> Reference:
        if is_delayed(bottom(value)):
            raise delayed_error(f"{self.label}: a captured array", value)
        x = self._from_device(value)
        return super().captured(value) if x is None else reference_of(x)

    def _from_device(self, value: Array) -> Variable | None:
        """A captured array on a device, which is read at each call; None for any other."""
        if DEVICES[type(value)] is None:
            return None
        if id(value) not in self.lent:
            self.lent[id(value)] = value, self.variable(value)
        return self.lent[id(value)][1]

    def kept(self, value: Array) -> Constant:
        constant = super().kept(value)
        if isinstance(value, np.ndarray) and not is_frozen(value):
            self.sources.setdefault(constant.reference.number, value)
        return constant

    def changing(self, value: Array) -> Variable | None:
        if not isinstance(value, np.ndarray) or is_frozen(value):
            return self._from_device(value)
        constant = self.kept(value)
        number = constant.reference.number
        if number not in self._changing:
            # Its value is the copy, so that nothing but `sources` refers to an array that f has made itself.
            self._changing[number] = self._variable(constant.value, constant.reference)
        return self._changing[number]

    def forget(self, start: int) -> None:
        super().forget(start)
        numbers = {constant.reference.number for constant in self.constants}
        self.sources = {key: x for key, x in self.sources.items() if key in numbers}
        self._changing = {key: x for key, x in self._changing.items() if key in numbers}
        self.lent = {key: x for key, x in self.lent.items() if not self.is_since(reference_of(x[1]), start)}

    def operand(self, x: Array) -> Reference | Array:
        # The element of an array of shape () may change, as that of any other.
        is_own = isinstance(x, np.ndarray) or DEVICES[type(x)] is not None
        return self.captured(x) if is_own else super().operand(x)

    def reads(self, x: NDArray[Any], kept: NDArray[Any]) -> None:
        if not is_frozen(x):
            self.compared.append(Copied(x, kept))


class NeedsValues(BaseException):  # not for `except Exception` in the function that is recorded
    """An operation does not take any values, as the examples are."""


@attrs.frozen(eq=False)
class Entry:
    """What a call does once the function has been recorded.

    Attributes:
        operation: what is computed, of the captured arrays and Variables, and then of those among the arguments.
        captured: these arrays and Variables.
        captures_variables: whether there are Variables among them.
        result: what the function returned, with `HOLE` in the place of each array.
        scalar_arrays: the places of the outputs that are arrays of shape (), and no scalars.
        names: what the function reads by name.
        compared: the arrays that it has read, or may have, without an operation.
        swapped: whether the byte order of an argument is not that of the machine.
    """

    operation: Jitted
    captured: tuple[Array, ...]
    captures_variables: bool
    result: Tree
    scalar_arrays: tuple[int, ...]
    names: tuple[Name, ...]
    compared: tuple[Copied, ...]
    swapped: bool

    def holds(self) -> bool:
        """Whether the function would be recorded as it was."""
        for name in self.names:  # a loop, because it runs at each call, and a generator takes longer
            if not name.is_same():
                return False
        for x, reference in zip(self.captured, self.operation.body.inputs, strict=False):
            if x.shape != reference.shape or x.dtype != reference.dtype:
                return False
        return not self.compared or all(copied.is_same() for copied in self.compared)

    @property
    def may_change(self) -> bool:
        """Whether `holds` is to be asked at each call."""
        return bool(self.names or self.compared or self.captured)

    def program(self, values: Sequence[Array]) -> Program:
        """The program for arguments like these, where they lie."""
        return self.operation.program([example_of(x) for x in (*self.captured, *values)])

    def runner(self, values: Sequence[Array]) -> Callable[[list[Array]], list[Array]]:
        """The function from the arrays among the arguments to those in the result, for arguments like these."""
        run, captured = self.program(values).unchecked, self.captured
        if self.swapped:
            return lambda values: self.outside(run([*map(native, captured), *map(native, values)]))
        if self.scalar_arrays:
            return lambda values: self.outside(run([*captured, *values]))
        return (lambda values: run([*captured, *values])) if captured else run

    def outside(self, outputs: list[Array]) -> list[Array]:
        """Outputs as the caller gets them: some of those of shape () as arrays."""
        for i in self.scalar_arrays:
            outputs[i] = as_scalar_array(outputs[i])
        return outputs


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
    captures = _captures(recorder, [x.array for x in before], found.may_look)
    lifted_inputs = [recorder.lifted[key] for key, _ in lifted_variables] + [x for _, x in recorder.lent.values()]
    captured_inputs = [*map(reference_of, lifted_inputs), *captures.arrays]
    inputs_of_graph = [reference_of(x) for x in inputs]
    graph = rolled(simplify(_graph(recorder, captured_inputs, inputs_of_graph, outputs, captures.instead)))
    variables = [x for _, x in lifted_variables]
    hidden = list(captures.arrays.values())
    examples = [*[x._value for x in lifted_inputs], *map(snapshot, hidden), *[x._value for x in inputs]]
    by_reference = {id(x) for y in hidden for x in _bases(y)}
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


def native(x: Array) -> Array:
    """An array in the byte order of the machine."""
    return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))


def _references_of_one() -> int:
    alone = np.empty(0)
    return getrefcount(alone)


def _references_of_base() -> int:
    view = np.empty(1)[:]
    base = view.base
    return getrefcount(base)


# The references to an array that only one variable refers to, or beside it a view; the interpreter may count those of
# its own.
_ALONE: Final = _references_of_one()
_ALONE_WITH_VIEW: Final = _references_of_base()


def _is_view_of_own(x: NDArray[Any]) -> bool:
    """Whether an array is a view of memory that nobody else refers to."""
    base: object = x.base
    while isinstance(base, np.ndarray):
        if getrefcount(base) != _ALONE_WITH_VIEW:
            return False
        base = base.base
    return base is None


@attrs.frozen(eq=False)
class _Captures:
    """The arrays that a function captures.

    Attributes:
        arrays: under the references that they become as inputs.
        instead: these references, in the place of others by number.
        are_all: whether the function has read nothing but these, by operations alone: it has no array or number of its
            own that may have been computed of captured arrays.
    """

    arrays: dict[Reference, NDArray[Any]]
    instead: dict[int, Reference]
    are_all: bool


def _captures(recorder: JitRecorder, named: Sequence[NDArray[Any]], may_look: bool) -> _Captures:
    """The arrays that a function captures; names lead to some arrays, at which its code may look by itself.

    An array that it has made itself remains a constant, as it was at each use; so does one that it has written into.
    """
    kept = {constant.reference.number: constant for constant in recorder.constants}
    found: dict[Reference, NDArray[Any]] = {}
    instead: dict[int, Reference] = {}
    while recorder.sources:
        number, source = recorder.sources.popitem()
        numbers = [number, *[key for key, x in recorder.sources.items() if x is source]]
        for key in numbers[1:]:
            del recorder.sources[key]
        is_own = getrefcount(source) == _ALONE and (owns_all(source) or _is_view_of_own(source))
        if not is_own and all(Copied(source, np.asarray(kept[key].value)).is_same() for key in numbers):
            reference = kept[min(numbers)].reference
            found[reference] = source
            instead.update(dict.fromkeys(numbers, reference))
    known = set(map(id, named))
    are_all = (
        not may_look
        and kept.keys() == instead.keys()
        and all(known & set(map(id, _bases(x))) for x in (*found.values(), *[y.array for y in recorder.compared]))
        and not _has_numbers(recorder.equations)
    )
    return _Captures(dict(sorted(found.items(), key=lambda item: item[0].number)), instead, are_all)


def owns_all(x: NDArray[Any]) -> bool:
    """Whether an array has memory of its own."""
    return x.base is None if not x.ndim else owns_memory(x)


def _bases(x: NDArray[Any]) -> list[NDArray[Any]]:
    """An array, and those that it is a view of."""
    found = []
    array: object = x
    while isinstance(array, np.ndarray):
        found.append(array)
        array = array.base
    return found


def _has_numbers(equations: Sequence[Equation]) -> bool:
    """Whether there are numbers of NumPy's in the place of arrays, in bodies too."""
    return any(
        any(isinstance(x, np.generic) for x in equation.inputs)
        or any(_has_numbers(body.equations) for body in equation.primitive.bodies.values())
        for equation in equations
    )


def _graph(
    recorder: JitRecorder,
    captured: Sequence[Reference],
    inputs: Sequence[Reference],
    outputs: Sequence[Reference | None],
    instead: Mapping[int, Reference],
) -> Graph[..., Any]:
    """What was recorded, with the captured arrays as its first inputs."""

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
