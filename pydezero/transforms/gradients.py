"""`gradients`: the reverse pass over a graph that was built by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Operand
from pydezero.core.variable import Variable
from pydezero.transforms.boundary import checked_seed, hand_out, outline, zeros
from pydezero.transforms.reverse import pull_back


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
        ValueError: the seed has another shape than y, or one of `wrt` belongs to another transform than y.

    >>> import numpy as np
    >>> x = Variable(np.array(3.0))
    >>> gradients(x + x, x), gradients(x + x + x, x)
    (array(2.), array(3.))
    """
    if not isinstance(y, Variable):
        raise TypeError(f"gradients(y, wrt): y must be a Variable, got {outline(y)}")
    targets = [wrt] if isinstance(wrt, Variable) else list(wrt)
    for i, target in enumerate(targets):
        if not isinstance(target, Variable):
            raise TypeError(f"gradients(y, wrt): wrt must hold Variables, got {outline(target)} at place {i}")
        if target.node.level != y.node.level:
            raise ValueError(
                f"gradients(y, wrt): y and the Variable at place {i} of wrt belong to different transforms; "
                "inside a transformed function use grad or vjp"
            )
    seed = np.ones(y.shape) if seed is None else seed
    found = pull_back({y.node: checked_seed(seed, y, "gradients(y, wrt)")}, [target.node for target in targets])
    # Of a Variable that is named twice, or of two that meet in one cotangent, everybody gets a copy.
    results = tuple([hand_out(found[t.node] if t.node in found else zeros(t), -1) for t in targets])
    return results[0] if isinstance(wrt, Variable) else results
