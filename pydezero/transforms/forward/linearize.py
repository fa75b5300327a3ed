"""`linearize` and `linear_transpose`: the derivative as a linear map that is kept, and the transpose of one."""

# The overloads overlap on purpose, and stand in order: Variables and numbers before anything else.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, TypeVarTuple, overload

import attrs
import numpy as np

from pydezero.arrays.restoring import RESTORERS
from pydezero.core.bind import PYTHON_NUMBERS
from pydezero.core.broadcasting import cast, cotangent_dtype
from pydezero.core.foreign import arrayed
from pydezero.core.snapshot import is_number
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, check_open, handed_out, is_numeric, reverse_node, undifferentiated
from pydezero.graph.linear import LinearMap, nonlinear_operation, record_linear, zeros_for
from pydezero.transforms.boundary.export import export_owned, export_tree, like_result
from pydezero.transforms.boundary.lifting import Lifted
from pydezero.transforms.boundary.seeds import checked_tangents
from pydezero.transforms.boundary.signatures import AnyNumber, Numbers, OfArrays, OfNumPy, OfPython, Result, Traced
from pydezero.transforms.reverse.signatures import Floats
from pydezero.transforms.reverse.vjp import Pullback, plain_primals, recorded
from pydezero.tree import Tree, filled, map_leaves, separate, values_at_holes
from pydezero.units import with_unit_powers

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
Scalar = TypeVar("Scalar", bound=np.inexact[Any])
Ts = TypeVarTuple("Ts")


@attrs.frozen(eq=False)
class Pushforward(Generic[R_co, *Ts]):
    """The linear map from tangents of the primals to the tangent of `f(*primals)`: f linearized at the primals.

    Calling it any number of times with the same tangents gives equal results that share no memory; f is not run again.
    It pickles as f and the primals, and f runs again where it is loaded.
    """

    _name: str
    _inputs: Lifted = attrs.field(repr=False)
    # The output of f with holes, its numbers and arrays, and the record of the pullback, whose transpose this map is.
    _template: Tree = attrs.field(repr=False)
    _outputs: list[Array] = attrs.field(repr=False)
    _pullback: LinearMap = attrs.field(repr=False)
    _f: Callable[..., Any] = attrs.field(repr=False)

    # Nothing in it changes.
    def __copy__(self) -> Pushforward[R_co, *Ts]:
        return self

    def __deepcopy__(self, memo: object) -> Pushforward[R_co, *Ts]:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _pushforward, (self._f, plain_primals(self._inputs))

    def __call__(self, *tangents: *Ts) -> R_co:
        """Push tangents forward.

        Args:
            *tangents: one for each primal, built like it, of arrays of the shapes of its arrays. Where the primal holds
                no number, the entry is ignored.

        Returns:
            A container like the output of f, of arrays of the shapes of its arrays: zeros where the output does not
            depend on the primals. A leaf that is not a number is as in the output.

        Raises:
            TypeError: a tangent is not built like its primal, or complex where that is real.
            ValueError: there are not as many tangents as primals, or one has another shape than its primal.
        """
        seeds, outer = checked_tangents(self._inputs, tangents, f"the linearized {self._name}")
        moved = self._pullback.transposed(seeds)
        for i, y in enumerate(self._outputs):
            moved[i] = zeros_for(y) if moved[i] is None else cast(moved[i], cotangent_dtype(y.dtype))
        # Variables of an enclosing call stay what they are, even if that has returned: this map may outlive it.
        exported = [
            handed_out(moved.pop(0)) if type(moved[0]) is Variable else export_owned([moved.pop(0)], outer)
            for _ in range(len(moved))
        ]
        result: Any = filled(self._template, list(map(like_result, exported, self._outputs)))
        return result  # type: ignore[no-any-return]  # the overloads of linearize say what it is


@overload
def linearize(f: Callable[[Traced], Result], x: Variable, /) -> tuple[Variable, Pushforward[Variable, Operand]]: ...
@overload
def linearize(f: Callable[[Traced], Result], x: float, /) -> tuple[OfPython, Pushforward[OfPython, Operand]]: ...
@overload
def linearize(f: Callable[[Traced], Result], x: AnyNumber, /) -> tuple[OfNumPy, Pushforward[OfNumPy, Operand]]: ...
@overload
def linearize(f: Callable[[Traced], Result], x: Numbers, /) -> tuple[OfArrays, Pushforward[OfArrays, Operand]]: ...
@overload
def linearize(
    f: Callable[[Traced, Traced], Result], x: float, y: float, /
) -> tuple[OfPython, Pushforward[OfPython, Operand, Operand]]: ...
@overload
def linearize(
    f: Callable[[Traced, Traced], Result], x: Numbers, y: Numbers, /
) -> tuple[OfArrays, Pushforward[OfArrays, Operand, Operand]]: ...
@overload
def linearize(
    f: Callable[[Traced, Traced], Result], x: ArrayOrNumber, y: ArrayOrNumber, /
) -> tuple[OfArrays, Pushforward[OfArrays, Operand, Operand]]: ...
@overload
def linearize(
    f: Callable[[Traced, Traced], Result], x: Operand, y: Operand, /
) -> tuple[Variable, Pushforward[Variable, Operand, Operand]]: ...
@overload
def linearize(
    f: Callable[[Traced, Traced, Traced], Result], x: float, y: float, z: float, /
) -> tuple[OfPython, Pushforward[OfPython, Operand, Operand, Operand]]: ...
@overload
def linearize(
    f: Callable[[Traced, Traced, Traced], Result], x: Numbers, y: Numbers, z: Numbers, /
) -> tuple[OfArrays, Pushforward[OfArrays, Operand, Operand, Operand]]: ...
@overload
def linearize(
    f: Callable[[Traced, Traced, Traced], Result], x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, /
) -> tuple[OfArrays, Pushforward[OfArrays, Operand, Operand, Operand]]: ...
@overload
def linearize(
    f: Callable[[Traced, Traced, Traced], Result], x: Operand, y: Operand, z: Operand, /
) -> tuple[Variable, Pushforward[Variable, Operand, Operand, Operand]]: ...
@overload
def linearize(f: Callable[[*Ts], R], /, *primals: *Ts) -> tuple[R, Pushforward[R, *Ts]]: ...
def linearize(f: Any, /, *primals: Any) -> Any:  # type: ignore[misc]  # mypy cannot match *primals: *Ts with it
    """Evaluate f, and get its derivative there as a linear map, which is applied without running f again.

    Where there are many tangents for one point (an iterative solver, say), it saves what `jvp` computes anew for each.

    Args:
        f: a function of arrays, or of containers of arrays, that returns an array or a container of arrays.
        *primals: its arguments, all of which are differentiated: arrays, numbers, Variables, containers of them.

    Returns:
        y: what `f(*primals)` gives.
        f_jvp: see `Pushforward`; for a function with Jacobian J, from t to J @ t, as `jvp(f, primals, tangents)[1]`.

    Raises:
        TypeError: a primal holds nothing to differentiate, or f returns something without numbers.

    >>> import numpy as np
    >>> y, f_jvp = linearize(lambda x: x * x, np.array([1.0, 2.0]))
    >>> y, f_jvp(np.array([1.0, 10.0])), f_jvp(np.array([1.0, 0.0]))
    (array([1., 4.]), array([ 2., 40.]), array([2., 0.]))
    """
    pullback, _, _ = recorded(f, primals, "linearize")
    inputs, output = pullback._inputs, pullback._output
    template, outputs = separate(output, is_numeric)
    outputs = [np.asarray(y)[()] if is_number(y) else y for y in outputs]

    def pulled(cotangents: list[Variable]) -> list[Array]:
        gradients = pullback(filled(template, cotangents))
        return [g for tree, of in zip(gradients, inputs.template, strict=True) for g in values_at_holes(of, tree)]

    pushforward: Pushforward[Any, *tuple[Any, ...]] = Pushforward(
        pullback._name, inputs, with_unit_powers(template, 1), outputs, record_linear(pulled, outputs, lasting=True), f
    )
    return export_tree(output, pullback._level, inputs.outer), pushforward


def _pushforward(f: Callable[..., Any], primals: tuple[Any, ...]) -> Any:
    """A pushforward that was pickled."""
    return linearize(f, *primals)[1]


@overload
def linear_transpose(f: Callable[[Traced], Result], x: Variable, /) -> Pullback[Operand, tuple[Variable]]: ...
@overload
def linear_transpose(f: Callable[[Traced], Result], x: float, /) -> Pullback[Operand, tuple[np.float64]]: ...
@overload
def linear_transpose(f: Callable[[Traced], Result], x: AnyNumber, /) -> Pullback[Operand, tuple[OfNumPy]]: ...
@overload
def linear_transpose(f: Callable[[Traced], Result], x: Numbers, /) -> Pullback[Operand, tuple[Floats]]: ...
@overload
def linear_transpose(
    f: Callable[[Traced, Traced], Result], x: float, y: float, /
) -> Pullback[Operand, tuple[np.float64, np.float64]]: ...
@overload
def linear_transpose(
    f: Callable[[Traced, Traced], Result], x: Numbers, y: Numbers, /
) -> Pullback[Operand, tuple[Floats, Floats]]: ...
@overload
def linear_transpose(
    f: Callable[[Traced, Traced], Result], x: ArrayOrNumber, y: ArrayOrNumber, /
) -> Pullback[Operand, tuple[OfArrays, OfArrays]]: ...
@overload
def linear_transpose(
    f: Callable[[Traced, Traced], Result], x: Operand, y: Operand, /
) -> Pullback[Operand, tuple[Variable, Variable]]: ...
@overload
def linear_transpose(
    f: Callable[[Traced, Traced, Traced], Result], x: float, y: float, z: float, /
) -> Pullback[Operand, tuple[np.float64, np.float64, np.float64]]: ...
@overload
def linear_transpose(
    f: Callable[[Traced, Traced, Traced], Result], x: Numbers, y: Numbers, z: Numbers, /
) -> Pullback[Operand, tuple[Floats, Floats, Floats]]: ...
@overload
def linear_transpose(
    f: Callable[[Traced, Traced, Traced], Result], x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, /
) -> Pullback[Operand, tuple[OfArrays, OfArrays, OfArrays]]: ...
@overload
def linear_transpose(
    f: Callable[[Traced, Traced, Traced], Result], x: Operand, y: Operand, z: Operand, /
) -> Pullback[Operand, tuple[Variable, Variable, Variable]]: ...
@overload
def linear_transpose(f: Callable[[*Ts], Scalar], /, *primals: *Ts) -> Pullback[complex | Scalar, tuple[*Ts]]: ...
@overload
def linear_transpose(f: Callable[[*Ts], R], /, *primals: *Ts) -> Pullback[R, tuple[*Ts]]: ...
def linear_transpose(f: Any, /, *primals: Any) -> Any:  # type: ignore[misc]  # mypy cannot match *primals: *Ts with it
    """The transpose of a linear function.

    Args:
        f: a function of arrays, or of containers of arrays, that returns an array or a container of arrays, and is
            linear in all its arguments together. It is run once, on zeros.
        *primals: arguments for it, of which only shapes, dtypes and containers matter.

    Returns:
        The function that takes a cotangent, built like the output of f, to a tuple with one cotangent for each primal:
        for a matrix A and `f = lambda x: A @ x` from c to (c @ A,). Nothing is conjugated.

    Raises:
        TypeError: a primal holds no numbers, or f returns something without numbers.
        ValueError: f is evidently not linear: its value at zeros is not zero, or it applies an operation to its
            arguments that is not linear (a sine, a product of two of them). Not everything is found: where f chooses
            between branches or rounds, or in a `Function` of the user's own, it is taken at its word.

    >>> import numpy as np
    >>> transpose = linear_transpose(lambda x: np.cumsum(x), np.zeros(3))
    >>> transpose(np.array([1.0, 0.0, 10.0]))
    (array([11., 10., 10.]),)
    """
    zeros = tuple([map_leaves(_zeros_like, primal) for primal in primals])
    pullback, leaves, _ = recorded(f, zeros, "linear_transpose")
    _check_linear(pullback, [leaf for leaf in leaves if is_numeric(leaf)])
    return pullback


def _zeros_like(leaf: Any) -> Any:
    if isinstance(leaf, Variable):
        return leaf.node.constant(np.zeros_like(leaf))
    if type(leaf) in PYTHON_NUMBERS:
        return type(leaf)(0)
    if is_number(leaf):
        return np.zeros_like(leaf)[()]
    array = arrayed(leaf)
    if array is leaf:
        return np.zeros_like(leaf) if is_numeric(leaf) else leaf
    restorer = RESTORERS[type(leaf)]
    zeros = np.zeros_like(array)
    return zeros if restorer is None else restorer.like(leaf)(zeros)


def _check_linear(pullback: Pullback[Any, Any], outputs: Sequence[Array]) -> None:
    where = f"linear_transpose({pullback._name})"
    for y in outputs:
        if isinstance(y, Variable) and y.node.level != pullback._level:
            check_open(y)
    own = [reverse_node(y) for y in outputs if isinstance(y, Variable) and y.node.level == pullback._level]
    name = nonlinear_operation(own)
    if name is not None:
        raise ValueError(
            f"{where}: the function is not linear, it applies {name} to its arguments; "
            "the transpose of its derivative at a point is the pullback of vjp(f, x)"
        )
    for output in outputs:
        value = undifferentiated(output)
        # A Variable that is left stands for more than one value, which cannot be asked.
        if type(value) is not Variable and np.any(np.not_equal(value, 0)):
            raise ValueError(
                f"{where}: the function is not linear, its value at zeros is not zero; leave out what it adds, "
                "or take the pullback of vjp(f, x)"
            )
