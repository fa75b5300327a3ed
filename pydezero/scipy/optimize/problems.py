"""A call of a solver of SciPy's as an equation, and its report with Variables in it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
import scipy.optimize

from pydezero.core.foreign import check_on_host
from pydezero.core.types import Array
from pydezero.core.variable import Variable, bottom, is_numeric
from pydezero.functions.joining.nested import array
from pydezero.transforms.implicit.enclosing import enclosed_call
from pydezero.transforms.implicit.inverse import Inverse, dense_inverse, places_of
from pydezero.transforms.implicit.operation import Found, Problem, Together
from pydezero.transforms.implicit.solution import Guard, check_count, solution
from pydezero.tree import Tree, filled, flatten
from pydezero.units import units

# Any: to the stubs of SciPy an argument that is handed on is of no type that a function takes.
scipys: Final[Any] = scipy.optimize

# What SciPy returns has other attributes for each function and method.
ScipyReport: TypeAlias = Any

# From the guard of the user's functions, and the arguments of the problem as plain values, to SciPy's report.
Run: TypeAlias = Callable[..., ScipyReport]

_WHOLE: Final = (bool, int, np.bool, np.integer)


# What is to be written for a part of a report that is left out.
_INSTEAD: Final = {
    "hess_inv": "np.linalg.inv(pydezero.hessian(fun)(report.x, *args)) has one",
    "hess": "pydezero.hessian(fun)(report.x, *args) has one",
    "jac": "pydezero.jacobian(fun)(report.x, *args) has one",
}


class _LeftOut:
    """What stands for an attribute that is left out of a report: whoever computes with it is told why."""

    def __init__(self, name: str) -> None:
        instead = _INSTEAD.get(name, "a call without Variables, with pydezero.value(x) for each Variable x, reports it")
        self._why: str = f"{name}: of what SciPy has computed on its way there is no derivative; {instead}"

    def __repr__(self) -> str:
        return f"<{self._why}>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_why":
            raise AttributeError(name)
        raise AttributeError(self._why, name=name, obj=self)

    def _refuse(self, *_args: Any, **_kwargs: Any) -> Any:  # Any: whatever an operator or a function is given
        raise TypeError(self._why)

    __array__ = __array_ufunc__ = __array_function__ = __getitem__ = __len__ = __iter__ = __float__ = _refuse
    __add__ = __sub__ = __mul__ = __truediv__ = __matmul__ = __pow__ = __neg__ = __call__ = _refuse
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rmatmul__ = _refuse


@attrs.frozen(eq=False)
class Equation(Problem):
    """f(x, *params) = 0, as one call of a function of SciPy's solves it; the arguments are a start and the parameters.

    Attributes:
        where: the name for error messages.
        function: the function of x and the parameters.
        run: the call.
        x: the name of the solution in the report.
        success: the name of what says whether it is one.
        message: the name of what says why not.
        together: a solver for a batch of such equations for one number each.
        reports: what SciPy has reported of the last call, or of the last one that failed.
    """

    where: str
    function: Callable[..., Any]
    run: Run
    x: str = "x"
    success: str = "success"
    message: str = "message"
    together: Together | None = None
    reports: list[ScipyReport] = attrs.field(factory=list, init=False)

    def solved(self, args: Sequence[Tree]) -> tuple[Tree, Sequence[Array]]:
        """The solution, and beside it whether it is one, and the whole numbers in the report."""
        guard = Guard(self.where)
        report = guard.run(self.run, guard, *args)
        if not self.reports or not self._is_solved(report) or self._is_solved(self.reports[0]):
            self.reports[:] = [report]
        kept = [report[self.success], *whole_numbers(report).values()]
        return report[self.x], [np.asarray(x)[()] for x in kept]

    def _is_solved(self, report: ScipyReport) -> bool:
        return bool(np.all(report[self.success]))

    def check(self, kept: Sequence[Array]) -> None:
        """Raise a RuntimeError with SciPy's words if it has failed."""
        solved = np.asarray(bottom(kept[0]))
        if not np.all(solved):
            raise RuntimeError(
                f"{self.where} has found no solution{places_of(np.logical_not(solved))}, and what it returned has no "
                f"derivative: {self.reports[0].get(self.message)}"
            )

    def probed(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The value of the function at the solution: with Variables, if it refers to some."""
        leaves = numbers_in(enclosed_call(self.function, (unknown, *args[1]), {}))
        check_count(leaves, unknown, self.where)
        return leaves

    def residual(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The arrays that are zero at the solution."""
        return numbers_in(enclosed_call(self.function, (unknown, *args[1]), {}))

    def x_of(self, unknown: Tree) -> Array:
        """The solution that SciPy reports."""
        return unknown

    def inverse(self, found: Found, unknown: Sequence[Array], args: Sequence[Tree]) -> Inverse:
        """The inverse of the derivative of the residual with respect to the unknown."""

        def of_unknown(leaves: list[Array]) -> list[Array]:
            return self.residual(filled(found.template, leaves), args)

        return dense_inverse(of_unknown, unknown, found.captured, self.where)


def whole_numbers(report: Mapping[str, Any]) -> dict[str, Any]:
    """The whole numbers of SciPy's report: counts, a status, which bounds are active.

    The last are floats in SciPy; and an approximate Hessian is of integers before its first update.
    """
    return {name: x for name, x in report.items() if name == "active_mask" or (_is_whole(x) and name != "hess_inv")}


def _is_whole(x: Any) -> bool:
    return isinstance(x, _WHOLE) or (isinstance(x, np.ndarray) and x.dtype.kind in "biu")


def numbers_in(returned: Tree) -> list[Array]:
    """The arrays and numbers that a function of the user's returned."""
    return [leaf for leaf in flatten(returned) if is_numeric(leaf)]


def result(problem: Equation, args: Sequence[Tree], others: Callable[[Any], Mapping[str, Any]]) -> ScipyReport:
    """SciPy's report; with Variables it has the solution, the others that are computed of it, words and whole numbers.

    What else SciPy reports (an approximate inverse of the Hessian, a factor of the Jacobian) would have derivatives
    that nobody computes, and is left out then.
    """
    check_start(problem, args)
    outcome = solution(problem, args)
    report = problem.reports[0]
    if outcome.is_plain:
        return report
    x = problem.x_of(outcome.unknown)
    return reported(report, {problem.x: x, **others(x)}, outcome.kept)


def check_start(problem: Equation, args: Sequence[Tree]) -> None:
    """Raise a TypeError if where it starts, or a parameter, is on another device, or where it starts has a unit."""
    check_on_host(map(bottom, flatten(args[0])), f"{problem.where}: where it starts")
    parameters = [leaf for leaf in flatten(tuple(args[1:])) if type(leaf) is Variable]
    check_on_host(map(bottom, parameters), f"{problem.where}: a parameter")
    if any(unit is not None for unit in units(args[0])):
        raise TypeError(
            f"{problem.where}: where it starts has a unit, which SciPy would drop; pass x.magnitude, and let the "
            "function give it the unit again"
        )


def reported(report: ScipyReport, computed: Mapping[str, Any], kept: Sequence[Array]) -> ScipyReport:
    """A report like SciPy's, of what is computed of the solution, and SciPy's words and whole numbers.

    What is kept begins with the success and the whole numbers; a problem may keep more.
    """
    counts = {name: _plain(count) for name, count in zip(whole_numbers(report), kept[1:], strict=False)}
    words = {key: word for key, word in report.items() if isinstance(word, str)}
    found = {**computed, **words, **counts}
    made = copy.copy(report)
    made.clear()
    made.update(found)
    # The names are no keys, and as attributes they tell what to write.
    vars(made).update({name: _LeftOut(name) for name in report if name not in found})
    return made


def _plain(x: Array) -> Any:
    return x.item() if isinstance(x, np.generic) else x


def parameters(args: Any) -> tuple[Any, ...]:
    """The parameters that SciPy passes on to a function."""
    return args if isinstance(args, tuple) else (args,)


def refuse(where: str, **arguments: Any) -> None:
    """Raise a TypeError if there is a Variable in an argument that has no derivative."""
    for name, x in arguments.items():
        if any(type(leaf) is Variable for leaf in flatten(x)):
            raise TypeError(
                f"{where}: {name} has no derivative, and is given a Variable; pass pydezero.value({name}), or "
                "pydezero.stop_gradient(x) of what it is computed from"
            )


def given(**arguments: Any) -> dict[str, Any]:
    """The arguments that are not None, which is the default of SciPy's in every version that has them."""
    return {name: x for name, x in arguments.items() if x is not None}


def guarded(guard: Guard, function: Any) -> Any:
    """A function of the user's as SciPy may call it; what is no function (a word, a flag) is SciPy's own."""
    return guard.of(function) if callable(function) and not isinstance(function, type) else function


def first_of(function: Callable[..., Any]) -> Callable[..., Any]:
    """The value of a function that returns its derivative beside it."""

    def value(*args: Any) -> Any:
        return function(*args)[0]

    return value


def as_array(returned: Any) -> Array:
    """The result of a function of the user's, as an array where it is a list."""
    return array(returned) if isinstance(returned, list | tuple) else returned
