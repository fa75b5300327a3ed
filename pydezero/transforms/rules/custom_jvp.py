"""`custom_jvp`: a function with a rule of its own for forward mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydezero.transforms.boundary.arguments import check_flag
from pydezero.transforms.rules.custom import check_callable
from pydezero.transforms.rules.declared import PatternRule, check_pattern_rule
from pydezero.transforms.rules.decorator import Decorator

# The whole type of a function, with its overloads if it has any.
F = TypeVar("F", bound=Callable[..., Any])


def custom_jvp(
    # Any: a rule that calls f would have a type that refers to itself.
    rule: Callable[..., Any],
    nondiff_argnums: int | Sequence[int] = (),
    *,
    writable: bool = False,
    pattern: PatternRule = None,
) -> Callable[[F], F]:
    """A decorator that gives a function f a rule of its own for forward mode: how tangents go through it.

    f is a function of arrays, or of containers of arrays, that returns an array or a container of arrays. It is what is
    called with plain arrays.

    All other transforms follow from the rule: it is transposed for reverse mode, differentiated for higher orders,
    batched for `vmap`. Where the derivative is a formula in the arguments and the output, it is shorter than
    `custom_vjp`.

    Args:
        rule: a function `rule(primals, tangents)` of two tuples, the arguments of f and a tangent for each, built like
            it; it returns `(f(*primals), tangent of the output)`, the tangent built like the output, of arrays of the
            shapes of its arrays and in what converts to its unit, if it has one. It is linear in the tangents; reverse
            mode raises where it is evidently not. Where an argument holds something that is no number, its tangent
            holds the same. Static arguments come first: `rule(*static, primals, tangents)`.
        nondiff_argnums: the positions of static arguments, which are not differentiated and reach both functions as
            they are: a function, a number of steps.
        writable: the functions get copies of the arrays, which they may change and pass to what asks for memory that
            can be written into; else they are read-only. In reverse mode the tangents are Variables all the same.
        pattern: which elements of the output depend on which of the arguments, for sparse derivatives. Without it the
            rules are followed, and where they cannot be, all depends on all. "elementwise" says that it is those at
            the same place, where the arguments are broadcast. A function of the arguments of f returns a `Pattern` for
            each that is differentiated (a tuple for several; None for no influence), with a row for each element of
            the output and a column for each element of the argument, the arrays of containers one after the other.

    Returns:
        A decorator; what it makes of f is a new function with the signature of f.

    Raises:
        TypeError: f or rule is no function; (when called) a static argument is a Variable, the rule returns no pair, or
            a tangent that is not built like the output, f or the rule returns something without arrays.
        ValueError: (when called) f computes with a Variable of the same transform that it was not given, a tangent has
            another shape than its output, or, in reverse mode, the rule is not linear in the tangents.

    sin(x) / x, which is 0 / 0 at 0, as is what the chain rule makes of it:

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def rule(primals, tangents):
    ...     (x,), (t,) = primals, tangents
    ...     safe = np.where(x == 0, 1.0, x)
    ...     slope = np.where(x == 0, 0.0, (np.cos(safe) - np.sin(safe) / safe) / safe)
    ...     return sinc(x), slope * t
    >>> @custom_jvp(rule)
    ... def sinc(x):
    ...     return np.sinc(x / np.pi)
    >>> grad(sinc)(0.0)
    np.float64(0.0)
    """
    check_callable(rule, "rule", "custom_jvp(rule)")
    check_flag("custom_jvp(rule)", "writable", writable)
    check_pattern_rule(pattern, "custom_jvp(rule)")
    return Decorator("custom_jvp", (None, None, rule), nondiff_argnums, writable, pattern)
