"""`check_finite`: a function that says which of its operations makes a nan or an infinity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, overload

import numpy as np

from pydezero.core.bind import top_node
from pydezero.core.variable import Variable, bottom
from pydezero.diagnostics.deferred import Deferred, Later, is_later, released
from pydezero.diagnostics.describe import abridged, described, flaw_of, is_arithmetic, makes_more
from pydezero.diagnostics.faults import Fault, Judge, Look, Mark
from pydezero.diagnostics.observer import Observer, ObserverNode, Step, lifted_arguments
from pydezero.lazy import load
from pydezero.transforms.batching.signatures import Batched
from pydezero.transforms.boundary.arguments import call, check_function
from pydezero.transforms.boundary.description import Returned, unchanged
from pydezero.transforms.boundary.export import export_leaves
from pydezero.transforms.boundary.messages import argument_leaves, name_of
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.boundary.signatures import Result, Traced
from pydezero.tree import Tree, flatten, unflatten

P = ParamSpec("P")
R = TypeVar("R")

_CHECKED: Final = Returned("{f}, which raises an error where a nan or an infinity comes up.", unchanged)


@overload
def check_finite(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[Concatenate[Traced, P], Result],
) -> Batched[Variable, P, Variable]: ...
@overload
def check_finite(f: Callable[P, R]) -> Callable[P, R]: ...
def check_finite(f: Callable[..., Any]) -> Any:
    """A function like f that raises an error, with the name of the operation, where one makes a nan or an infinity.

    Operations of transforms inside are looked at like those of f itself: `check_finite(grad(f))` finds what goes wrong
    on the way forward and on the way back, `check_finite(f)` on the way forward.

    An operation is to blame if it makes a nan or an infinity of finite operands, or a nan of infinite ones. A value
    that is not finite before, in an argument or in a constant (a mask of -inf), may be meant so: it is let through, and
    named only if the result is not finite either. So the result of a call that raises nothing is finite. Where a choice
    (`np.where`, `np.maximum`, `np.clip`, an index, `np.nan_to_num`) leaves out what an operation made, that is no
    matter: which is why the error is raised when f returns, not before. Of Dask arrays nothing is computed: there the
    error is raised when the result is.

    Args:
        f: a function of anything, that returns anything. What is looked at are operations on floats and complex numbers
            that depend on the arguments; integers are passed to f as they are, and what f computes of constants alone
            is NumPy's.

    Returns:
        A function with the arguments and the results of f, arrays in it fresh ones. Called with Variables, it gives
        Variables. NumPy's own warnings are off while it runs.

    Raises:
        TypeError: f is no function.
        FloatingPointError: (when called) an operation makes a nan or an infinity. The message has its name, the user's
            line, of which function it is the derivative if it is one, and the operands.

    >>> import numpy as np
    >>> from pydezero import check_finite, grad
    >>> check_finite(grad(np.sqrt))(4.0)
    np.float64(0.25)
    >>> check_finite(grad(np.sqrt))(0.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    FloatingPointError: check_finite(sqrt): divide, in the backward of sqrt, makes inf of finite operands
      at ...
      operand 0: 0.5
      operand 1: 0.0
      result: inf
    """
    where = check_function(f, "check_finite", "looks at")

    def checked(*args: Any, **kwargs: Any) -> Any:
        observer = _FiniteObserver(where)
        leaves = [*flatten(args), *flatten(kwargs)]
        marks = _marks_of_arguments(observer, leaves, f, args, kwargs)
        xs, named = lifted_arguments(observer, args, kwargs, marks)
        with np.errstate(all="ignore"):
            try:
                output = call(f, xs, named)
            except Exception as error:
                if observer.failed:
                    raise FloatingPointError(observer.judge.report(observer.failed)) from error
                raise
            finally:
                observer.level.finished = where
            results = flatten(output)
            blamed = observer.blamed(results)
        if blamed is not None:
            raise FloatingPointError(blamed)
        trial = observer.later.trial(observer.judge, results, list(map(observer.mark_of, results)))
        output = unflatten(output, [None] * len(results))  # so that nothing but the leaves refers to a value
        exported = export_leaves(results, observer.level, top_node(leaves))
        return unflatten(output, exported if trial is None else [released(leaf, trial) for leaf in exported])

    return transformed(checked, check_finite, f, result=_CHECKED)


class _FiniteObserver(Observer):
    """An observer that looks for values that are not finite, and remembers what the fault was."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.judge: Final = Judge(where)
        self.failed: list[Fault] = []
        self.later: Final = Deferred()

    def see(self, step: Step) -> Sequence[Mark | Later | None]:
        marks = [node.mark for node in step.nodes if node is not None and node.mark is not None]
        used = self.judge.used([mark for mark in marks if isinstance(mark, Mark)])
        if any(map(is_later, (*step.operands, *step.results))):
            return self.later.seen(step, marks)
        before, after = (list(map(flaw_of, values)) for values in (step.operands, step.results))
        text, more = partial(described, step), partial(makes_more, step)
        return self.judge.looked(Look(step.name, step.place.role, is_arithmetic(step), before, after, more, text), used)

    def fail(self, nodes: Sequence[ObserverNode | None]) -> None:
        marks = [node.mark for node in nodes if node is not None]
        self.failed += [mark.fault for mark in marks if isinstance(mark, Mark) and mark.fault.is_operation]

    def mark_of(self, leaf: Any) -> Mark | Later | None:
        """The mark on a result."""
        is_own = isinstance(leaf, Variable) and isinstance(leaf.node, ObserverNode) and leaf.node.observer is self
        mark: Mark | Later | None = leaf.node.mark if is_own else None
        return mark

    def blamed(self, results: Sequence[Any]) -> str | None:
        """The message about a call that returned these leaves, None if they are finite, or computed later."""
        known = [(self.mark_of(leaf), leaf) for leaf in results if not is_later(leaf)]
        unknown = any(mark is None and flaw_of(leaf) for mark, leaf in known)
        return self.judge.verdict([mark for mark, _ in known if isinstance(mark, Mark)], has_unknown=unknown)


def _marks_of_arguments(
    observer: _FiniteObserver,
    leaves: Sequence[Any],
    f: Callable[..., Any],
    args: tuple[Tree, ...],
    kwargs: Mapping[str, Any],
) -> list[Mark | Later | None]:
    """A mark for each leaf of the arguments that is not finite, or computed later."""
    marks: list[Mark | Later | None] = [None] * len(leaves)
    for i, leaf in enumerate(leaves):
        if is_later(leaf):
            label = argument_leaves(f, args, kwargs)[i].label
            load("pydezero.arrays.dask", "check_known")(bottom(leaf), f"check_finite({name_of(f)}): {label}")
            marks[i] = observer.later.given(label, leaf)
        elif flaw := flaw_of(leaf):
            marks[i] = observer.judge.given(argument_leaves(f, args, kwargs)[i].label, flaw, abridged(leaf))
    return marks
