"""The rules by which `check_finite` finds the operation that is the cause of a value that is not finite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs

_UNKNOWN: Final = (
    "the result is not finite, but no operation on an argument made it so; what is computed of integers or of "
    "constants alone is not looked at: pass what is to be looked at as an argument, as floats"
)


@attrs.frozen(eq=False)
class Fault:
    """The first place of a value that is not finite: an operation, or an argument or constant that was given to one."""

    number: int
    is_operation: bool
    text: str


@attrs.frozen(eq=False)
class Mark:
    """The mark on a value that is not finite. Each value has its own, so that it can be crossed out."""

    fault: Fault


@attrs.frozen(eq=False)
class Look:
    """The observation of an operation.

    Attributes:
        name: its name.
        role: of which derivative it is a part, as the end of a phrase, "" for what the user's line computes.
        is_arithmetic: whether it computes with what is not finite, rather than leaves it out.
        before, after: what is not finite in each operand, and in each result: "nan", "inf", or "".
        makes_more: whether an element of the result is not finite although those that it was computed of are.
        text: the place, the operands and the results.
    """

    name: str
    role: str
    is_arithmetic: bool
    before: Sequence[str]
    after: Sequence[str]
    makes_more: Callable[[], bool]
    text: Callable[[], str]


class Judge:
    """The state of the search so far.

    A nan goes from operation to operation, and with it the fault. The fault is done with when a choice leaves it out;
    it is certain when it arrives in a result, when nothing was done with a value any more (the value of f beside its
    gradient), or when arithmetic hides it (1 / inf is 0).
    """

    def __init__(self, where: str) -> None:
        self.where: Final = where
        self._certain: list[Fault] = []
        self._unused: set[Mark] = set()
        self._count = 0

    def copy(self) -> Judge:
        """One that has found the same, and goes on by itself."""
        other = Judge(self.where)
        other._certain = list(self._certain)
        other._unused = set(self._unused)
        other._count = self._count
        return other

    def fault(self, text: str, *, is_operation: bool) -> Fault:
        """A fault that comes after all before."""
        self._count += 1
        return Fault(self._count, is_operation, text)

    def given(self, label: str, flaw: str, text: str) -> Mark:
        """The mark on an argument that is not finite."""
        said = f"the result is not finite, because {label} has {flaw}: {text}"
        return Mark(self.fault(said, is_operation=False))

    def used(self, marks: Iterable[Mark]) -> list[Mark]:
        """The marks on operands, which are used now."""
        found = list(marks)
        self._unused.difference_update(found)
        return found

    def looked(self, look: Look, used: Sequence[Mark]) -> list[Mark | None]:
        """The marks on the results of an operation, from those on its operands."""
        faults = [mark.fault for mark in used]
        operations = [fault for fault in faults if fault.is_operation]
        if not any(look.after):
            if operations and look.is_arithmetic:
                self._certain += operations
            return [None] * len(look.after)
        fault = (
            first(operations) or self._fault_of(look, max(look.after)) or first(faults) or self._fault_of_constant(look)
        )
        made = [Mark(fault) if flaw else None for flaw in look.after]
        # A derivative that is not used was computed in passing. That what is used is finite is seen in the result.
        if fault.is_operation and not look.role:
            self._unused.update([mark for mark in made if mark is not None])
        return made

    def verdict(self, marks: Iterable[Mark], *, has_unknown: bool) -> str | None:
        """The message about results with these marks, None if they are finite.

        `has_unknown`: whether a result that has no mark is not finite.
        """
        faults = [*self._certain, *[mark.fault for mark in self._unused], *[mark.fault for mark in marks]]
        if faults:
            return self.report(faults)
        return f"{self.where}: {_UNKNOWN}" if has_unknown else None

    def report(self, faults: Sequence[Fault]) -> str:
        """The message about some faults: the first operation, or else the first value that was given."""
        fault = first([fault for fault in faults if fault.is_operation]) or first(faults)
        assert fault is not None
        return f"{self.where}: {fault.text}"

    def _fault_of(self, look: Look, flaw: str) -> Fault | None:
        """The fault of an operation, None if what it makes comes from its operands."""
        before = max(look.before, default="")
        if before in (flaw, "nan") and not look.makes_more():
            return None
        of = "infinite" if before == "inf" and flaw == "nan" else "finite"
        role = f"{look.role}," if look.role else ""
        return self.fault(f"{look.name}{role} makes {flaw} of {of} operands\n{look.text()}", is_operation=True)

    def _fault_of_constant(self, look: Look) -> Fault:
        i, flaw = next((i, flaw) for i, flaw in enumerate(look.before) if flaw)
        what = f"operand {i} of {look.name}{look.role}, a constant, has {flaw}"
        return self.fault(f"the result is not finite, because {what}\n{look.text()}", is_operation=False)


def first(faults: Sequence[Fault]) -> Fault | None:
    """The first of some faults, None of none."""
    return min(faults, key=lambda fault: fault.number, default=None)
