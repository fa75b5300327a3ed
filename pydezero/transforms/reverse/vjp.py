"""`vjp`: the vector-Jacobian product, from which all of reverse mode is made."""

# The overloads overlap on purpose, and stand in order: Variables and numbers before anything else.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, Generic, Literal, TypeVar, TypeVarTuple, overload

import attrs
import numpy as np

from pydezero.core.level import Level, next_lasting_level
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Node, Operand, Variable, reverse_node
from pydezero.graph.backward import pull_back
from pydezero.graph.seeds import add_seed
from pydezero.lazy import hooked, load
from pydezero.transforms.boundary.arguments import call, check_flag, result_and_aux
from pydezero.transforms.boundary.export import (
    checked_leaves,
    export_gradients,
    export_leaves,
    unwrap_tree,
    without_value,
)
from pydezero.transforms.boundary.lifting import Lifted, lift
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.transforms.boundary.seeds import checked_seed
from pydezero.transforms.boundary.signatures import AnyNumber, Numbers, OfArrays, OfNumPy, OfPython, Result, Traced
from pydezero.transforms.reverse.signatures import Floats
from pydezero.tree import Tree, flatten, same_structure, unflatten
from pydezero.units import same_but_for_names, units

Cotangent_contra = TypeVar("Cotangent_contra", contravariant=True)
Cotangents_co = TypeVar("Cotangents_co", covariant=True)
Aux = TypeVar("Aux")
R = TypeVar("R")
Scalar = TypeVar("Scalar", bound=np.inexact[Any])
Ts = TypeVarTuple("Ts")


@attrs.frozen(eq=False)
class Run:
    """The origin of a pullback: a transform of f, which can be run again.

    It tells the line of f where an error comes from, and is what is pickled: the nodes of a graph are not.
    """

    f: Callable[..., Any]
    transform: str
    has_aux: bool

    def __call__(self, trees: Sequence[Tree]) -> Tree:
        """The result of f for the primals, without aux."""
        output = call(self.f, trees, {})
        return result_and_aux(output, f"{self.transform}({name_of(self.f)})")[0] if self.has_aux else output


@attrs.frozen(eq=False)
class Pullback(Generic[Cotangent_contra, Cotangents_co]):
    """The linear map from a cotangent of `f(*primals)` to the cotangents of the primals.

    Calling it any number of times with the same cotangent gives equal results that share no memory. It pickles as f and
    the primals, and f runs again where it is loaded.
    """

    _name: str
    _level: Level
    _inputs: Lifted = attrs.field(repr=False)
    _output: Tree = attrs.field(repr=False)
    _again: Callable[[Sequence[Tree]], Tree] = attrs.field(repr=False)
    _units: Sequence[Any] | None = attrs.field(repr=False, default=None)
    """The unit of each leaf of the output, if one of them or of the primals has one."""

    # Nothing in it changes.
    def __copy__(self) -> Pullback[Cotangent_contra, Cotangents_co]:
        return self

    def __deepcopy__(self, memo: object) -> Pullback[Cotangent_contra, Cotangents_co]:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _pullback, (self._again, plain_primals(self._inputs))

    def __call__(self, cotangent: Cotangent_contra) -> Cotangents_co:
        """Pull a cotangent back.

        Args:
            cotangent: a container like the output of f, in each place an array of the shape of the output there, or a
                number for a scalar. Where the output is not a number, the entry is ignored. Where the output has a
                unit, the cotangent may be in any unit, or in none.

        Returns:
            A tuple with one entry for each primal: a container like it, of arrays of the shapes of its arrays. The unit
            is that of the cotangent times that of the output over that of the primal.

        Raises:
            TypeError: the cotangent is not built like the output, or holds something else than real numbers for a real
                output; the products of cotangents and outputs have units that do not add up.
            ValueError: an array of it has another shape than the output.
        """
        given: Any = cotangent
        if not self._is_built_like_output(given):
            raise TypeError(
                f"the pullback of {self._name} takes a cotangent built like its output, "
                f"{describe_structure(self._output)}; "
                f"got {describe_structure(cotangent)}"
            )
        seeds: dict[Node, Array] = {}
        unit, factors = (None, None) if self._units is None else self._scales(given)
        for i, (output, seed) in enumerate(zip(flatten(self._output), flatten(given), strict=True)):
            if isinstance(output, Variable) and output.node.level == self._level:
                checked = checked_seed(seed, output, f"the pullback of {self._name}")
                add_seed(seeds, reverse_node(output), checked if factors is None else checked * factors[i])
        try:
            found = pull_back(seeds, self._inputs.nodes)
        except Exception as error:
            hooked("failed rule")(error, self._inputs, self._again)
            raise
        result: Any = export_gradients(self._inputs, found, unit)
        return result  # type: ignore[no-any-return]  # the overloads of vjp say what it is

    def _is_built_like_output(self, cotangent: Tree) -> bool:
        return same_structure(self._output, cotangent) or same_but_for_names(
            self._output, cotangent, or_units=self._units is not None
        )

    def _scales(self, cotangent: Tree) -> tuple[Any, dict[int, float]]:
        """The unit of the products of cotangents and outputs, and the factor that brings each product to it."""
        assert self._units is not None
        product_unit = load("pydezero.arrays", "product_unit")
        leaves = enumerate(zip(flatten(self._output), units(cotangent), self._units, strict=True))
        products = {
            i: product_unit(of_cotangent, of_output)
            for i, (leaf, of_cotangent, of_output) in leaves
            if isinstance(leaf, Variable) and leaf.node.level == self._level
        }
        where = f"the pullback of {self._name}, for cotangents times outputs"
        unit, factors = load("pydezero.arrays", "sum_unit")(list(products.values()), where)
        return unit, dict(zip(products, factors, strict=True))


@overload
def vjp(f: Callable[[Traced], Result], x: Variable, /) -> tuple[Variable, Pullback[Operand, tuple[Variable]]]: ...
@overload
def vjp(f: Callable[[Traced], Result], x: float, /) -> tuple[OfPython, Pullback[Operand, tuple[np.float64]]]: ...
@overload
def vjp(f: Callable[[Traced], Result], x: AnyNumber, /) -> tuple[OfNumPy, Pullback[Operand, tuple[OfNumPy]]]: ...
@overload
def vjp(f: Callable[[Traced], Result], x: Numbers, /) -> tuple[OfArrays, Pullback[Operand, tuple[Floats]]]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced], Result], x: float, y: float, /
) -> tuple[OfPython, Pullback[Operand, tuple[np.float64, np.float64]]]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced], Result], x: Numbers, y: Numbers, /
) -> tuple[OfArrays, Pullback[Operand, tuple[Floats, Floats]]]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced], Result], x: ArrayOrNumber, y: ArrayOrNumber, /
) -> tuple[OfArrays, Pullback[Operand, tuple[OfArrays, OfArrays]]]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced], Result], x: Operand, y: Operand, /
) -> tuple[Variable, Pullback[Operand, tuple[Variable, Variable]]]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced, Traced], Result], x: float, y: float, z: float, /
) -> tuple[OfPython, Pullback[Operand, tuple[np.float64, np.float64, np.float64]]]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced, Traced], Result], x: Numbers, y: Numbers, z: Numbers, /
) -> tuple[OfArrays, Pullback[Operand, tuple[Floats, Floats, Floats]]]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced, Traced], Result], x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, /
) -> tuple[OfArrays, Pullback[Operand, tuple[OfArrays, OfArrays, OfArrays]]]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced, Traced], Result], x: Operand, y: Operand, z: Operand, /
) -> tuple[Variable, Pullback[Operand, tuple[Variable, Variable, Variable]]]: ...
@overload
def vjp(f: Callable[[*Ts], Scalar], /, *primals: *Ts) -> tuple[Scalar, Pullback[complex | Scalar, tuple[*Ts]]]: ...
@overload
def vjp(f: Callable[[*Ts], R], /, *primals: *Ts) -> tuple[R, Pullback[R, tuple[*Ts]]]: ...
@overload
def vjp(
    f: Callable[[Traced], tuple[Result, Aux]], x: Variable, /, *, has_aux: Literal[True]
) -> tuple[Variable, Pullback[Operand, tuple[Variable]], Aux]: ...
@overload
def vjp(
    f: Callable[[Traced], tuple[Result, Aux]], x: float, /, *, has_aux: Literal[True]
) -> tuple[OfPython, Pullback[Operand, tuple[np.float64]], Aux]: ...
@overload
def vjp(
    f: Callable[[Traced], tuple[Result, Aux]], x: AnyNumber, /, *, has_aux: Literal[True]
) -> tuple[OfNumPy, Pullback[Operand, tuple[OfNumPy]], Aux]: ...
@overload
def vjp(
    f: Callable[[Traced], tuple[Result, Aux]], x: Numbers, /, *, has_aux: Literal[True]
) -> tuple[OfArrays, Pullback[Operand, tuple[Floats]], Aux]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced], tuple[Result, Aux]], x: float, y: float, /, *, has_aux: Literal[True]
) -> tuple[OfPython, Pullback[Operand, tuple[np.float64, np.float64]], Aux]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced], tuple[Result, Aux]], x: Numbers, y: Numbers, /, *, has_aux: Literal[True]
) -> tuple[OfArrays, Pullback[Operand, tuple[Floats, Floats]], Aux]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced], tuple[Result, Aux]], x: ArrayOrNumber, y: ArrayOrNumber, /, *, has_aux: Literal[True]
) -> tuple[OfArrays, Pullback[Operand, tuple[OfArrays, OfArrays]], Aux]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced], tuple[Result, Aux]], x: Operand, y: Operand, /, *, has_aux: Literal[True]
) -> tuple[Variable, Pullback[Operand, tuple[Variable, Variable]], Aux]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced, Traced], tuple[Result, Aux]],
    x: float,
    y: float,
    z: float,
    /,
    *,
    has_aux: Literal[True],
) -> tuple[OfPython, Pullback[Operand, tuple[np.float64, np.float64, np.float64]], Aux]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced, Traced], tuple[Result, Aux]],
    x: Numbers,
    y: Numbers,
    z: Numbers,
    /,
    *,
    has_aux: Literal[True],
) -> tuple[OfArrays, Pullback[Operand, tuple[Floats, Floats, Floats]], Aux]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced, Traced], tuple[Result, Aux]],
    x: ArrayOrNumber,
    y: ArrayOrNumber,
    z: ArrayOrNumber,
    /,
    *,
    has_aux: Literal[True],
) -> tuple[OfArrays, Pullback[Operand, tuple[OfArrays, OfArrays, OfArrays]], Aux]: ...
@overload
def vjp(
    f: Callable[[Traced, Traced, Traced], tuple[Result, Aux]],
    x: Operand,
    y: Operand,
    z: Operand,
    /,
    *,
    has_aux: Literal[True],
) -> tuple[Variable, Pullback[Operand, tuple[Variable, Variable, Variable]], Aux]: ...
@overload
def vjp(
    f: Callable[[*Ts], tuple[Scalar, Aux]], /, *primals: *Ts, has_aux: Literal[True]
) -> tuple[Scalar, Pullback[complex | Scalar, tuple[*Ts]], Aux]: ...
@overload
def vjp(
    f: Callable[[*Ts], tuple[R, Aux]], /, *primals: *Ts, has_aux: Literal[True]
) -> tuple[R, Pullback[R, tuple[*Ts]], Aux]: ...
def vjp(f: Any, /, *primals: Any, has_aux: bool = False) -> Any:  # type: ignore[misc]  # nor can mypy match *Ts with it
    """Evaluate f, and get the function that pulls cotangents back through it.

    Args:
        f: a function of arrays, or of containers of arrays, that returns an array or a container of arrays.
        *primals: its arguments, all of which are differentiated: arrays, numbers, Variables, containers of them.
        has_aux: f returns a pair `(y, aux)`, of which y alone is differentiated.

    Returns:
        y: what `f(*primals)` gives.
        pullback: see `Pullback`; for a function with Jacobian J, from c to c @ J.
        aux: what f returned beside y, if has_aux is set.

    Raises:
        TypeError: a primal holds nothing to differentiate, or f returns something without numbers.

    >>> import numpy as np
    >>> y, pullback = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> y, pullback(np.array([1.0, 10.0]))
    (array([1., 4.]), (array([ 2., 40.]),))
    """
    pullback, leaves, aux = recorded(f, primals, "vjp", has_aux=has_aux)
    level, inputs = pullback._level, pullback._inputs
    # The pullback needs no values, so a large one is handed out without a copy unless the graph needs it.
    output = unflatten(pullback._output, [without_value(leaf, level) for leaf in leaves])
    pullback = attrs.evolve(pullback, output=output)
    y = unflatten(output, export_leaves(leaves, level, inputs.outer))
    return (y, pullback, unwrap_tree(aux, level, inputs.outer)) if has_aux else (y, pullback)


def recorded(
    f: Any, primals: tuple[Any, ...], transform: str, *, has_aux: bool = False
) -> tuple[Pullback[Any, Any], list[Any], Any]:
    """The pullback of f at the primals, the leaves of what f returned, and what it returned beside that.

    Raises:
        TypeError: f is not a function, there are no primals, or one without numbers; f returns no numbers.
    """
    if not callable(f):
        raise TypeError(f"{transform}(f, *primals): f must be a function, got {describe_structure(f)}")
    if not primals:
        raise TypeError(f"{transform}(f, *primals): needs at least one primal")
    name = name_of(f)
    where = f"{transform}({name})"
    if has_aux is not False:
        check_flag(where, "has_aux", has_aux)
    level = next_lasting_level()
    inputs = lift(primals, range(len(primals)), level, where)
    try:
        output = call(f, inputs.trees, {})
    finally:
        level.finished = where
    output, aux = result_and_aux(output, where) if has_aux else (output, None)
    leaves = checked_leaves(output, where)

    # A copy of the container, which may be one that the user changes.
    output = unflatten(output, leaves)
    own_units = _units_of(output, inputs) if "pint" in sys.modules else None
    return Pullback(name, level, inputs, output, Run(f, transform, has_aux), own_units), leaves, aux


def _units_of(output: Tree, inputs: Lifted) -> list[Any] | None:
    """The unit of each leaf of an output, None if neither it nor an input has one."""
    found = units(output)
    return found if inputs.units is not None or any(unit is not None for unit in found) else None


def plain_primals(inputs: Lifted) -> tuple[Tree, ...]:
    """The primals as they were given, to make the same of them again."""
    arrays = set(inputs.scalar_arrays)
    values = [_plain(x, i in arrays) for i, x in enumerate(inputs.variables)]
    for i, like in inputs.restored.items():
        values[i] = like(np.array(values[i]))
    return inputs.filled(values)


def _plain(x: Variable, is_array: bool) -> Array:
    if type(x._value) is Variable:
        return x._value
    if x.node.is_number:
        return x._value.item()
    return x._value if isinstance(x._value, np.generic) and not is_array else np.asarray(x._value)


def _pullback(run: Run, primals: tuple[Any, ...]) -> Pullback[Any, Any]:
    """A pullback that was pickled."""
    return recorded(run.f, primals, run.transform, has_aux=run.has_aux)[0]
