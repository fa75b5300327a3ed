"""`jacobian`, `jacfwd` and `jacrev`: all first derivatives of an array-valued function, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, overload

from pydezero.core.variable import Variable
from pydezero.transforms.boundary.provenance import remember
from pydezero.transforms.jacobians.modes import Mode, check_function, forward, reverse, task
from pydezero.transforms.jacobians.signatures import (
    Arrays,
    Both,
    OfBoth,
    OfFirst,
    OfFirstWithAux,
    OfSecond,
    Pair,
    Result,
)

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
Aux = TypeVar("Aux")


# A function of a Variable has overloads of its own: by them a checker takes the argument of a lambda for a Variable.
# Where there are containers, the nesting is more than can be said in a type: Any.
@overload
def jacfwd(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[Concatenate[Variable, P], Result],
    argnums: Literal[0] = ...,
    has_aux: Literal[False] = ...,
    holomorphic: bool = ...,
) -> OfFirst[Variable, P, Result]: ...
@overload
def jacfwd(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[Concatenate[Variable, P], tuple[Result, Aux]],
    argnums: Literal[0] = ...,
    *,
    has_aux: Literal[True],
    holomorphic: bool = ...,
) -> OfFirstWithAux[Variable, P, Result, Aux]: ...
@overload
def jacfwd(
    f: Callable[Concatenate[T, Variable, P], Result],
    argnums: Literal[1],
    has_aux: Literal[False] = ...,
    holomorphic: bool = ...,
) -> OfSecond[T, P, Variable, Arrays]: ...
@overload
def jacfwd(
    f: Callable[Concatenate[Variable, Variable, P], Result],
    argnums: Both,
    has_aux: Literal[False] = ...,
    holomorphic: bool = ...,
) -> OfBoth[P, Pair[Variable], Pair[Arrays]]: ...
@overload
def jacfwd(  # type: ignore[overload-overlap]  # argnums tells them apart
    f: Callable[Concatenate[T, P], R],
    argnums: Literal[0] = ...,
    has_aux: Literal[False] = ...,
    holomorphic: bool = ...,
) -> OfFirst[T, P, R]: ...
@overload
def jacfwd(
    f: Callable[Concatenate[T, P], tuple[R, Aux]],
    argnums: Literal[0] = ...,
    *,
    has_aux: Literal[True],
    holomorphic: bool = ...,
) -> OfFirstWithAux[T, P, R, Aux]: ...
@overload
def jacfwd(
    f: Callable[P, Any], argnums: int | Sequence[int], has_aux: bool = ..., holomorphic: bool = ...
) -> Callable[P, Any]: ...
def jacfwd(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False, holomorphic: bool = False
) -> Any:
    """The function that gives the Jacobian of f by forward mode: the better one for more results than arguments.

    f is evaluated once, with a batch of tangents: one for each number in the arguments.

    Args:
        f: a function that returns an array or a number, or a container of them (see `pydezero.tree`).
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions. Such an
            argument is an array, a number, a Variable, or a container of them; integers are taken as float64.
        has_aux: f returns a pair `(y, aux)`, of which y alone is differentiated; aux is handed on.
        holomorphic: f is a holomorphic function of complex arguments, and its complex derivative is asked for. That it
            is one is taken on trust.

    Returns:
        A function with the arguments of f that returns the Jacobian, or `(jacobian, aux)` with `has_aux`. For an array
        of shape s from an array of shape t that is a fresh array of shape s + t, of the dtype of the result. A result
        in a container gives a container like it, in which each array is replaced by its Jacobian; and with respect to
        an argument in a container, that is a container like the argument. For a tuple of argnums there is a tuple
        inside. Called with Variables, it gives Variables, and so can be differentiated in turn.

    Raises:
        TypeError: f is not callable; (when called) an argument holds nothing to differentiate, or is complex and
            `holomorphic` is not set; f returns something else than real and complex numbers, or real ones although it
            is said to be holomorphic.
        ValueError: (when called) argnums names an argument twice.

    >>> import numpy as np
    >>> jacfwd(lambda x: np.stack([x[0] * x[1], x[0], x[1] ** 2]))(np.array([2.0, 3.0]))
    array([[3., 2.],
           [1., 0.],
           [0., 6.]])
    >>> jacfwd(lambda t: np.exp(1j * t))(0.0)
    array(0.+1.j)
    """
    where = check_function(f, "jacfwd")

    @wraps(f)
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        return forward(task(f, args, kwargs, argnums, where, has_aux=has_aux, holomorphic=holomorphic))

    remember(jacobian_of, lambda g: jacfwd(g, argnums, has_aux=has_aux, holomorphic=holomorphic), backward=False)
    return jacobian_of


@overload
def jacrev(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[Concatenate[Variable, P], Result],
    argnums: Literal[0] = ...,
    has_aux: Literal[False] = ...,
    holomorphic: bool = ...,
) -> OfFirst[Variable, P, Result]: ...
@overload
def jacrev(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[Concatenate[Variable, P], tuple[Result, Aux]],
    argnums: Literal[0] = ...,
    *,
    has_aux: Literal[True],
    holomorphic: bool = ...,
) -> OfFirstWithAux[Variable, P, Result, Aux]: ...
@overload
def jacrev(
    f: Callable[Concatenate[T, Variable, P], Result],
    argnums: Literal[1],
    has_aux: Literal[False] = ...,
    holomorphic: bool = ...,
) -> OfSecond[T, P, Variable, Arrays]: ...
@overload
def jacrev(
    f: Callable[Concatenate[Variable, Variable, P], Result],
    argnums: Both,
    has_aux: Literal[False] = ...,
    holomorphic: bool = ...,
) -> OfBoth[P, Pair[Variable], Pair[Arrays]]: ...
@overload
def jacrev(  # type: ignore[overload-overlap]  # argnums tells them apart
    f: Callable[Concatenate[T, P], R],
    argnums: Literal[0] = ...,
    has_aux: Literal[False] = ...,
    holomorphic: bool = ...,
) -> OfFirst[T, P, R]: ...
@overload
def jacrev(
    f: Callable[Concatenate[T, P], tuple[R, Aux]],
    argnums: Literal[0] = ...,
    *,
    has_aux: Literal[True],
    holomorphic: bool = ...,
) -> OfFirstWithAux[T, P, R, Aux]: ...
@overload
def jacrev(
    f: Callable[P, Any], argnums: int | Sequence[int], has_aux: bool = ..., holomorphic: bool = ...
) -> Callable[P, Any]: ...
def jacrev(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False, holomorphic: bool = False
) -> Any:
    """The function that gives the Jacobian of f by reverse mode: the better one for more arguments than results.

    f is evaluated once, and a batch of cotangents, one for each number in the result, is pulled back through it.

    Args, errors and what is returned are those of `jacfwd`, but for the complex case and for the dtype, which is that
    of the argument. Of a complex argument z the derivative of a real result y is dy/dRe(z) - i dy/dIm(z), as `grad`
    has it; a complex result raises, unless `holomorphic` is set.

    >>> import numpy as np
    >>> jacrev(lambda x, y: x * y, argnums=(0, 1))(np.array([1.0, 2.0]), 3.0)
    (array([[3., 0.],
           [0., 3.]]), array([1., 2.]))
    >>> jacrev(lambda x: {"sum": x["a"] + x["b"], "product": x["a"] * x["b"]})({"a": 2.0, "b": 5.0})
    {'sum': {'a': array(1.), 'b': array(1.)}, 'product': {'a': array(5.), 'b': array(2.)}}
    """
    where = check_function(f, "jacrev")

    @wraps(f)
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        return reverse(task(f, args, kwargs, argnums, where, has_aux=has_aux, holomorphic=holomorphic))

    remember(jacobian_of, lambda g: jacrev(g, argnums, has_aux=has_aux, holomorphic=holomorphic), backward=True)
    return jacobian_of


@overload
def jacobian(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[Concatenate[Variable, P], Result],
    argnums: Literal[0] = ...,
    mode: Mode = ...,
    holomorphic: bool = ...,
) -> OfFirst[Variable, P, Result]: ...
@overload
def jacobian(
    f: Callable[Concatenate[T, Variable, P], Result],
    argnums: Literal[1],
    mode: Mode = ...,
    holomorphic: bool = ...,
) -> OfSecond[T, P, Variable, Arrays]: ...
@overload
def jacobian(
    f: Callable[Concatenate[Variable, Variable, P], Result],
    argnums: Both,
    mode: Mode = ...,
    holomorphic: bool = ...,
) -> OfBoth[P, Pair[Variable], Pair[Arrays]]: ...
@overload
def jacobian(  # type: ignore[overload-overlap]  # argnums tells them apart
    f: Callable[Concatenate[T, P], R],
    argnums: Literal[0] = ...,
    mode: Mode = ...,
    holomorphic: bool = ...,
) -> OfFirst[T, P, R]: ...
@overload
def jacobian(
    f: Callable[P, Any], argnums: int | Sequence[int], mode: Mode = ..., holomorphic: bool = ...
) -> Callable[P, Any]: ...
def jacobian(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, mode: Mode = None, holomorphic: bool = False
) -> Any:
    """The function that gives the Jacobian of f, by forward or by reverse mode, whichever takes less work.

    Args:
        f: as for `jacfwd`, whose other arguments, errors and results are these, too.
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions.
        mode: "forward" is `jacfwd`, "reverse" is `jacrev`. None decides by what f returns: column by column where there
            are more numbers in the result than in the arguments, else row by row; a complex result of real arguments
            always by columns, a real result of complex ones always by rows. Either way f is evaluated once, for which
            the columns are taken through reverse mode; small ones are computed quicker when "forward" is asked for.
        holomorphic: f is a holomorphic function of complex arguments.

    Raises:
        ValueError: mode is something else.

    >>> import numpy as np
    >>> matrix = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> jacobian(lambda x: matrix @ x)(np.ones(2))
    array([[1., 2.],
           [3., 4.],
           [5., 6.]])
    """
    where = check_function(f, "jacobian")
    if mode not in ("forward", "reverse", None):
        raise ValueError(f"{where}: mode must be 'forward', 'reverse' or None, got {mode!r}")

    @wraps(f)
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        this = task(f, args, kwargs, argnums, where, holomorphic=holomorphic)
        return forward(this) if mode == "forward" else reverse(this, mode)

    in_reverse = mode != "forward"
    remember(jacobian_of, lambda g: jacobian(g, argnums, mode, holomorphic), backward=in_reverse)
    return jacobian_of
