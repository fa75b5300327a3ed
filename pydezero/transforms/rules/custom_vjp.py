"""`custom_vjp`: a function with a rule of its own for reverse mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydezero.transforms.boundary.arguments import check_flag
from pydezero.transforms.rules.custom import check_callable
from pydezero.transforms.rules.declared import PatternRule, check_pattern_rule
from pydezero.transforms.rules.decorator import Decorator

# The whole type of a function, with its overloads if it has any.
F = TypeVar("F", bound=Callable[..., Any])


def custom_vjp(
    # Any: a rule that calls f would have a type that refers to itself.
    forward: Callable[..., Any],
    backward: Callable[..., tuple[Any, ...]],
    nondiff_argnums: int | Sequence[int] = (),
    *,
    jvp: Callable[..., Any] | None = None,
    writable: bool = False,
    pattern: PatternRule = None,
) -> Callable[[F], F]:
    """A decorator that gives a function f a rule of its own for reverse mode: how cotangents go back through it.

    f is a function of arrays, or of containers of arrays, that returns an array or a container of arrays. It is what is
    called with plain arrays.

    For what NumPy's operations do not differentiate well (a difference of large numbers, a value that an iteration
    found), do not differentiate at all (a call of another library), or should differentiate differently (a gradient
    that is clipped on its way). All other transforms follow from the rule: `backward` is differentiated for higher
    orders, transposed for forward mode, batched for `vmap`.

    Args:
        forward: a function of the arguments of f, by position, that returns `(f(*args), residuals)`. The residuals are
            whatever backward needs: a container of arrays and other things, or None. Where they hold an argument or an
            output itself, its derivative of higher order follows this rule; all else in them is differentiated as it
            was computed. Containers and arrays are copied; an object of another type is kept as it is, and is not to be
            changed until backward has run.
        backward: a function `backward(residuals, cotangent)` that returns a tuple with one cotangent for each argument,
            built like it, of arrays of the shapes of its arrays; None in the place of a cotangent, or of an array in
            one, is zeros.
            The cotangent that it gets is built like the output of f, in 1 over its unit if it has one (of pint's), and
            those that it returns in what converts to 1 over the unit of the argument. It is linear in the cotangent;
            forward mode raises where it is evidently not. Static arguments come first:
            `backward(*static, residuals, cotangent)`.
        nondiff_argnums: the positions of static arguments, which are not differentiated and reach all functions as they
            are: a function, a number of steps.
        jvp: a rule of forward mode beside it, as `custom_jvp` takes one: `jvp(primals, tangents)` returns
            `(f(*primals), tangent of the output)`. Then forward mode takes it and reverse mode `backward`, and neither
            is transposed. They must say the same: `check_grads` compares both with differences.
        writable: the functions get copies of the arrays, which they may change and pass to what asks for memory that
            can be written into (a typed memoryview of Cython, a pointer of ctypes); else they are read-only.
        pattern: which elements of the output depend on which of the arguments, for sparse derivatives. Without it the
            rules are followed, and where they cannot be, all depends on all. "elementwise" says that it is those at
            the same place, where the arguments are broadcast. A function of the arguments of f returns a `Pattern` for
            each that is differentiated (a tuple for several; None for no influence), with a row for each element of
            the output and a column for each element of the argument, the arrays of containers one after the other.

    Returns:
        A decorator; what it makes of f is a new function with the signature of f.

    Raises:
        TypeError: one of them is no function; (when called) a static argument is a Variable, forward or jvp returns no
            pair, one of them or f returns something without arrays; (in the reverse pass) backward returns something
            else than a tuple, or a cotangent that is not built like its argument.
        ValueError: (when called) f computes with a Variable of the same transform that it was not given; (in the
            reverse pass) there are not as many cotangents as arguments, or one has another shape than its argument;
            (in forward mode) backward is not linear.

    log(1 + exp(x)), whose derivative by the chain rule is inf / inf for a large x:

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def forward(x):
    ...     return np.logaddexp(0.0, x), x
    >>> def backward(x, g):
    ...     return (g * np.exp(-np.logaddexp(0.0, -x)),)
    >>> @custom_vjp(forward, backward)
    ... def log1pexp(x):
    ...     return np.log(1 + np.exp(x))
    >>> grad(log1pexp)(100.0)
    np.float64(1.0)
    """
    where = "custom_vjp(forward, backward)"
    check_callable(forward, "forward", where)
    check_callable(backward, "backward", where)
    if jvp is not None:
        check_callable(jvp, "jvp", where)
    check_flag(where, "writable", writable)
    check_pattern_rule(pattern, where)
    return Decorator("custom_vjp", (forward, backward, jvp), nondiff_argnums, writable, pattern)
