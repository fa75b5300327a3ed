"""Patterns of all rows of the function tables: never too small, and how much too large, per function.

`python -m tests.transforms.sparse.patterns` goes through all rows, and writes `docs/sparsity_table.md`; with words it
goes through the rows whose names have one of them.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import grad, linearize
from pydezero.core.operators import EscapeError
from pydezero.transforms.sparse.pattern.pattern import Pattern, Scope
from pydezero.transforms.sparse.pattern.sparsity import hessian_sparsity, sparsity
from tests.functions.case import Array, ArrayCallable, Call, generator
from tests.functions.cases import CALLS
from tests.fuzz.rows import total
from tests.versions import is_there

PAGE: Final = Path(__file__).parents[3] / "docs" / "sparsity_table.md"

# What is smaller than the largest element by so much is rounding.
_ROUNDING: Final = 1e-11

# How far the arguments are moved to see whether a pattern holds nearby, too.
_NEAR: Final = 1e-5

Mask = NDArray[np.bool]


def nonzeros(f: ArrayCallable, xs: Sequence[Array]) -> Mask:
    """Where the derivative of each element of the result by each element of the arguments is other than zero."""
    y, push = linearize(f, *xs)
    columns = []
    for i, x in enumerate(xs):
        for k in range(x.size):
            column: Any = 0.0
            for unit in (1.0, 1j) if x.dtype.kind == "c" else (1.0,):
                tangents = [np.zeros_like(z) for z in xs]
                tangents[i].flat[k] = unit
                column = column + np.abs(flat(push(*tangents)))
            columns.append(column)
    matrix = np.stack(columns, axis=1) if columns else np.zeros((flat(y).size, 0))
    finite = matrix[np.isfinite(matrix)]
    return np.asarray(~(matrix <= _ROUNDING * np.max(finite, initial=0.0)))


def flat(y: Any) -> Array:
    """The elements of a result, which may be a list or tuple."""
    parts = list(y) if isinstance(y, list | tuple) else [y]
    return np.concatenate([np.zeros(0), *[np.ravel(np.asarray(part)) for part in parts]])


@attrs.frozen(eq=False)
class Outcome:
    """What was found of a call: its patterns, None where there is none, and the nonzeros that they are to cover."""

    call: Call
    local: Pattern
    everywhere: Pattern | None
    here: Mask
    union: Mask


def outcome(call: Call) -> Outcome:
    """The patterns of a call.

    Raises:
        AssertionError: one of them is too small.
    """
    case = call.case
    values = case.draw()
    f = call.of(case.through_numpy, values)
    xs = [values[i] for i in call.positions]
    local = found(f, xs, "local")
    near = [x * (1 + _NEAR * generator(f"near {case.name}").uniform(-1, 1, x.shape)) for x in xs]
    here = nonzeros(f, xs)
    for place, mask in (("here", here), ("nearby", nonzeros(f, near))):
        assert_covered(local, mask, f"{call}: local, {place}")
    union = here.copy()
    try:
        everywhere = None if case.shaped_by_values else found(f, xs, "global")
    except EscapeError:
        everywhere = None
    if everywhere is not None:
        for other in others(call):
            mask = nonzeros(f, other)
            if mask.shape == union.shape:
                assert_covered(everywhere, mask, f"{call}: global")
                union |= mask
    return Outcome(call, local, everywhere, here, union)


def found(f: ArrayCallable, xs: Sequence[Array], scope: Scope) -> Pattern:
    """The pattern of a function by all of its arguments."""
    return sparsity(f, tuple(range(len(xs))), scope=scope)(*xs)


def others(call: Call) -> Iterator[list[Array]]:
    """The arguments with their elements in other orders."""
    values = call.case.draw()
    yield [values[i] for i in call.positions]
    for k in range(2):
        rng = generator(f"{k} {call.case.name}")
        if call.case.is_complex or any(values[i].ndim > 1 for i in call.positions):
            yield [values[i] + 0.0 for i in call.positions]
        else:
            yield [rng.permutation(values[i].ravel()).reshape(values[i].shape) for i in call.positions]


def assert_covered(pattern: Pattern, mask: Mask, what: str) -> None:
    """Raise unless all nonzeros are in the pattern."""
    dense = pattern.toarray()
    assert dense.shape == mask.shape, f"{what}: a pattern of shape {dense.shape} for a matrix of shape {mask.shape}"
    missing = np.argwhere(mask & ~dense)
    assert not len(missing), f"{what}: {len(missing)} nonzeros are not in the pattern, the first at {missing[0]}"


def outcomes(calls: Sequence[Call]) -> Iterator[Outcome | str]:
    """What was found of each call, or what is wrong with it."""
    for call in calls:
        if call.case.needs and not is_there(call.case.needs):
            continue
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                yield outcome(call)
            except Exception as error:
                yield f"{call}: {type(error).__name__}: {error}"


def curved(call: Call) -> tuple[Pattern, Mask]:
    """The pattern of the Hessian of a sum of the results of a call, and the nonzeros.

    Raises:
        AssertionError: the pattern is too small.
    """
    values = call.case.draw()
    f = call.of(call.case.through_numpy, values)
    xs = [values[i] for i in call.positions]

    def summed(*arguments: Any) -> Any:
        y = f(*arguments)
        parts = list(y) if isinstance(y, list | tuple) else [y]
        return sum([total(part) for part in parts], 0.0 * total(arguments[0]))

    argnums = tuple(range(len(xs)))
    mask = nonzeros(lambda *arguments: list(grad(summed, argnums)(*arguments)), xs)
    pattern = hessian_sparsity(summed, argnums)(*xs)
    assert_covered(pattern, mask, f"{call}: Hessian")
    return pattern, mask


def function_of(call: Call) -> str:
    """The name of the function that a row is of."""
    operator = re.search(r"\b__\w+__\b", call.case.name)
    return operator[0] if operator else re.split(r"[ \[(]", call.case.name)[0].replace("np.", "")


def calls_of(names: Collection[str] | None = None) -> dict[str, list[Call]]:
    """The calls by the function that they are of, of all functions or of some."""
    found: dict[str, list[Call]] = {}
    for call in CALLS:
        if names is None or function_of(call) in names:
            found.setdefault(function_of(call), []).append(call)
    return found


@attrs.frozen
class Share:
    """How much of the patterns of a function is other than zero, in percent, near the arguments and for all of them."""

    local: int
    everywhere: int | None


def share(results: Sequence[Outcome]) -> Share:
    """The share of what was found of the calls of a function."""
    known = [(x.everywhere, x.union) for x in results if x.everywhere is not None]
    return Share(
        _percent([(x.local, x.here) for x in results]),
        _percent(known) if known else None,
    )


def _percent(pairs: Sequence[tuple[Pattern, Mask]]) -> int:
    size = sum([pattern.nnz for pattern, _ in pairs])
    return int(100 * sum([int(mask.sum()) for _, mask in pairs]) / size) if size else 100


_HEAD: Final = """# How tight patterns are

Made by `python -m tests.transforms.sparse.patterns`, which finds the pattern of each row of the tables of functions
that the tests check, and sees that it is never too small. What [Sparse derivatives](sparse.md) says of patterns is
measured here: the part of a pattern that is other than zero at the arguments of the tests, in percent, over all rows of
a function and all its arguments. A `local` pattern is for these arguments; a `global` one for all, and compared with
what was found at several.

Exact, in both scopes, are the patterns of: {exact}.

| function | local | global |
|---|---:|---:|
{table}

Where the shape of the result depends on values, there is no global pattern.
"""


def line(name: str, of: Share) -> str:
    """The line of a function in the table."""
    return f"| `{name}` | {of.local} | {'-' if of.everywhere is None else of.everywhere} |"


def page(shares: Mapping[str, Share]) -> str:
    """The page, as Markdown."""
    exact = [name for name, of in shares.items() if of == Share(100, 100)]
    others = [line(name, of) for name, of in sorted(shares.items()) if of != Share(100, 100)]
    return _HEAD.format(exact=", ".join([f"`{name}`" for name in sorted(exact)]), table="\n".join(others))


def main(words: Sequence[str]) -> int:
    """Go through the calls whose names have one of the words, or all; the status is 1 if a pattern is too small."""
    chosen = {
        name: [call for call in calls if not words or any(word in str(call) for word in words)]
        for name, calls in calls_of().items()
    }
    found = {name: list(outcomes(calls)) for name, calls in chosen.items() if calls}
    failures = [x for results in found.values() for x in results if isinstance(x, str)]
    print("\n".join([*failures, f"{len(failures)} failures"]))
    shares = {name: share([x for x in results if isinstance(x, Outcome)]) for name, results in found.items()}
    if words:
        print("\n".join([line(name, of) for name, of in shares.items()]))
    elif not failures:
        PAGE.write_text(page(shares), encoding="utf-8")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
