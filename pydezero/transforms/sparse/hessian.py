"""`sparse_hessian`: the Hessian as a sparse array, by as many products as it has colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

import numpy as np

from pydezero.transforms.boundary.arguments import check_function, kept_argnums
from pydezero.transforms.boundary.description import Returned, always
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.jacobians.hessian import check_real
from pydezero.transforms.jacobians.modes import begin_task
from pydezero.transforms.reverse.grad import differentiated, grad
from pydezero.transforms.sparse.colouring.colour import colour
from pydezero.transforms.sparse.colouring.record import Colouring
from pydezero.transforms.sparse.pattern.application import Run
from pydezero.transforms.sparse.pattern.pattern import Pattern
from pydezero.transforms.sparse.pattern.sparsity import hessian_pattern
from pydezero.transforms.sparse.prepare import (
    GivenPattern,
    Sides,
    check_for_scipy,
    check_scipy,
    given_pattern,
    prepared,
)
from pydezero.transforms.sparse.prepared import PreparedDerivative
from pydezero.transforms.sparse.signatures import sparse_derivative

# A star colouring has no fewer colours than this where four elements are a chain.
_FEW: Final = 3

_HESSIAN: Final = Returned("The Hessian of {f} with respect to {x}, as a sparse array of SciPy.", always(Any))


@sparse_derivative
def sparse_hessian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    colouring: Literal["star", "acyclic"] = "star",
    *,
    pattern: GivenPattern | None = None,
) -> Any:
    """A function that returns the Hessian of f as a `scipy.sparse.csr_array`.

    Which pairs of elements f depends on jointly is found by `hessian_sparsity`. The Hessian is computed from products
    with sums of its columns, by a backward pass through the gradient, all in one batch; as it is symmetric, fewer of
    them are enough than for a Jacobian of this pattern.

    `sparse_hessian(f).prepare(*args)` finds the pattern and the colours once, for many evaluations: it returns a
    `PreparedDerivative`, a function of the same arguments, with other values. If f is compiled by `jit`, the products
    of a prepared derivative are compiled as one program.

    Args:
        f: a function that returns a real scalar, as `grad` takes it: a number or an array of one element.
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions.
        colouring: "star": each element is in a product by itself, or the one on the other side of the diagonal is.
            "acyclic": fewer products, from which the elements are found by substitution; there rounding errors add up,
            along paths as long as the pattern has, and a step of Python's is taken for each length.
        pattern: the elements that may be other than zero, if they are known: a `Pattern`, or a matrix in which they are
            not zero, dense or of `scipy.sparse`. One half is enough.

    Returns:
        A function with the arguments of f that returns a fresh array with a row and a column for each element of the
        argument, in C order. It has an element for each place of the pattern, also where that is zero. Of a container
        there is a block for each pair of arrays: a container of containers, all like the argument. For a tuple of
        argnums, a tuple of tuples of these. Called with Variables it returns a `pydezero.scipy.sparse.SparseArray`, and
        so can be differentiated in turn.

    Raises:
        TypeError: f is not callable; (when called) an argument holds nothing to differentiate, or is complex; the
            result is not a real number.
        EscapeError: (when called; a TypeError) inside of `vmap`, `jit` or `trace`, where a pattern is not to be found;
            what `prepare` returns may be called there.
        ValueError: colouring is none of these; (when called) the result is not a scalar; the pattern has another shape
            than the Hessian, or does not cover it, as a product with a random vector shows.
        ImportError: (when called) SciPy is not installed: pip install 'pydezero[sparse]'.

    >>> import numpy as np
    >>> def rosenbrock(x):
    ...     return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    >>> sparse_hessian(rosenbrock)(np.array([1.0, 1.0, 1.0])).toarray()
    array([[ 802., -400.,    0.],
           [-400., 1002., -400.],
           [   0., -400.,  200.]])
    >>> prepared = sparse_hessian(rosenbrock).prepare(np.zeros(10_000))
    >>> prepared
    <prepared sparse_hessian(rosenbrock): 10000 x 10000, 29998 nonzeros, products: 3 by columns>
    """
    where = check_function(f, "sparse_hessian")
    argnums = kept_argnums(argnums, where)
    if colouring not in ("star", "acyclic"):
        raise ValueError(f"{where}: colouring must be 'star' or 'acyclic', got {colouring!r}")

    gradient = transformed(
        differentiated(f, argnums, False, "sparse_hessian", with_value=False), grad, f, argnums, backward=True
    )

    def prepare(*args: Any, **kwargs: Any) -> PreparedDerivative[..., Any]:
        check_scipy(where)
        with begin_task(f, args, kwargs, argnums, where) as task:
            try:
                check_real(task)
                check_for_scipy(task, where, "hessian(f)")
                shapes = tuple([x.shape for x in task.inside.arrays])
                template = task.lifted.template
                if pattern is None:
                    found = hessian_pattern(task, Run("local"))
            finally:
                task.level.finished = where
        rows = template[0] if len(template) == 1 and not isinstance(argnums, Sequence) else template
        sides = Sides(shapes, shapes, template, rows)
        if pattern is not None:
            half = given_pattern(pattern, sides.shape, where)
            found = half | half.T
        return prepared(gradient, argnums, where, sides, found, _coloured(found, colouring), is_hessian=True)

    def hessian_of(*args: Any, **kwargs: Any) -> Any:
        return prepare(*args, **kwargs)(*args, **kwargs)

    made = transformed(hessian_of, sparse_hessian, f, argnums, colouring, pattern=pattern, result=_HESSIAN)
    made.__dict__["prepare"] = prepare
    return made


def _coloured(pattern: Pattern, kind: Literal["star", "acyclic"]) -> Colouring:
    """The colouring of a kind; in place of a star colouring one of the columns, if that has no more colours."""
    if kind == "acyclic":
        return colour(pattern, kind)
    fullest = int(np.diff(pattern.indptr).max(initial=0))  # so many colours of columns there must be
    columns = colour(pattern, "columns") if fullest <= _FEW else None
    if columns is not None and columns.number <= _FEW:
        return columns
    found = colour(pattern, "star")
    if found.number >= fullest:
        columns = columns or colour(pattern, "columns")
        found = columns if columns.number <= found.number else found
    return found
