"""Names that programs import from `autograd.util`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydezero.compat.autograd.test_util import check_grads


def quick_grad_check(
    fun: Callable[..., Any],
    arg0: Any,
    extra_args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    **_: object,
) -> None:
    """Raise an AssertionError unless the gradient with respect to the first argument agrees with differences."""
    check_grads(lambda arg0: fun(arg0, *extra_args, **(kwargs or {})), modes=["rev"], order=1)(arg0)
