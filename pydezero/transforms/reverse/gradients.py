"""`gradients`: the reverse pass over a graph that was built by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.broadcasting import cotangent_dtype
from pydezero.core.variable import Operand, Variable, reverse_node
from pydezero.graph.backward import pull_back
from pydezero.transforms.boundary.export import export_owned, gradient_of
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.boundary.seeds import checked_seed


@overload
def gradients(y: Variable, wrt: Variable, seed: Operand | None = ...) -> NDArray[Any]: ...
@overload
def gradients(y: Variable, wrt: Sequence[Variable], seed: Operand | None = ...) -> tuple[NDArray[Any], ...]: ...
def gradients(
    y: Variable, wrt: Variable | Sequence[Variable], seed: Operand | None = None
) -> NDArray[Any] | tuple[NDArray[Any], ...]:
    """The gradients of y with respect to Variables that it was computed from.

    Args:
        y: the result, of any shape.
        wrt: a Variable, or a sequence of them: inputs, values on the way, y itself. One that y does not depend on gets
            zeros.
        seed: the cotangent of y, of its shape; ones by default, which makes it the gradient of the sum of y.

    Returns:
        For each of `wrt` a fresh array of its shape; of float64 where it holds integers. Nothing is stored: a second
        call starts from nothing, too.

    Raises:
        TypeError: y or one of `wrt` is not a Variable, or the seed is complex for a real y.
        ValueError: the seed has another shape than y, or y or one of `wrt` belongs to a transformed function.

    >>> import numpy as np
    >>> x = Variable(np.array(3.0))
    >>> gradients(x + x, x), gradients(x + x + x, x)
    (array(2.), array(3.))
    """
    if not isinstance(y, Variable):
        raise TypeError(f"gradients(y, wrt): y must be a Variable, got {describe_structure(y)}")
    if y.node.level:
        raise ValueError(
            "gradients(y, wrt): y was computed inside a transformed function, where the result would lose its own "
            "derivative; use grad or vjp there"
        )
    if not isinstance(wrt, Variable | list | tuple):
        raise TypeError(
            f"gradients(y, wrt): wrt must be a Variable or a sequence of them, got {describe_structure(wrt)}"
        )
    targets = [wrt] if isinstance(wrt, Variable) else list(wrt)
    for i, target in enumerate(targets):
        if not isinstance(target, Variable):
            raise TypeError(
                f"gradients(y, wrt): wrt must hold Variables, got {describe_structure(target)} at place {i}"
            )
        if target.node.level != y.node.level:
            raise ValueError(
                f"gradients(y, wrt): the Variable at place {i} of wrt belongs to a transformed function; "
                "inside a transformed function use grad or vjp"
            )
    seed = np.ones_like(y._value, dtype=cotangent_dtype(y.dtype)) if seed is None else seed
    found = pull_back({reverse_node(y): checked_seed(seed, y, "gradients(y, wrt)")}, list(map(reverse_node, targets)))
    last = {reverse_node(target): i for i, target in enumerate(targets)}
    results: list[NDArray[Any]] = []
    for i, target in enumerate(targets):
        box = [gradient_of(target, found)]
        if last[reverse_node(target)] == i:
            found.pop(reverse_node(target), None)
        g = export_owned(box, None)
        results.append(np.array(g) if isinstance(g, np.generic) else g)  # a Variable is of an array
    return results[0] if isinstance(wrt, Variable) else tuple(results)
