"""`PreparedDerivative`: a sparse derivative of which pattern and colouring are known, to be evaluated many times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, ParamSpec, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.transforms.sparse.colouring.record import Colouring
from pydezero.transforms.sparse.layout import Layout
from pydezero.transforms.sparse.pattern.pattern import Pattern
from pydezero.transforms.sparse.probe import check_probe
from pydezero.transforms.sparse.products import Products

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)

_NO_PRODUCTS: Final = np.zeros((0, 0))


@attrs.frozen(eq=False, repr=False)
class PreparedDerivative(Generic[P, R_co]):
    """A sparse Jacobian or Hessian as a function of the arguments, for a pattern and a colouring that are known.

    Each call computes the products that the colouring asks for, and one more with a random vector. Where the matrix
    times this vector is another one, the pattern does not cover the derivative.

    Attributes:
        pattern: the elements of the matrix that may be other than zero.
        colouring: which columns and rows share a product.
    """

    pattern: Pattern
    colouring: Colouring
    _layout: Layout
    _products: Products
    _run: Callable[..., tuple[Array, ...]]  # the products, or the same compiled
    _probe: NDArray[np.float64]
    _weights: NDArray[np.float64] | None  # with which the products give the product with the probe

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """The derivative at these arguments.

        Returns:
            A fresh `scipy.sparse.csr_array`, or a container of them, as `sparse_jacobian` and `sparse_hessian` return
            them. It has an element for each place of the pattern, also where that is zero here.

        Raises:
            ValueError: the pattern does not cover the derivative; the shapes are not those it was prepared for.
            TypeError: it is called inside of another transform, with Variables.
        """
        products = self._run(*args, **kwargs)
        if type(products[0]) is Variable:
            raise TypeError(
                f"{self._products.where} was called with Variables, inside of another transform, and a sparse array of "
                "SciPy cannot hold them; use jacobian(f) or hessian(f) there"
            )
        first, probed = products[0][:-1], products[0][-1]
        by_rows = not self._products.column_seeds
        others = products[1] if self._products.column_seeds and self._products.row_seeds else _NO_PRODUCTS
        values = self.colouring.recovered(*((others, first) if by_rows else (first, others)))
        matrix = self._layout.whole.matrix(values)
        by_lines = matrix.T if by_rows else matrix
        if self._products.weights is None or products[-1]:
            expected = by_lines @ self._probe if self._weights is None else np.einsum("cn,cn->n", self._weights, first)
            check_probe(probed, expected, by_lines, self._probe, self._products, args, kwargs)
        result: Any = self._layout.arranged(matrix, values)
        return result  # type: ignore[no-any-return]  # the overloads of the transforms say what it is

    @property
    def pays(self) -> bool:
        """Whether there are fewer products than the dense matrix takes."""
        return self.colouring.number < max(min(self.pattern.shape), 1)

    def __repr__(self) -> str:
        rows, columns = self.pattern.shape
        colouring = self.colouring
        counts = [(colouring.of_columns, "by columns"), (colouring.of_rows, "by rows")]
        products = " and ".join([f"{count} {how}" for count, how in counts if count]) or "none"
        facts = f"{rows} x {columns}, {self.pattern.nnz} nonzeros, products: {products}"
        if not self.pays:
            dense = self._products.where.removeprefix("sparse_")
            facts += f", as many as the dense matrix takes: sparsity does not pay here, use {dense}"
        return f"<prepared {self._products.where}: {facts}>"
