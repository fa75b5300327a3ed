"""`PreparedDerivative`: a sparse derivative of which pattern and colouring are known, to be evaluated many times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, ParamSpec, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import Variable, undifferentiated
from pydezero.transforms.sparse.colouring.record import Colouring
from pydezero.transforms.sparse.layout import Layout, Matrix
from pydezero.transforms.sparse.pattern.pattern import Pattern
from pydezero.transforms.sparse.probe import check_probe, compare, is_covered
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
            them. It has an element for each place of the pattern, also where that is zero here. Inside of other
            transforms, with Variables, these are `pydezero.scipy.sparse.SparseArray`s, whose `data` are Variables.

        Raises:
            ValueError: the pattern does not cover the derivative; the shapes are not those it was prepared for. Where
                `jit`, `vmap` or `trace` runs, there are no values to tell, and what is not covered is nan.
        """
        products = self._run(*args, **kwargs)
        if Variable in map(type, products):
            of_variables: Any = self._of_variables(products, args, kwargs)
            return of_variables  # type: ignore[no-any-return]  # as below
        probed = products[0][-1]
        is_settled = self._products.weights is not None and not products[-1]
        comparison = None
        if self._weights is not None and not is_settled:  # first, while the products are in the processor's cache
            comparison = compare(probed, np.einsum("cn,cn->n", self._weights, products[0][:-1]))
        values = self._recovered(products)
        matrix = self._layout.whole.matrix(values)
        if not is_settled:
            comparison = comparison or compare(probed, self._probed(matrix))
            check_probe(probed, comparison, matrix, self._probe, self._products, args, kwargs)
        result: Any = self._layout.arranged(matrix, values)
        return result  # type: ignore[no-any-return]  # the overloads of the transforms say what it is

    def _recovered(self, products: Sequence[Array]) -> Array:
        """The elements in the places of the pattern, from the products without the one with the probe."""
        first = products[0][:-1]
        if not self._products.column_seeds:
            return self.colouring.recovered(_NO_PRODUCTS, first)
        return self.colouring.recovered(first, products[1] if self._products.row_seeds else _NO_PRODUCTS)

    def _probed(self, matrix: Matrix) -> NDArray[Any]:
        """The product of the probe with a matrix, or with its transpose, as the products are."""
        product: NDArray[Any] = matrix @ self._probe if self._products.column_seeds else self._probe @ matrix
        return product

    def _of_variables(self, products: Sequence[Array], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The derivative inside of another transform, as a `SparseArray`.

        Where there are no values to look at, in `jit` and `vmap`, an element that the pattern lacks makes it nan.
        """
        values = self._recovered(products)
        seen = [undifferentiated(x) for x in products]
        if Variable not in map(type, seen):
            arrays = self._layout.whole.matrix(self._recovered(seen))
            comparison = compare(seen[0][-1], self._probed(arrays))
            check_probe(seen[0][-1], comparison, arrays, self._probe, self._products, args, kwargs)
        else:
            of_seen = self._layout.whole.of_variables(self._recovered(seen))
            covers = is_covered(seen[0][-1], of_seen, self._probe, self._products)
            values = values * np.where(covers, 1.0, np.nan).astype(values.dtype)
        return self._layout.arranged(self._layout.whole.of_variables(values), values)

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
