"""Sparse derivatives: the patterns of Jacobians and Hessians, found from a run of the function."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.transforms.sparse.colouring.colour import colour as colour
    from pydezero.transforms.sparse.colouring.record import Colouring as Colouring
    from pydezero.transforms.sparse.hessian import sparse_hessian as sparse_hessian
    from pydezero.transforms.sparse.jacobian import sparse_jacobian as sparse_jacobian
    from pydezero.transforms.sparse.pattern.pattern import Pattern as Pattern
    from pydezero.transforms.sparse.pattern.sparsity import hessian_sparsity as hessian_sparsity
    from pydezero.transforms.sparse.pattern.sparsity import sparsity as sparsity
    from pydezero.transforms.sparse.prepared import PreparedDerivative as PreparedDerivative
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
