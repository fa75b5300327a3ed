"""`hessian`, `hvp` and `laplacian`: second derivatives, forward mode over reverse mode."""

# The overloads overlap on purpose, and stand in order: Variables and numbers before anything else.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar, TypeVarTuple, overload

import numpy as np

from pydezero.core.level import next_level
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.lazy import load
from pydezero.transforms.boundary.arguments import check_function, kept_argnums
from pydezero.transforms.boundary.description import Returned, like_square, unchanged
from pydezero.transforms.boundary.export import export, export_owned
from pydezero.transforms.boundary.lending import Loan, check_loans, end_loans
from pydezero.transforms.boundary.lifting import lift
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.boundary.seeds import check_tuples, checked_tangents
from pydezero.transforms.boundary.signatures import AnyNumber, Numbers, OfArrays, OfNumPy, Result, Traced
from pydezero.transforms.forward.tangent import tangent_of, with_tangents
from pydezero.transforms.jacobians.modes import Task, batched, begin_task, forward, reverse
from pydezero.transforms.jacobians.signatures.results import Arrays, Pair
from pydezero.transforms.jacobians.signatures.summed import summed
from pydezero.transforms.jacobians.signatures.transform import second_order
from pydezero.transforms.reverse.grad import differentiated
from pydezero.tree import filled, template_like, values_at_holes
from pydezero.units import units_at_holes

X = TypeVar("X")
Y = TypeVar("Y")
Ts = TypeVarTuple("Ts")

_HESSIAN: Final = Returned("The Hessian of {f} with respect to {x}.", like_square)
_LAPLACIAN: Final = Returned("The Laplacian of {f} with respect to {x}.", unchanged)


@second_order
def hessian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Any:
    """A function that returns the Hessian of f: all second derivatives.

    It is the Jacobian, by forward mode, of the gradient, by reverse mode; all columns are computed in one batch.

    Args:
        f: a function that returns a scalar, an array, or a container of them (see `pydezero.tree`).
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions. Such an
            argument is an array, a number, a Variable, or a container of them; integers are taken as float64.

    Returns:
        A function with the arguments of f that returns its Hessian. For a result of shape r and an argument of shape s
        that is a fresh array of shape r + s + s, so s + s for a scalar. With respect to a container the Hessian H is a
        container of containers, all like the argument: H[i][j] is the second derivative with respect to parts i and j.
        For a tuple of argnums it is a tuple of tuples. Called with Variables, the function returns Variables.

    Raises:
        TypeError: f is not callable; (when called) an argument holds nothing to differentiate, or is complex; f
            returns something else than real or complex numbers.
        ValueError: (when called) argnums names an argument twice.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    >>> hessian(lambda x: x["a"] * x["b"] ** 2)({"a": 3.0, "b": 2.0})
    {'a': {'a': np.float64(0.0), 'b': np.float64(4.0)}, 'b': {'a': np.float64(4.0), 'b': np.float64(6.0)}}
    """
    where = check_function(f, "hessian")
    argnums = kept_argnums(argnums, where)

    def first(*args: Any, **kwargs: Any) -> Any:
        with begin_task(f, args, kwargs, argnums, where) as task:
            return reverse(task, None)

    def hessian_of(*args: Any, **kwargs: Any) -> Any:
        with begin_task(first, args, kwargs, argnums, where) as task:
            check_real(task)
            return forward(task)

    return transformed(hessian_of, hessian, f, argnums, result=_HESSIAN)


def check_real(task: Task) -> None:
    """Raise a TypeError if an argument is complex, and so has no Hessian."""
    if task.inside.are_any_complex:
        raise TypeError(
            f"{task.where}: an argument is complex; write the function with the real and the imaginary part as two "
            "arguments, or for a holomorphic function jacfwd(jacrev(f, holomorphic=True), holomorphic=True)"
        )


@overload
def hvp(f: Callable[[Traced], Result], primals: tuple[float], tangents: tuple[AnyNumber]) -> np.float64: ...
@overload
def hvp(f: Callable[[Traced], Result], primals: tuple[AnyNumber], tangents: tuple[AnyNumber]) -> OfNumPy: ...
@overload
def hvp(f: Callable[[Traced], Result], primals: tuple[Numbers], tangents: tuple[ArrayOrNumber]) -> Arrays: ...
@overload
def hvp(f: Callable[[Traced], Result], primals: tuple[Operand], tangents: tuple[Operand]) -> Variable: ...
@overload
def hvp(
    f: Callable[[Traced, Traced], Result], primals: tuple[float, float], tangents: tuple[AnyNumber, AnyNumber]
) -> Pair[np.float64]: ...
@overload
def hvp(
    f: Callable[[Traced, Traced], Result],
    primals: tuple[Numbers, Numbers],
    tangents: tuple[ArrayOrNumber, ArrayOrNumber],
) -> Pair[Arrays]: ...
@overload
def hvp(
    f: Callable[[Traced, Traced], Result],
    primals: tuple[ArrayOrNumber, ArrayOrNumber],
    tangents: tuple[ArrayOrNumber, ArrayOrNumber],
) -> Pair[OfArrays]: ...
@overload
def hvp(
    f: Callable[[Traced, Traced], Result], primals: tuple[Operand, Operand], tangents: tuple[Operand, Operand]
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
        f: a function that returns a real scalar, as `grad` takes it: a number or an array of one element.
        primals: a tuple of its arguments, all of which are differentiated: arrays, numbers, Variables, containers of
            them (see `pydezero.tree`).
        tangents: the vector: a tuple with one entry for each primal, an array of the same shape or a container like it.

    Returns:
        The product, which is the second part of `jvp(grad(f), primals, tangents)`. For one primal it is a fresh array
        of the shape of the primal, or a container like it; for several it is a tuple with one of these for each.

    Raises:
        TypeError: f is not callable, or its result is not a real number; primals or tangents are not tuples; a primal
            holds nothing to differentiate, or the structure of a tangent is not that of its primal.
        ValueError: the result is not a scalar; there are more or fewer tangents than primals; the shape of a tangent is
            not that of its primal.

    >>> import numpy as np
    >>> hvp(lambda x: x[0] ** 2 * x[1], (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    array([24.,  2.])
    >>> hvp(lambda x, y: x * y**2, (3.0, 2.0), (1.0, 0.0))
    (np.float64(0.0), np.float64(4.0))
    """
    if not callable(f):
        raise TypeError(f"hvp(f, primals, tangents): f must be a function, got {describe_structure(f)}")
    where = f"hvp({name_of(f)})"
    check_tuples(primals, tangents, where, "hvp(f, (x,), (v,))")
    gradient = differentiated(f, range(len(primals)), False, "hvp", with_value=False)
    level = next_level()
    loans: list[Loan] = []
    try:
        inputs = lift(primals, range(len(primals)), level, where, loans)
        seeds, outer = checked_tangents(inputs, tangents, where)
        try:
            slopes = gradient(*with_tangents(inputs, seeds, level, loans))
        finally:
            level.finished = where
        moved = [tangent_of(g, level) for g in values_at_holes(inputs.template, slopes)]
        products = filled(
            template_like(inputs.template, slopes),
            inputs.like_arguments([export_owned([moved.pop(0)], outer) for _ in range(len(moved))]),
        )
        check_loans(loans, where, f, primals, {})
    finally:
        end_loans(loans)
    return products[0] if len(primals) == 1 else products


@summed
def laplacian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Any:
    """A function that returns the Laplacian of f: the trace of its Hessian.

    The diagonal of the Hessian is computed in one batch of products with the unit vectors (see `hvp`).

    Args:
        f: a function that returns a real scalar, as `grad` takes it: a number or an array of one element.
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions. Such an
            argument is an array, a number, a Variable, or a container of them; the sum is over all numbers in it.

    Returns:
        A function with the arguments of f that returns a NumPy scalar, or a Variable if called with Variables.

    Raises:
        TypeError: f is not callable; (when called) an argument holds nothing to differentiate, or is complex; the
            result is not a real number.
        ValueError: (when called) the result is not a scalar, or argnums names an argument twice.

    >>> import numpy as np
    >>> laplacian(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    np.float64(18.0)
    """
    where = check_function(f, "laplacian")
    argnums = kept_argnums(argnums, where)

    def laplacian_of(*args: Any, **kwargs: Any) -> Any:
        with begin_task(f, args, kwargs, argnums, where) as task:
            check_real(task)
            own_units = task.lifted.units
            unit: Any = None
            gradient = differentiated(f, task.chosen, False, "laplacian", with_value=False)

            def curvature(*directions: Array) -> list[Array]:
                nonlocal unit
                level = next_level()
                try:
                    slopes = gradient(*task.replaced(task.with_tangents(directions, level)), **task.kwargs)
                finally:
                    level.finished = where
                parts = zip(directions, task.inside.parts(slopes), strict=True)
                terms = [np.sum(e * tangent_of(g, level)) for e, g in parts]
                if own_units is not None:
                    unit, factors = _unit_of_sum(template_like(task.inside.template, slopes), own_units, where)
                    terms = [term * factor for term, factor in zip(terms, factors, strict=True)]
                return [sum(terms)]

            (curvatures,) = batched(curvature, task.inside)
            total = export(np.sum(curvatures), task.lifted.outer)
            return total if own_units is None else load("pydezero.arrays", "per_unit")(total, unit, None)

    return transformed(laplacian_of, laplacian, f, argnums, result=_LAPLACIAN)


def _unit_of_sum(slopes: Any, own: Sequence[Any], where: str) -> tuple[Any, list[float]]:
    """The unit of a Laplacian, and the factor for the part of each array, from slopes with holes for the arrays."""
    product_unit = load("pydezero.arrays", "product_unit")
    parts = [product_unit(of, by and by**-1) for of, by in zip(units_at_holes(slopes), own, strict=True)]
    return load("pydezero.arrays", "sum_unit")(parts, where)  # type: ignore[no-any-return]  # load gives any object
