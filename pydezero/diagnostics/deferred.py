"""`check_finite` of arrays that are computed later: it records what it sees, and judges when the result is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import attrs

from pydezero.core.bind import bind
from pydezero.core.foreign import is_delayed
from pydezero.core.level import DELAYED
from pydezero.core.primitive import Elementwise, Linear, define
from pydezero.core.types import Array
from pydezero.core.variable import Variable, bottom
from pydezero.diagnostics.describe import abridged, described, flaw_of, is_arithmetic
from pydezero.diagnostics.faults import Judge, Look, Mark
from pydezero.diagnostics.observer import Step
from pydezero.lazy import load

_FLAWS: Final = ("", "inf", "nan")  # by their codes


@attrs.frozen
class Later:
    """The mark on a value that is computed later: a result of a record."""

    record: int
    place: int


@attrs.frozen(eq=False)
class _Given:
    """An argument. `flaw` is the number of a code."""

    label: str
    text: str
    flaw: int

    def judged(self, judge: Judge, codes: Sequence[int], made: Mapping[Later, Mark | None]) -> list[Mark | None]:  # noqa: ARG002  # as of an operation
        flaw = _FLAWS[codes[self.flaw]]
        return [judge.given(self.label, flaw, self.text) if flaw else None]


@attrs.frozen(eq=False)
class _Seen:
    """An operation. A flaw that is not known is the number of a code."""

    name: str
    role: str
    is_arithmetic: bool
    text: str
    marks: Sequence[Mark | Later]
    before: Sequence[int | str]
    after: Sequence[int | str]
    more: int | None

    def judged(self, judge: Judge, codes: Sequence[int], made: Mapping[Later, Mark | None]) -> list[Mark | None]:
        before, after = ([_flaw(x, codes) for x in flaws] for flaws in (self.before, self.after))
        more = self.more is not None and bool(codes[self.more])
        look = Look(
            self.name, self.role, self.is_arithmetic, before, after, partial(bool, more), partial(str, self.text)
        )
        return judge.looked(look, judge.used(_marks(self.marks, made)))


class Deferred:
    """The record of a call: operations and arguments, and the codes that Dask is told to compute for them."""

    def __init__(self) -> None:
        self._records: list[_Given | _Seen] = []
        self._codes: list[Any] = []
        self._of_arrays: dict[str, int] = {}  # the numbers of their codes, by the names that arrays have in Dask

    def given(self, label: str, leaf: Any) -> Later:
        """The mark on an argument."""
        flaw = self._flaw(leaf)
        assert isinstance(flaw, int)
        self._records.append(_Given(label, abridged(leaf), flaw))
        return Later(len(self._records) - 1, 0)

    def seen(self, step: Step, marks: Sequence[Mark | Later]) -> list[Later]:
        """The marks on the results of an operation."""
        before, after = (list(map(self._flaw, values)) for values in (step.operands, step.results))
        self._records.append(
            _Seen(
                step.name,
                step.place.role,
                is_arithmetic(step),
                described(step),
                marks,
                before,
                after,
                self._more(step),
            )
        )
        return [Later(len(self._records) - 1, place) for place in range(len(after))]

    def trial(
        self, judge: Judge, results: Sequence[Any], marks: Sequence[Mark | Later | None]
    ) -> Callable[[Array], Array] | None:
        """The function of a result that is computed later, which raises if one of them is not finite; None for none."""
        later = [i for i, x in enumerate(results) if is_later(x)]
        if not later:
            return None
        flaws = [(marks[i], self._flaw(results[i])) for i in later]
        judged = _Trial(judge.copy(), tuple(self._records), flaws)
        return partial(_after, load("pydezero.arrays.dask", "verdict")(judged, self._codes))

    def _flaw(self, x: Any) -> int | str:
        x = bottom(x)
        if not is_delayed(x):
            return flaw_of(x)
        if x.dtype.kind not in "fc":
            return ""
        if x.name not in self._of_arrays:
            self._of_arrays[x.name] = self._code("flaw_code", x)
        return self._of_arrays[x.name]

    def _more(self, step: Step) -> int | None:
        if not isinstance(step.primitive, Elementwise) or any(map(_is_inside, (*step.operands, *step.results))):
            return None
        return self._code("more_code", bottom(step.results[0]), *map(bottom, step.operands))

    def _code(self, function: str, *xs: Any) -> int:
        self._codes.append(load("pydezero.arrays.dask", function)(*xs))
        return len(self._codes) - 1


@attrs.frozen(eq=False)
class _Trial:
    """The outcome that is computed once for a call from the codes: nothing, or an error."""

    judge: Judge
    records: Sequence[_Given | _Seen]
    results: Sequence[tuple[Mark | Later | None, int | str]]

    def __call__(self, codes: Sequence[int]) -> bool:
        judge, made = self.judge.copy(), dict[Later, Mark | None]()
        for number, record in enumerate(self.records):
            for place, mark in enumerate(record.judged(judge, codes, made)):
                made[Later(number, place)] = mark
        unknown = any(mark is None and _flaw(flaw, codes) for mark, flaw in self.results)
        found = judge.verdict(_marks([mark for mark, _ in self.results], made), has_unknown=unknown)
        if found is not None:
            raise FloatingPointError(found)
        return True


def is_later(x: Any) -> bool:
    """Whether a value, or what is under a Variable, is computed later."""
    return is_delayed(bottom(x))


def released(x: Any, trial: Callable[[Array], Array]) -> Any:
    """A result, which if it is computed later is so after the trial."""
    return trial(x) if is_later(x) else x


def _flaw(x: int | str, codes: Sequence[int]) -> str:
    return x if isinstance(x, str) else _FLAWS[codes[x]]


def _marks(marks: Sequence[Mark | Later | None], made: Mapping[Later, Mark | None]) -> list[Mark]:
    found = [made[mark] if isinstance(mark, Later) else mark for mark in marks]
    return [mark for mark in found if mark is not None]


def _is_inside(x: Any) -> bool:
    """Whether x is a Variable of a transform around, and not just a Dask array as one of the lowest level."""
    return isinstance(x, Variable) and x.node.level != DELAYED


def _after(verdict: Any, x: Array) -> Array:
    out: Array = bind(_after_p, x, verdict=verdict)
    return out


def _unchanged(x: Array, verdict: Any) -> Array:  # noqa: ARG001  # Dask is told otherwise
    return x


_after_p: Final[Linear] = define(
    Linear,
    "after_verdict",
    _unchanged,
    lambda g: g,
    batch=lambda batched, x, verdict: bind(_after_p, x, verdict=verdict),  # noqa: ARG005  # as all batch rules
)
