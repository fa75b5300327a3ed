"""`sparse_jacobian`: the Jacobian as a sparse array, by as many products as it has colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from pydezero.transforms.boundary.arguments import check_flag, check_function, kept_argnums
from pydezero.transforms.boundary.description import Returned, always
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.jacobians.basis import Basis
from pydezero.transforms.jacobians.modes import begin_task
from pydezero.transforms.sparse.colouring.colour import bicoloured, colour
from pydezero.transforms.sparse.colouring.record import Colouring, Kind
from pydezero.transforms.sparse.pattern.application import Run
from pydezero.transforms.sparse.pattern.pattern import Pattern
from pydezero.transforms.sparse.pattern.sparsity import pattern_with_basis
from pydezero.transforms.sparse.prepare import (
    GivenPattern,
    Sides,
    check_for_scipy,
    check_no_units,
    check_scipy,
    given_pattern,
    prepared,
)
from pydezero.transforms.sparse.prepared import PreparedDerivative
from pydezero.transforms.sparse.signatures import sparse_derivative

SparseMode: TypeAlias = Literal["forward", "reverse", "both"] | None

_KINDS: Final[dict[str, Kind]] = {"forward": "columns", "reverse": "rows", "both": "both"}
# With fewer colours than this, columns or rows alone are as good as both.
_FEW: Final = 12

_JACOBIAN: Final = Returned("The Jacobian of {f} with respect to {x}, as a sparse array of SciPy.", always(Any))


@sparse_derivative
def sparse_jacobian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    mode: SparseMode = None,
    *,
    pattern: GivenPattern | None = None,
    holomorphic: bool = False,
) -> Any:
    """A function that returns the Jacobian of f as a `scipy.sparse.csr_array`.

    Which elements may be other than zero is found by `sparsity`. Columns (or rows) without an element in common are
    computed as one product of the Jacobian with their sum, so that a banded Jacobian takes as many products as it has
    diagonals, however large it is. All products are computed in one batch.

    `sparse_jacobian(f).prepare(*args)` finds the pattern and the colours once, for many evaluations: it returns a
    `PreparedDerivative`, a function of the same arguments, with other values. If f is compiled by `jit`, the products
    of a prepared derivative are compiled as one program.

    Args:
        f: a function that returns an array or a number, or a container of them (see `pydezero.tree`).
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions.
        mode: "forward" computes products with columns, "reverse" those with rows, "both" some of each, which takes the
            fewest where some rows and some columns are full. None takes the mode with the fewest products.
        pattern: the elements that may be other than zero, if they are known: a `Pattern`, or a matrix in which they are
            not zero, dense or of `scipy.sparse`. Its rows are the elements of the result, its columns those of the
            argument, in C order.
        holomorphic: f is a holomorphic function of complex arguments.

    Returns:
        A function with the arguments of f that returns a fresh array with a row for each element of the result and a
        column for each element of the argument, both in C order; a number is one element. It has an element for each
        place of the pattern, also where that is zero. Of a container there is a block for each pair of arrays: a
        container like the result, of containers like the argument. For a tuple of argnums, tuples of these. Called with
        Variables it returns a `pydezero.scipy.sparse.SparseArray`, and so can be differentiated in turn.

    Raises:
        TypeError: f is not callable; (when called) as `jacobian`.
        EscapeError: (when called; a TypeError) inside of `vmap`, `jit` or `trace`, where a pattern is not to be found;
            what `prepare` returns may be called there.
        ValueError: mode is none of these; (when called) the pattern has another shape than the Jacobian, or does not
            cover it, as a product with a random vector shows.
        ImportError: (when called) SciPy is not installed: pip install 'pydezero[sparse]'.

    >>> import numpy as np
    >>> J = sparse_jacobian(lambda x: x[1:] ** 2 - x[:-1])(np.array([1.0, 2.0, 3.0, 4.0]))
    >>> J.toarray()
    array([[-1.,  4.,  0.,  0.],
           [ 0., -1.,  6.,  0.],
           [ 0.,  0., -1.,  8.]])
    >>> prepared = sparse_jacobian(lambda x: np.diff(x**3)).prepare(np.zeros(1000))
    >>> prepared
    <prepared sparse_jacobian(<lambda>): 999 x 1000, 1998 nonzeros, products: 2 by columns>
    >>> prepared(np.ones(1000)).data[:4]
    array([-3.,  3., -3.,  3.])
    """
    where = check_function(f, "sparse_jacobian")
    check_flag(where, "holomorphic", holomorphic)
    argnums = kept_argnums(argnums, where)
    if mode is not None and mode not in _KINDS:
        raise ValueError(f"{where}: mode must be 'forward', 'reverse', 'both' or None, got {mode!r}")

    def prepare(*args: Any, **kwargs: Any) -> PreparedDerivative[..., Any]:
        check_scipy(where)
        with begin_task(f, args, kwargs, argnums, where, holomorphic=holomorphic) as task:
            try:
                check_for_scipy(task, where, "jacobian(f)")
                if pattern is None:
                    found, outside = pattern_with_basis(task, lambda trees: task.evaluate(trees)[0], Run("local"))
                else:
                    outside, _ = task.evaluate(task.lifted.trees)
            finally:
                task.level.finished = where
            check_no_units(outside, where, "jacobian(f)")
            sides = Sides(_shapes(task.inside), _shapes(outside), task.lifted.template, outside.template)
            is_complex = (task.inside.are_any_complex, outside.are_any_complex)
        if pattern is not None:
            found = given_pattern(pattern, sides.shape, where)
        mixes = is_complex[0] != is_complex[1] and not holomorphic
        chosen = mode or (("reverse" if is_complex[0] else "forward") if mixes else None)
        return prepared(
            f,
            argnums,
            where,
            sides,
            found,
            _coloured(found, chosen),
            holomorphic=holomorphic,
            mixes_complex=mixes,
        )

    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        return prepare(*args, **kwargs)(*args, **kwargs)

    made = transformed(
        jacobian_of, sparse_jacobian, f, argnums, mode, pattern=pattern, holomorphic=holomorphic, result=_JACOBIAN
    )
    made.__dict__["prepare"] = prepare
    return made


def _coloured(pattern: Pattern, mode: SparseMode) -> Colouring:
    """The colouring for a mode, for None the one with the fewest colours; columns before rows before both."""
    if mode is not None:
        return colour(pattern, _KINDS[mode])
    # The fullest row and column: fewer colours of columns, or of rows, there cannot be.
    bounds: dict[Kind, int] = {
        "columns": int(np.diff(pattern.indptr).max(initial=0)),
        "rows": int(np.bincount(pattern.indices).max(initial=0)),
    }
    kinds = sorted(bounds, key=lambda kind: bounds[kind])
    best: Colouring | None = None
    if bounds[kinds[0]] > _FEW:
        both = bicoloured(pattern, None)
        best = both if 2 * both.number <= bounds[kinds[0]] else None
    for kind in kinds:
        if best is None or bounds[kind] < best.number:
            found = colour(pattern, kind)
            best = found if best is None or found.number < best.number else best
    assert best is not None
    return best


def _shapes(basis: Basis) -> tuple[tuple[int, ...], ...]:
    return tuple([x.shape for x in basis.arrays])
