"""`hessian`, `hvp` and `laplacian`: second derivatives, forward mode over reverse mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, TypeVarTuple, overload

import numpy as np
from numpy.typing import ArrayLike

from pydezero.core.types import Array, Operand
from pydezero.core.variable import Variable, new_variable, next_level
from pydezero.transforms.boundary.boundary import describe_structure, export, is_numeric, lift, name_of
from pydezero.transforms.forward.jvp import TangentNode, checked_tangents
from pydezero.transforms.jacobians.modes import Task, batched, check_function, forward, reverse, tangent_of, task
from pydezero.transforms.jacobians.signatures import (
    Arrays,
    Both,
    OfBoth,
    OfFirst,
    OfSecond,
    Pair,
    Result,
)
from pydezero.transforms.reverse.grad import differentiated
from pydezero.tree import flatten, unflatten

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
X = TypeVar("X")
Y = TypeVar("Y")
Ts = TypeVarTuple("Ts")


# Where there are containers, the nesting is more than can be said in a type: Any.
@overload
def hessian(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[Concatenate[Variable, P], Result], argnums: Literal[0] = ...
) -> OfFirst[Variable, P, Result]: ...
@overload
def hessian(
    f: Callable[Concatenate[T, Variable, P], Result], argnums: Literal[1]
) -> OfSecond[T, P, Variable, Arrays]: ...
@overload
def hessian(
    f: Callable[Concatenate[Variable, Variable, P], Result], argnums: Both
) -> OfBoth[P, Pair[Pair[Variable]], Pair[Pair[Arrays]]]: ...
@overload
def hessian(  # type: ignore[overload-overlap]  # argnums tells them apart
    f: Callable[Concatenate[T, P], R], argnums: Literal[0] = ...
) -> OfFirst[T, P, R]: ...
@overload
def hessian(f: Callable[P, Any], argnums: int | Sequence[int]) -> Callable[P, Any]: ...
def hessian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Any:
    """The function that gives the Hessian of f: all second derivatives.

    It is the Jacobian, by forward mode, of the gradient, by reverse mode; all rows are computed in one batch.

    Args:
        f: a function that returns a scalar, an array, or a container of them (see `pydezero.tree`).
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions. Such an
            argument is an array, a number, a Variable, or a container of them; integers are taken as float64.

    Returns:
        A function with the arguments of f that returns its Hessian: for a scalar function of an array of shape s a
        fresh array of shape s + s, and s stands before that for a result of shape r: r + s + s. With respect to a
        container H is a container like it of containers like it, H[i][j] being the second derivative with respect to
        parts i and j; a tuple of argnums gives a tuple of tuples. Called with Variables, it gives Variables.

    Raises:
        TypeError: f is not callable; (when called) an argument holds nothing to differentiate, or is complex; f
            returns something else than real or complex numbers.
        ValueError: (when called) argnums names an argument twice.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    >>> hessian(lambda x: x["a"] * x["b"] ** 2)({"a": 3.0, "b": 2.0})
    {'a': {'a': array(0.), 'b': array(4.)}, 'b': {'a': array(4.), 'b': array(6.)}}
    """
    where = check_function(f, "hessian")

    def first(*args: Any, **kwargs: Any) -> Any:
        return reverse(task(f, args, kwargs, argnums, where), None)

    @wraps(f)
    def hessian_of(*args: Any, **kwargs: Any) -> Any:
        this = task(first, args, kwargs, argnums, where)
        _check_real(this)
        return forward(this)

    return hessian_of


def _check_real(this: Task) -> None:
    if this.inside.are_any_complex:
        raise TypeError(
            f"{this.where}: an argument is complex; write the function with the real and the imaginary part as two "
            "arguments, or for a holomorphic function jacfwd(jacrev(f, holomorphic=True), holomorphic=True)"
        )


@overload
def hvp(f: Callable[[Variable], Result], primals: tuple[Variable], tangents: tuple[Operand]) -> Variable: ...
@overload
def hvp(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[[Variable], Result], primals: tuple[ArrayLike], tangents: tuple[ArrayLike]
) -> Arrays: ...
@overload
def hvp(f: Callable[[Variable], Result], primals: tuple[Operand], tangents: tuple[Operand]) -> Variable: ...
@overload
def hvp(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[[Variable, Variable], Result],
    primals: tuple[ArrayLike, ArrayLike],
    tangents: tuple[ArrayLike, ArrayLike],
) -> Pair[Arrays]: ...
@overload
def hvp(
    f: Callable[[Variable, Variable], Result],
    primals: tuple[Operand, Operand],
    tangents: tuple[Operand, Operand],
) -> Pair[Variable]: ...
@overload
def hvp(f: Callable[[X], Any], primals: tuple[X], tangents: tuple[X]) -> X: ...
@overload
def hvp(f: Callable[[X, Y, *Ts], Any], primals: tuple[X, Y, *Ts], tangents: tuple[X, Y, *Ts]) -> tuple[X, Y, *Ts]: ...
def hvp(f: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> Any:
    """The Hessian of f times a vector, without the Hessian: about the work of two gradients.

    It is the derivative of the gradient along the tangents, forward mode over reverse mode. (B. Pearlmutter, "Fast
    exact multiplication by the Hessian", Neural Computation 6, 1994.)

    Args:
        f: a function that returns a real scalar.
        primals: a tuple of its arguments, all of which are differentiated: arrays, numbers, Variables, containers of
            them (see `pydezero.tree`).
        tangents: the vector: a tuple with one entry for each primal, built like it, of arrays of the shapes of its
            arrays.

    Returns:
        The product alone, which is what `jvp(grad(f), primals, tangents)[1]` is. For one primal that is a fresh array
        of its shape or a container like it, for several a tuple with one of these for each.

    Raises:
        TypeError: f is not callable, or its result is not a real number; primals or tangents are not tuples; a primal
            holds nothing to differentiate, or a tangent is not built like its primal.
        ValueError: the result is not a scalar; there are not as many tangents as primals, or one of another shape.

    >>> import numpy as np
    >>> hvp(lambda x: x[0] ** 2 * x[1], (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    array([24.,  2.])
    >>> hvp(lambda x, y: x * y**2, (3.0, 2.0), (1.0, 0.0))
    (array(0.), array(4.))
    """
    if not callable(f):
        raise TypeError(f"hvp(f, primals, tangents): f must be a function, got {describe_structure(f)}")
    where = f"hvp({name_of(f)})"
    for what, given in (("primals", primals), ("tangents", tangents)):
        if type(given) is not tuple or not given:
            raise TypeError(
                f"{where}: {what} must be a tuple with one entry for each argument of the function, got "
                f"{describe_structure(given)}; write hvp(f, (x,), (v,)) for a function of one argument"
            )
    gradient = differentiated(f, range(len(primals)), False, "hvp")
    level = next_level()
    inputs = lift(primals, range(len(primals)), level, where)
    seeds, outer = checked_tangents(inputs, tangents, where)
    parts = [
        leaf if x is None else new_variable(x._value, TangentNode(level, t))
        for leaf, x, t in zip(inputs.leaves, inputs.variables, seeds, strict=True)
    ]
    _, slopes = gradient(*unflatten(primals, parts))
    products = unflatten(
        primals,
        [export(tangent_of(g, level), outer) if is_numeric(g) else g for g in flatten(slopes)],
    )
    return products[0] if len(primals) == 1 else products


@overload
def laplacian(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[Concatenate[Variable, P], Result], argnums: Literal[0] = ...
) -> OfFirst[Variable, P, Result]: ...
@overload
def laplacian(
    f: Callable[Concatenate[T, Variable, P], Result], argnums: Literal[1]
) -> OfSecond[T, P, Variable, Arrays]: ...
@overload
def laplacian(
    f: Callable[Concatenate[Variable, Variable, P], Result], argnums: Both
) -> OfBoth[P, Variable, Arrays]: ...
@overload
def laplacian(  # type: ignore[overload-overlap]  # argnums tells them apart
    f: Callable[Concatenate[T, P], R], argnums: Literal[0] = ...
) -> OfFirst[T, P, R]: ...
@overload
def laplacian(f: Callable[P, Any], argnums: int | Sequence[int]) -> Callable[P, Arrays]: ...
def laplacian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Any:
    """The function that gives the Laplacian of f: the sum of its second derivatives, the trace of its Hessian.

    The Hessian is not formed: a batch of products of it with the unit vectors (see `hvp`) gives its diagonal.

    Args:
        f: a function that returns a real scalar.
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions. Such an
            argument is an array, a number, a Variable, or a container of them; the sum is over all numbers in it.

    Returns:
        A function with the arguments of f that returns an array of shape (). Called with Variables, it gives one.

    Raises:
        TypeError: f is not callable; (when called) an argument holds nothing to differentiate, or is complex; the
            result is not a real number.
        ValueError: (when called) the result is not a scalar, or argnums names an argument twice.

    >>> import numpy as np
    >>> laplacian(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    array(18.)
    """
    where = check_function(f, "laplacian")

    @wraps(f)
    def laplacian_of(*args: Any, **kwargs: Any) -> Any:
        this = task(f, args, kwargs, argnums, where)
        _check_real(this)
        gradient = differentiated(f, this.chosen, False, "laplacian")

        def curvature(*directions: Array) -> list[Array]:
            level = next_level()
            _, slopes = gradient(*this.replaced(this.moving(directions, level)), **kwargs)
            parts = zip(directions, this.inside.numbers(slopes), strict=True)
            return [sum([np.sum(e * tangent_of(g, level)) for e, g in parts])]

        (curvatures,) = batched(curvature, this.inside)
        return export(np.sum(curvatures), this.lifted.outer)

    return laplacian_of
