"""`check_finite`: a function that says which of its operations makes a nan or an infinity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, overload

import attrs
import numpy as np

from pydezero.core.bind import top_node
from pydezero.core.primitive import Elementwise
from pydezero.core.variable import Variable
from pydezero.diagnostics.describe import abridged, described, flaw_of
from pydezero.diagnostics.observer import Observer, ObserverNode, Step, lifted_arguments
from pydezero.transforms.batching.signatures import Batched
from pydezero.transforms.boundary.arguments import call, check_function
from pydezero.transforms.boundary.description import Returned, unchanged
from pydezero.transforms.boundary.export import export_leaves
from pydezero.transforms.boundary.messages import argument_leaves
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.boundary.signatures import Result, Traced
from pydezero.tree import Tree, flatten, unflatten

P = ParamSpec("P")
R = TypeVar("R")

_CHECKED: Final = Returned("{f}, which raises an error where a nan or an infinity comes up.", unchanged)

_UNKNOWN: Final = (
    "the result is not finite, but no operation on an argument made it so; what is computed of integers or of "
    "constants alone is not looked at: pass what is to be looked at as an argument, as floats"
)


@overload
def check_finite(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[Concatenate[Traced, P], Result],
) -> Batched[Variable, P, Variable]: ...
@overload
def check_finite(f: Callable[P, R]) -> Callable[P, R]: ...
def check_finite(f: Callable[..., Any]) -> Any:
    """f, which raises an error where a nan or an infinity comes up, and says which operation made it.

    Operations of transforms inside are looked at like those of f itself: `check_finite(grad(f))` finds what goes wrong
    on the way forward and on the way back, `check_finite(f)` on the way forward.

    An operation is to blame if it makes a nan or an infinity of finite operands, or a nan of infinite ones. A value
    that is not finite before, in an argument or in a constant (a mask of -inf), may be meant so: it is let through, and
    named only if the result is not finite either. So the result of a call that raises nothing is finite. Where a choice
    (`np.where`, `np.maximum`, `np.clip`, an index, `np.nan_to_num`) leaves out what an operation made, that is no
    matter: which is why the error is raised when f returns, not before.

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
                    raise FloatingPointError(observer.report(observer.failed)) from error
                raise
            finally:
                observer.level.finished = where
            results = flatten(output)
            blamed = observer.blamed(results)
        if blamed is not None:
            raise FloatingPointError(blamed)
        output = unflatten(output, [None] * len(results))  # so that nothing but the leaves refers to a value
        return unflatten(output, export_leaves(results, observer.level, top_node(leaves)))

    return transformed(checked, check_finite, f, result=_CHECKED)


@attrs.frozen(eq=False)
class _Fault:
    """The first place of a value that is not finite: an operation, or an argument or constant that was given to one."""

    number: int
    is_operation: bool
    text: str


@attrs.frozen(eq=False)
class _Mark:
    """The mark on a value that is not finite. Each value has its own, so that it can be crossed out."""

    fault: _Fault


class _FiniteObserver(Observer):
    """An observer that looks for values that are not finite, and remembers what the fault was.

    A nan goes from operation to operation, and with it the fault. The fault is done with when a choice leaves it out;
    it is certain when it arrives in a result, when nothing was done with a value any more (the value of f beside its
    gradient), or when arithmetic hides it (1 / inf is 0).
    """

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where: Final = where
        self.failed: list[_Fault] = []
        self._certain: list[_Fault] = []
        self._unused: set[_Mark] = set()
        self._count = 0

    def fault(self, text: str, *, is_operation: bool) -> _Fault:
        """A fault that comes after all before."""
        self._count += 1
        return _Fault(self._count, is_operation, text)

    def see(self, step: Step) -> Sequence[_Mark | None]:
        marks = self._used(step.nodes)
        faults = [mark.fault for mark in marks]
        operations = [fault for fault in faults if fault.is_operation]
        found = [flaw_of(x) for x in step.results]
        if not any(found):
            if operations and _is_arithmetic(step):
                self._certain += operations
            return [None] * len(found)
        fault = (
            _first(operations) or self._fault_of(step, max(found)) or _first(faults) or self._fault_of_constant(step)
        )
        made = [_Mark(fault) if flaw else None for flaw in found]
        # A derivative that is not used was computed in passing. That what is used is finite is seen in the result.
        if fault.is_operation and not step.place.roles:
            self._unused.update([mark for mark in made if mark is not None])
        return made

    def fail(self, nodes: Sequence[ObserverNode | None]) -> None:
        self.failed += [mark.fault for mark in self._used(nodes) if mark.fault.is_operation]

    def blamed(self, results: Iterable[Any]) -> str | None:
        """The message about a call that returned these leaves, None if they are finite."""
        faults = [*self._certain, *[mark.fault for mark in self._unused]]
        unknown = False
        for leaf in results:
            mark = leaf.node.mark if isinstance(leaf, Variable) and isinstance(leaf.node, ObserverNode) else None
            if mark is not None and leaf.node.observer is self:
                faults.append(mark.fault)
            else:
                unknown = unknown or bool(flaw_of(leaf))
        if faults:
            return self.report(faults)
        return f"{self.where}: {_UNKNOWN}" if unknown else None

    def report(self, faults: Sequence[_Fault]) -> str:
        """The message about some faults: the first operation, or else the first value that was given."""
        fault = _first([fault for fault in faults if fault.is_operation]) or _first(faults)
        assert fault is not None
        return f"{self.where}: {fault.text}"

    def _used(self, nodes: Sequence[ObserverNode | None]) -> list[_Mark]:
        marks = [node.mark for node in nodes if node is not None and node.mark is not None]
        self._unused.difference_update(marks)
        return marks

    def _fault_of(self, step: Step, flaw: str) -> _Fault | None:
        """The fault of an operation, None if what it makes comes from its operands."""
        before = max(map(flaw_of, step.operands), default="")
        if before in (flaw, "nan") and not _makes_more(step):
            return None
        of = "infinite" if before == "inf" and flaw == "nan" else "finite"
        role = f"{step.place.role}," if step.place.roles else ""
        return self.fault(f"{step.name}{role} makes {flaw} of {of} operands\n{described(step)}", is_operation=True)

    def _fault_of_constant(self, step: Step) -> _Fault:
        i, flaw = next((i, flaw_of(x)) for i, x in enumerate(step.operands) if flaw_of(x))
        what = f"operand {i} of {step.name}{step.place.role}, a constant, has {flaw}"
        return self.fault(f"the result is not finite, because {what}\n{described(step)}", is_operation=False)


def _first(faults: Sequence[_Fault]) -> _Fault | None:
    return min(faults, key=lambda fault: fault.number, default=None)


def _is_arithmetic(step: Step) -> bool:
    """Whether what is not finite is computed with, rather than left out."""
    return isinstance(step.primitive, Elementwise) and not step.primitive.chooses


def _makes_more(step: Step) -> bool:
    """Whether an element of the result is not finite although those that it was computed of are."""
    if not isinstance(step.primitive, Elementwise) or any(isinstance(x, Variable) for x in step.operands):
        return False
    were_finite = [np.isfinite(x) for x in step.operands]
    return bool(
        np.any(np.logical_not(np.isfinite(step.results[0])) & np.all(np.broadcast_arrays(*were_finite), axis=0))
    )


def _marks_of_arguments(
    observer: _FiniteObserver,
    leaves: Sequence[Any],
    f: Callable[..., Any],
    args: tuple[Tree, ...],
    kwargs: Mapping[str, Any],
) -> list[_Mark | None]:
    """A mark for each leaf of the arguments that is not finite."""
    marks: list[_Mark | None] = [None] * len(leaves)
    for i, flaw in enumerate(map(flaw_of, leaves)):
        if flaw:
            label = argument_leaves(f, args, kwargs)[i].label
            text = f"the result is not finite, because {label} has {flaw}: {abridged(leaves[i])}"
            marks[i] = _Mark(observer.fault(text, is_operation=False))
    return marks
