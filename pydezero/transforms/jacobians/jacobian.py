"""`jacobian`, `jacfwd` and `jacrev`: all first derivatives of a function of arrays, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from pydezero.transforms.boundary.arguments import check_flag, check_function, kept_argnums
from pydezero.transforms.boundary.description import Returned, like_array
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.jacobians.modes import Mode, Task, begin_task, forward, reverse
from pydezero.transforms.jacobians.signatures.transform import first_order
from pydezero.transforms.jacobians.signatures.with_aux import first_order_with_aux

_JACOBIAN: Final = Returned("The Jacobian of {f} with respect to {x}.", like_array)


@first_order_with_aux
def jacfwd(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False, holomorphic: bool = False
) -> Any:
    """A function that returns the Jacobian of f, by forward mode: the faster one if arguments are fewer than results.

    f is evaluated once, on a batch of tangents: one for each number in the arguments.

    Args:
        f: a function that returns an array or a number, or a container of them (see `pydezero.tree`).
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions. Such an
            argument is an array, a number, a Variable, or a container of them; integers are taken as float64.
        has_aux: f returns a pair `(y, aux)`; y is differentiated, and aux is returned beside the Jacobian.
        holomorphic: f is a holomorphic function of complex arguments, and the result is its complex derivative. That f
            is holomorphic is not checked.

    Returns:
        A function with the arguments of f that returns the Jacobian, or `(jacobian, aux)` with `has_aux`. The Jacobian
        of a result of shape s with respect to an array of shape t is a fresh array of shape s + t, of the dtype of the
        result. For a result in a container it is a container like the result, which has a Jacobian in the place of each
        array; the Jacobian with respect to a container is a container like the argument, and with respect to a tuple of
        argnums it is a tuple. Called with Variables, the function returns Variables, and so can be differentiated in
        turn.

    Raises:
        TypeError: f is not callable; (when called) an argument holds nothing to differentiate, or is complex and
            `holomorphic` is not set; f returns something else than real and complex numbers, or returns real numbers
            and `holomorphic` is set.
        ValueError: (when called) argnums names an argument twice.

    >>> import numpy as np
    >>> jacfwd(lambda x: np.stack([x[0] * x[1], x[0], x[1] ** 2]))(np.array([2.0, 3.0]))
    array([[3., 2.],
           [1., 0.],
           [0., 6.]])
    >>> jacfwd(lambda t: np.exp(1j * t))(0.0)
    np.complex128(1j)
    """
    return _one_way(jacfwd, forward, f, argnums, has_aux, holomorphic)


@first_order_with_aux
def jacrev(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False, holomorphic: bool = False
) -> Any:
    """A function that returns the Jacobian of f, by reverse mode: the faster one if results are fewer than arguments.

    f is evaluated once, and a batch of cotangents, one for each number in the result, is pulled back through it.

    Arguments, results and errors are those of `jacfwd`, but for the dtype, which is that of the argument, and for
    complex numbers: the derivative of a real result y with respect to a complex argument z is dy/dRe(z) - i dy/dIm(z),
    as for `grad`; a complex result raises a TypeError, unless `holomorphic` is set.

    >>> import numpy as np
    >>> jacrev(lambda x, y: x * y, argnums=(0, 1))(np.array([1.0, 2.0]), 3.0)
    (array([[3., 0.],
           [0., 3.]]), array([1., 2.]))
    >>> jacrev(lambda x: {"sum": x["a"] + x["b"], "product": x["a"] * x["b"]})({"a": 2.0, "b": 5.0})
    {'sum': {'a': np.float64(1.0), 'b': np.float64(1.0)}, 'product': {'a': np.float64(5.0), 'b': np.float64(2.0)}}
    """
    return _one_way(jacrev, reverse, f, argnums, has_aux, holomorphic)


@first_order
def jacobian(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, mode: Mode = None, holomorphic: bool = False
) -> Any:
    """A function that returns the Jacobian of f, by forward or by reverse mode, whichever takes less work.

    Arguments, results and errors are those of `jacfwd`, but for `mode`.

    Args:
        f: a function that returns an array or a number, or a container of them (see `pydezero.tree`).
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions.
        mode: "forward" is `jacfwd`, "reverse" is `jacrev`. None decides by the result of f: the Jacobian is computed
            column by column where the result has more numbers than the arguments, else row by row; that of a complex
            result with respect to real arguments always by columns, that of a real result with respect to complex
            arguments always by rows. f is evaluated once in both cases, since the columns are computed with the
            pullback, too; for a small Jacobian "forward" is faster than that.
        holomorphic: f is a holomorphic function of complex arguments.

    Raises:
        ValueError: mode is none of these.

    >>> import numpy as np
    >>> matrix = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> jacobian(lambda x: matrix @ x)(np.ones(2))
    array([[1., 2.],
           [3., 4.],
           [5., 6.]])
    """
    where = check_function(f, "jacobian")
    check_flag(where, "holomorphic", holomorphic)
    argnums = kept_argnums(argnums, where)
    if mode not in ("forward", "reverse", None):
        raise ValueError(f"{where}: mode must be 'forward', 'reverse' or None, got {mode!r}")

    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        with begin_task(f, args, kwargs, argnums, where, holomorphic=holomorphic) as task:
            return forward(task) if mode == "forward" else reverse(task, mode)

    return transformed(
        jacobian_of, jacobian, f, argnums, mode, holomorphic, backward=mode != "forward", result=_JACOBIAN
    )


def _one_way(
    transform: Callable[..., Any],
    compute: Callable[[Task], Any],
    f: Callable[..., Any],
    argnums: int | Sequence[int],
    has_aux: bool,
    holomorphic: bool,
) -> Any:
    """The function that `jacfwd(f)` or `jacrev(f)` returns; `compute` is `forward` or `reverse`."""
    where = check_function(f, transform.__name__)
    check_flag(where, "has_aux", has_aux)
    check_flag(where, "holomorphic", holomorphic)
    argnums = kept_argnums(argnums, where)

    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        with begin_task(f, args, kwargs, argnums, where, has_aux=has_aux, holomorphic=holomorphic) as task:
            return compute(task)

    return transformed(
        jacobian_of,
        transform,
        f,
        argnums,
        has_aux=has_aux,
        holomorphic=holomorphic,
        backward=compute is reverse,
        result=_JACOBIAN,
    )
