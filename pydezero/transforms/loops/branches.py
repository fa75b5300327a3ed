"""The branches of a choice as graphs, which take and give the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.bind import is_weak
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric, next_order
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.loops.body import Body, BodyRecorder, Recorded
from pydezero.transforms.loops.carry import Loop, as_dtype, as_operand, described, dtype_of, listed
from pydezero.transforms.loops.levels import recorder_below
from pydezero.transforms.loops.stacking import example_of
from pydezero.transforms.staging.recorder import Recorder
from pydezero.tree import Tree, filled, flatten, paths, same_structure, separate

Branches = Sequence[Callable[..., Any]]


@attrs.frozen(eq=False)
class FoundBranches:
    """Branches as bodies, what they capture, all of them together, and the container of what each of them gives.

    `users` has the first branch that captures each of these. What a branch has computed of captured values alone was
    made since `start`, and no other branch captures it. `weak` says which arrays of
    the result are numbers in all of them.
    """

    bodies: tuple[Body, ...]
    captured: list[Variable]
    users: list[int]
    start: int
    template: Tree
    weak: list[bool]


def recorded_branches(
    loop: Loop, branches: Branches, template: Tree, arrays: Sequence[Array], outer: Recorder
) -> FoundBranches:
    """Record all branches of a choice in a record, for operands like these."""
    start = next_order()
    records, results = _recorded(loop, branches, template, arrays, outer, None)
    weak = all_weak(results)
    dtypes = _dtypes(results)
    if _same_length(results) and any(
        dtype_of(x) != dtype for result in results for x, dtype in zip(_arrays(result), dtypes, strict=False)
    ):
        for recorder in {recorder_below(*record.captured) for record in records} - {None}:
            recorder.forget(start)  # type: ignore[union-attr]  # None is not among them
        records, results = _recorded(loop, branches, template, arrays, outer, dtypes)
    check_alike(loop, branches, results)
    found: dict[int, tuple[Variable, int]] = {}
    for i, record in enumerate(records):
        for x in record.captured:
            found.setdefault(id(x), (x, i))
    captured, users = [x for x, _ in found.values()], [i for _, i in found.values()]
    bodies = tuple([record.closed(captured) for record in records])
    return FoundBranches(bodies, captured, users, start, separate(results[0], is_numeric)[0], weak)


def _recorded(
    loop: Loop,
    branches: Branches,
    template: Tree,
    arrays: Sequence[Array],
    outer: Recorder,
    dtypes: Sequence[np.dtype[Any]] | None,
) -> tuple[list[Recorded], list[Tree]]:
    """The records of the branches and their results, in which numbers have these dtypes."""
    examples = [example_of(as_operand(x)) for x in arrays]
    weak = list(map(is_weak, arrays))
    results: list[Tree] = []

    def recorded(branch: Callable[..., Any]) -> Recorded:
        def function(values: Sequence[Array]) -> list[Any]:
            result = branch(*filled(template, values))
            if dtypes is not None:
                result = _in_dtypes(result, dtypes)
            results.append(result)
            return _arrays(result)

        recorder = BodyRecorder(name_of(branch), Loop(loop.name, branch).label, outer)
        return recorder.run(function, examples, weak)

    return [recorded(branch) for branch in branches], results


def _arrays(result: Tree) -> list[Any]:
    return [leaf for leaf in flatten(result) if is_numeric(leaf)]


def _dtypes(results: Sequence[Tree]) -> list[np.dtype[Any]]:
    """The dtype of each array of the results: that of a branch in which it is no Python number, if there is one."""
    found = []
    for column in zip(*map(_arrays, results), strict=False):
        strong = [dtype_of(x) for x in column if not is_weak(x)]
        found.append(strong[0] if strong else np.result_type(*map(dtype_of, column)))
    return found


def _in_dtypes(result: Tree, dtypes: Sequence[np.dtype[Any]]) -> Tree:
    """A result in which Python numbers have these dtypes, as far as they take them where they meet."""
    template, arrays = separate(result, is_numeric)
    return filled(template, [as_dtype(x, dtype) if is_weak(x) else x for x, dtype in zip(arrays, dtypes, strict=False)])


def settled(results: Sequence[Tree]) -> list[Tree]:
    """The results of the branches, with the Python numbers among them in the dtypes that other branches give."""
    dtypes = _dtypes(results)
    return [_in_dtypes(result, dtypes) for result in results] if _same_length(results) else list(results)


def all_weak(results: Sequence[Tree]) -> list[bool]:
    """For each array of the results whether it is a Python number in all branches, as what is chosen is one then."""
    return [all(map(is_weak, column)) for column in zip(*map(_arrays, results), strict=False)]


def _same_length(results: Sequence[Tree]) -> bool:
    """Whether the results have as many arrays, without which they are not alike."""
    return len({len(_arrays(result)) for result in results}) == 1


def check_alike(loop: Loop, branches: Branches, results: Sequence[Tree]) -> None:
    """Raise a TypeError, which shows both leaf by leaf, unless all branches give the same shapes and dtypes."""
    first = results[0]
    for branch, result in zip(branches[1:], results[1:], strict=True):
        pair = f"{loop.place} and {Loop(loop.name, branch).place}"
        if not same_structure(first, result):
            rows = [f"    {name_of(branches[0])}:", *listed(first), f"    {name_of(branch)}:", *listed(result)]
        elif all(described(a) == described(b) for a, b in zip(flatten(first), flatten(result), strict=True)):
            continue
        else:
            rows = [
                f"    result{path}: {described(a)}" + ("" if described(a) == described(b) else f", and {described(b)}")
                for path, a, b in zip(paths(first), flatten(first), flatten(result), strict=True)
            ]
        raise TypeError(
            f"{users_line()}: {loop.name}: {pair} must return the same structure, shapes and dtypes, as both are "
            "computed, or one of them later, in the place of the other" + "\n".join(["", *rows])
        )
