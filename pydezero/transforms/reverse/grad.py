"""`grad` and `value_and_grad`: the gradient of a scalar function, as another function."""

# The overloads overlap on purpose, and stand in order: Variables before anything else, literal positions before others.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, Final, Literal, ParamSpec, TypeAlias, TypeVar, overload

import numpy as np

from pydezero.arrays import WORDS, KernelWords
from pydezero.arrays.wrappers import WRAPPERS
from pydezero.core.level import next_level
from pydezero.core.snapshot import is_number
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Operand, Variable, check_open, is_numeric
from pydezero.graph.backward import pull_back
from pydezero.graph.linear import ones_for
from pydezero.lazy import hooked, load
from pydezero.transforms.boundary.arguments import (
    call,
    check_flag,
    check_function,
    chosen_positions,
    fixed_positions,
    is_int,
    kept_argnums,
    names_argnums,
    note_error,
    replaced,
    result_and_aux,
)
from pydezero.transforms.boundary.description import Returned, like_argument
from pydezero.transforms.boundary.export import (
    check_result,
    export,
    export_gradients,
    export_owned,
    handed_on,
    like_result,
    unwrap_tree,
)
from pydezero.transforms.boundary.lending import Loan, check_loans, end_loans, lent_arguments, without_loans
from pydezero.transforms.boundary.lifting import lift
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.boundary.provenance import transformed
from pydezero.tree import flatten, unflatten
from pydezero.units import units

# Types of annotations alone: to make their classes takes as long as all else that a first call of `grad` needs.
if TYPE_CHECKING:
    from pydezero.transforms.boundary.positions import Both, OtherwiseFirst
    from pydezero.transforms.boundary.signatures import (
        Differentiable,
        NoSuchArgument,
        Overloaded,
        Result,
        Returning,
        Traced,
    )
    from pydezero.transforms.reverse.signatures import (
        Grad,
        GradOfBoth,
        GradOfSecond,
        GradWithAux,
        ValueAndGrad,
        ValueAndGradOfBoth,
        ValueAndGradOfSecond,
        ValueAndGradWithAux,
    )

P = ParamSpec("P")
X = TypeVar("X", bound="Differentiable")
Y = TypeVar("Y", bound="Differentiable")
S = TypeVar("S")
U = TypeVar("U")
V = TypeVar("V")
R = TypeVar("R", bound=Operand)
Aux = TypeVar("Aux")

# Any: the types of value and gradient depend on the positions.
Pair: TypeAlias = tuple[Any, Any]

_GRADIENT: Final = Returned("The gradient of {f} with respect to {x}.", like_argument)
_VALUE_AND_GRADIENT: Final = Returned(
    "The value of {f}, and its gradient with respect to {x}.", like_argument, with_value=True
)


# A function of a Variable has overloads of its own, although the general ones would do for it: by them a checker takes
# the argument of a lambda for a Variable. Those with another position come first: a call without argnums passes them by
# at no cost.
@overload
def value_and_grad(
    f: Callable[Concatenate[Traced, Traced, P], Result], argnums: Literal[1], has_aux: Literal[False] = ...
) -> ValueAndGradOfSecond[Variable, Variable, P, Variable]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[Traced, Traced, P], Result], argnums: Both, has_aux: Literal[False] = ...
) -> ValueAndGradOfBoth[Variable, Variable, P, Variable]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[S, Y, P], R], argnums: Literal[1], has_aux: Literal[False] = ...
) -> ValueAndGradOfSecond[S, Y, P, R]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, Y, P], R], argnums: Both, has_aux: Literal[False] = ...
) -> ValueAndGradOfBoth[X, Y, P, R]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[Traced, Traced, Traced, P], Any], argnums: Literal[2], has_aux: bool = ...
) -> Returning[Variable, Concatenate[Variable, Variable, P], Pair]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[S, U, Y, P], Any], argnums: Literal[2], has_aux: bool = ...
) -> Returning[S, Concatenate[U, Y, P], Pair]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[S, U, V, Y, P], Any], argnums: Literal[3], has_aux: bool = ...
) -> Returning[S, Concatenate[U, V, Y, P], Pair]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, S, P], Any], argnums: Literal[2, 3] | Both, has_aux: Literal[False] = ...
) -> NoSuchArgument: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[Traced, P], Result], argnums: Literal[0] = ..., has_aux: Literal[False] = ...
) -> ValueAndGrad[Variable, P, Variable]: ...
@overload
def value_and_grad(
    f: Overloaded, argnums: Literal[0] = ..., has_aux: Literal[False] = ...
) -> ValueAndGrad[Variable, [], Variable]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, P], R], argnums: Literal[0] = ..., has_aux: Literal[False] = ...
) -> ValueAndGrad[X, P, R]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[Traced, P], tuple[Result, Aux]], argnums: Literal[0] = ..., *, has_aux: Literal[True]
) -> ValueAndGradWithAux[Variable, P, Variable, Aux]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, P], tuple[R, Aux]], argnums: Literal[0] = ..., *, has_aux: Literal[True]
) -> ValueAndGradWithAux[X, P, R, Aux]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[Traced, P], tuple[Result, Any]], argnums: Literal[0] = ..., *, has_aux: bool
) -> Returning[Variable, P, Pair]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, P], tuple[R, Any]], argnums: Literal[0] = ..., *, has_aux: bool
) -> Returning[X, P, Pair]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[Traced, Traced, P], Any], argnums: int | Sequence[int], has_aux: bool = ...
) -> Returning[Variable, Concatenate[Variable, P], Pair]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, Y, P], R], argnums: int, has_aux: Literal[False] = ...
) -> Returning[X, Concatenate[Y, P], Pair]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, Y, P], tuple[R, Any]], argnums: int, has_aux: Literal[True]
) -> Returning[X, Concatenate[Y, P], Pair]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, S, P], Any], argnums: Sequence[int], has_aux: bool = ...
) -> Returning[X, Concatenate[S, P], Pair]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, P], Any], argnums: OtherwiseFirst, has_aux: bool = ...
) -> Returning[X, P, Pair]: ...
@names_argnums
def value_and_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Any:
    """The function that gives the value of f together with its gradient.

    Args:
        f: a function whose result is a real scalar: a number, or a Variable or an array of one element, of shape (),
            (1,) or (1, 1), which the value has, too.
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions. Such an
            argument is an array, a number, a Variable, or a container of them (see `pydezero.tree`); integers are taken
            as float64.
        has_aux: f returns a pair `(y, aux)`, of which y alone is differentiated; aux is handed on.

    Returns:
        A function with the arguments of f that returns `(value, gradient)`, or `((value, aux), gradient)` with
        `has_aux`. The gradient is a fresh array of the argument's shape, or a container like it; a tuple of these for a
        tuple of argnums. Called with Variables, it gives Variables, and so can be differentiated in turn.

    Raises:
        TypeError: (when called) an argument holds nothing to differentiate, or the result is not a real number.
        ValueError: (when called) the result is not a scalar.

    >>> import numpy as np
    >>> value_and_grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
    (np.float64(5.0), array([2., 4.]))
    """
    value_and_gradient = differentiated(f, argnums, has_aux, "value_and_grad")
    return transformed(
        value_and_gradient,
        value_and_grad,
        f,
        kept_argnums(argnums, "value_and_grad(f)"),
        has_aux,
        backward=True,
        result=_VALUE_AND_GRADIENT,
    )


def differentiated(  # noqa: C901  # one straight path, on which a call costs as much as an operation
    f: Callable[..., Any],
    argnums: int | Sequence[int],
    has_aux: bool,
    transform: str,
    *,
    with_value: bool = True,
) -> Callable[..., Any]:
    """The function from the arguments of f to its value and gradient, for a transform of this name.

    Without `with_value` to the gradient alone, or to `(gradient, aux)`.
    """
    where = check_function(f, transform)
    check_flag(where, "has_aux", has_aux)
    argnums = kept_argnums(argnums, where)
    is_one = is_int(argnums)
    fixed, most = fixed_positions(argnums)

    def of_arguments(*args: Any, **kwargs: Any) -> Any:  # noqa: C901  # a call costs as much as a step of it
        chosen = fixed if most < len(args) else chosen_positions(argnums, len(args), where)
        level = next_level()
        loans: list[Loan] = []
        try:
            lifted = lift([args[i] for i in chosen], chosen, level, where, loans)
            given: tuple[Any, ...] = args
            named: Mapping[str, Any] = kwargs
            if kwargs or len(args) > len(chosen):
                given, named = lent_arguments(args, kwargs, chosen, level, loans)
            try:
                output = f(
                    *(lifted.trees + given[1:] if chosen == (0,) else replaced(given, chosen, lifted.trees)), **named
                )
            except Exception as error:
                note_error(error, f, given, named)
                raise
            output, aux = result_and_aux(output, where) if has_aux else (output, None)
            container, unit = None, None
            if type(output) is not Variable and WRAPPERS[type(output)] is not None:
                container, output, unit = output, _only_leaf(output), units(output)[0]
            value, seeds = _seeded(output, level, where)
            value_box: list[Array] = []  # a value that is exported without a copy, once its graph has gone
            if with_value and seeds and container is None and WORDS[type(value)].is_known:
                value_box.append(value)
                value = None
            elif with_value:
                value = export(value, lifted.outer) if seeds else _constant(output, lifted.outer)
                value = like_result(value, output)
                value = value if container is None else unflatten(container, [value])
            if has_aux:
                aux = without_loans(unwrap_tree(aux, level, lifted.outer), (given, named))
            del output, container  # so that the reverse pass frees each node when it is done with it
            try:
                cotangents = pull_back(seeds, lifted.nodes) if seeds else {}
            except Exception as error:

                def again(trees: Sequence[Any]) -> Any:
                    output = call(f, replaced(given, chosen, trees), named)
                    return result_and_aux(output, where)[0] if has_aux else output

                hooked("failed rule")(error, lifted, again)
                raise
            if Variable in map(type, cotangents.values()):
                _check_open(cotangents.values())
            gradients: Any = export_gradients(lifted, cotangents, unit)
            if value_box:
                value = export_owned(value_box, lifted.outer)
            if loans:
                check_loans(loans, where, f, args, kwargs)
        finally:
            level.finished = where
            if loans:
                end_loans(loans)
        if is_one:
            (gradients,) = gradients
        if with_value:
            return ((value, aux) if has_aux else value), gradients
        return (gradients, aux) if has_aux else gradients

    return of_arguments


def _check_open(cotangents: Iterable[Array]) -> None:
    """Raise an EscapeError if a gradient is a Variable of a call that has returned: f has kept it."""
    for g in cotangents:
        if type(g) is Variable:
            check_open(g)


def _has_one_element(shape: tuple[int, ...]) -> bool:
    """Whether an array of this shape is a scalar to `grad`: (), (1,), (1, 1)."""
    return all(length == 1 for length in shape)


def _constant(output: Any, outer: AnyNode | None) -> Any:
    """A result that does not depend on the arguments, as the caller gets it: a number is handed on as it is."""
    if outer is not None and is_number(output):
        return outer.constant(np.asarray(output)[()])
    return handed_on(output, outer)


def _only_leaf(container: Any) -> Any:
    """The array inside of one with labels or a unit; the container itself, if it has several arrays."""
    leaves = flatten(container)
    return leaves[0] if len(leaves) == 1 else container


def _seeded(output: Any, level: int, where: str) -> tuple[Array, dict[Any, Array]]:
    """The value of a scalar result, and the cotangent to start from: 1, or none where the result is a constant."""
    if type(output) is Variable and output.node.level == level:
        value = output._value
        if isinstance(value, np.floating):  # what NumPy returned, with which it computes quickest
            return value, {output.node: value.dtype.type(1)}
        if value.dtype.kind == "f" and (value.shape == () or _has_one_element(value.shape)):
            has_kernels = isinstance(WORDS[type(value)], KernelWords)
            one = load("pydezero.graph", "pending_one")(value) if has_kernels else ones_for(value)
            return value, {output.node: one}
    if type(output) is Variable:
        check_open(output)
    if not is_numeric(output):
        is_pair = isinstance(output, tuple) and len(output) == 2 and where.startswith(("grad(", "value_and_grad("))
        instead = "; has_aux=True is for a pair (value, other results)" if is_pair else ""
        raise TypeError(f"{where}: the function must return a real scalar, got {describe_structure(output)}{instead}")
    check_result(output, where)
    value = np.asarray(output) if is_number(output) else output
    kind = value.dtype.kind
    if not _has_one_element(value.shape):
        raise ValueError(
            f"{where}: the function must return a scalar, got shape {value.shape}; "
            "sum it, write vmap(grad(f))(x) for the derivative of each element, or vjp(f, x), which takes a cotangent"
        )
    if kind == "c":
        raise TypeError(
            f"{where}: the function returns a complex number ({value.dtype}), whose gradient is not one array; "
            "return its .real, .imag or abs(), or use vjp(f, x)"
        )
    if kind != "f" and type(output) is not int:
        raise TypeError(f"{where}: the function returns {value.dtype}, which has no derivative; return a float")
    return value, {}


@overload
def grad(
    f: Callable[Concatenate[Traced, Traced, P], Result], argnums: Literal[1], has_aux: Literal[False] = ...
) -> GradOfSecond[Variable, Variable, P]: ...
@overload
def grad(
    f: Callable[Concatenate[Traced, Traced, P], Result], argnums: Both, has_aux: Literal[False] = ...
) -> GradOfBoth[Variable, Variable, P]: ...
@overload
def grad(
    f: Callable[Concatenate[S, Y, P], R], argnums: Literal[1], has_aux: Literal[False] = ...
) -> GradOfSecond[S, Y, P]: ...
@overload
def grad(f: Callable[Concatenate[X, Y, P], R], argnums: Both, has_aux: Literal[False] = ...) -> GradOfBoth[X, Y, P]: ...
@overload
def grad(
    f: Callable[Concatenate[Traced, Traced, Traced, P], Any], argnums: Literal[2], has_aux: bool = ...
) -> Returning[Variable, Concatenate[Variable, Variable, P], Any]: ...
@overload
def grad(
    f: Callable[Concatenate[S, U, Y, P], Any], argnums: Literal[2], has_aux: bool = ...
) -> Returning[S, Concatenate[U, Y, P], Any]: ...
@overload
def grad(
    f: Callable[Concatenate[S, U, V, Y, P], Any], argnums: Literal[3], has_aux: bool = ...
) -> Returning[S, Concatenate[U, V, Y, P], Any]: ...
@overload
def grad(
    f: Callable[Concatenate[X, S, P], Any], argnums: Literal[2, 3] | Both, has_aux: Literal[False] = ...
) -> NoSuchArgument: ...
@overload
def grad(
    f: Callable[Concatenate[Traced, P], Result], argnums: Literal[0] = ..., has_aux: Literal[False] = ...
) -> Grad[Variable, P]: ...
@overload
def grad(f: Overloaded, argnums: Literal[0] = ..., has_aux: Literal[False] = ...) -> Grad[Variable, []]: ...
@overload
def grad(f: Callable[Concatenate[X, P], R], argnums: Literal[0] = ..., has_aux: Literal[False] = ...) -> Grad[X, P]: ...
@overload
def grad(
    f: Callable[Concatenate[Traced, P], tuple[Result, Aux]], argnums: Literal[0] = ..., *, has_aux: Literal[True]
) -> GradWithAux[Variable, P, Aux]: ...
@overload
def grad(
    f: Callable[Concatenate[X, P], tuple[R, Aux]], argnums: Literal[0] = ..., *, has_aux: Literal[True]
) -> GradWithAux[X, P, Aux]: ...
@overload
def grad(
    f: Callable[Concatenate[Traced, P], tuple[Result, Any]], argnums: Literal[0] = ..., *, has_aux: bool
) -> Returning[Variable, P, Any]: ...
@overload
def grad(
    f: Callable[Concatenate[X, P], tuple[R, Any]], argnums: Literal[0] = ..., *, has_aux: bool
) -> Returning[X, P, Any]: ...
@overload
def grad(
    f: Callable[Concatenate[Traced, Traced, P], Any], argnums: int | Sequence[int], has_aux: bool = ...
) -> Returning[Variable, Concatenate[Variable, P], Any]: ...
@overload
def grad(
    f: Callable[Concatenate[X, Y, P], R], argnums: int, has_aux: Literal[False] = ...
) -> Returning[X, Concatenate[Y, P], Any]: ...
@overload
def grad(
    f: Callable[Concatenate[X, Y, P], tuple[R, Any]], argnums: int, has_aux: Literal[True]
) -> Returning[X, Concatenate[Y, P], Any]: ...
@overload
def grad(
    f: Callable[Concatenate[X, S, P], Any], argnums: Sequence[int], has_aux: bool = ...
) -> Returning[X, Concatenate[S, P], Any]: ...
@overload
def grad(f: Callable[Concatenate[X, P], Any], argnums: OtherwiseFirst, has_aux: bool = ...) -> Returning[X, P, Any]: ...
@names_argnums
def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Any:
    """The function that gives the gradient of f.

    Args and errors are those of `value_and_grad`. For a complex argument z the gradient is df/dRe(z) - i df/dIm(z), the
    convention of JAX and HIPS autograd.

    Returns:
        A function with the arguments of f that returns the gradient, or `(gradient, aux)` with `has_aux`.

    >>> import numpy as np
    >>> grad(lambda x: x**3)(2.0)
    np.float64(12.0)
    >>> grad(grad(lambda x: x**3))(2.0)
    np.float64(12.0)
    >>> grad(lambda params, x: np.sum(params["w"] * x) + params["b"])({"w": np.ones(2), "b": 0.5}, np.array([3.0, 4.0]))
    {'w': array([3., 4.]), 'b': np.float64(1.0)}
    """
    gradient = differentiated(f, argnums, has_aux, "grad", with_value=False)
    return transformed(gradient, grad, f, kept_argnums(argnums, "grad(f)"), has_aux, backward=True, result=_GRADIENT)
