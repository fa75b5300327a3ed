"""pydezero: automatic differentiation of plain, typed NumPy code.

>>> import numpy as np
>>> from pydezero import grad
>>> grad(lambda x: np.sum(np.sin(x) * x))(np.array([0.0, 1.0]))
array([0.        , 1.38177329])
"""

from typing import TYPE_CHECKING

from pydezero import numpy_protocol
from pydezero.functions.methods import methods
from pydezero.lazy import HOOKS

if TYPE_CHECKING:
    from pydezero import array_api, data, functions, nn, optim, testing, tree
    from pydezero.core.snapshot import as_array
    from pydezero.core.variable import Node, Variable, as_variable
    from pydezero.diagnostics.check_finite import check_finite
    from pydezero.diagnostics.costs import Costs, LineCost
    from pydezero.diagnostics.explain import explain
    from pydezero.functions import add, array, exp, square
    from pydezero.functions.containers import flatten
    from pydezero.functions.indexing.at import at
    from pydezero.pictures.draw import draw
    from pydezero.pictures.picture import Picture
    from pydezero.saving import load, save
    from pydezero.testing.numerical import numerical_diff
    from pydezero.transforms.batching.vmap import vmap
    from pydezero.transforms.boundary.signatures import Differentiable
    from pydezero.transforms.forward.jvp import jvp
    from pydezero.transforms.forward.linearize import Pushforward, linear_transpose, linearize
    from pydezero.transforms.implicit.custom_linear_solve import custom_linear_solve
    from pydezero.transforms.implicit.custom_root import custom_fixed_point, custom_minimum, custom_root
    from pydezero.transforms.jacobians.derivative import derivative
    from pydezero.transforms.jacobians.hessian import hessian, hvp, laplacian
    from pydezero.transforms.jacobians.jacobian import jacfwd, jacobian, jacrev
    from pydezero.transforms.jit.jit import jit
    from pydezero.transforms.loops.associative_scan import associative_scan
    from pydezero.transforms.loops.cond import cond, switch
    from pydezero.transforms.loops.map import map  # noqa: A004  # the name that JAX gives it
    from pydezero.transforms.loops.roll import roll
    from pydezero.transforms.loops.scan import scan
    from pydezero.transforms.loops.while_loop import fori_loop, while_loop
    from pydezero.transforms.reverse.grad import grad, value_and_grad
    from pydezero.transforms.reverse.gradients import gradients
    from pydezero.transforms.reverse.vjp import Pullback, vjp
    from pydezero.transforms.rules.checkpoint import checkpoint
    from pydezero.transforms.rules.custom_jvp import custom_jvp
    from pydezero.transforms.rules.custom_vjp import custom_vjp
    from pydezero.transforms.rules.function import Function
    from pydezero.transforms.rules.stop_gradient import stop_gradient, value
    from pydezero.transforms.sparse.colouring.colour import colour
    from pydezero.transforms.sparse.colouring.record import Colouring
    from pydezero.transforms.sparse.hessian import sparse_hessian
    from pydezero.transforms.sparse.jacobian import sparse_jacobian
    from pydezero.transforms.sparse.pattern.pattern import Pattern
    from pydezero.transforms.sparse.pattern.sparsity import hessian_sparsity, sparsity
    from pydezero.transforms.sparse.prepared import PreparedDerivative
    from pydezero.transforms.staging.equation import Equation
    from pydezero.transforms.staging.graph import Graph
    from pydezero.transforms.staging.passes import (
        eliminate_common_subexpressions,
        eliminate_dead_code,
        fold_constants,
        simplify,
    )
    from pydezero.transforms.staging.trace import trace
    from pydezero.transforms.taylor.coefficients import taylor
    from pydezero.transforms.taylor.jet import jet
    from pydezero.transforms.taylor.nth_derivative import nth_derivative
else:
    from pydezero.lazy import attributes

    __getattr__, __dir__ = attributes(__name__)

methods.install()
numpy_protocol.install()
HOOKS["pictures"] = "pydezero.pictures", "draw"
HOOKS["failed rule"] = "pydezero.diagnostics", "note_recorded_line"

__version__ = "0.1.0"

__all__ = [
    "Colouring",
    "Costs",
    "Differentiable",
    "Equation",
    "Function",
    "Graph",
    "LineCost",
    "Node",
    "Pattern",
    "Picture",
    "PreparedDerivative",
    "Pullback",
    "Pushforward",
    "Variable",
    "add",
    "array",
    "array_api",
    "as_array",
    "as_variable",
    "associative_scan",
    "at",
    "check_finite",
    "checkpoint",
    "colour",
    "cond",
    "custom_fixed_point",
    "custom_jvp",
    "custom_linear_solve",
    "custom_minimum",
    "custom_root",
    "custom_vjp",
    "data",
    "derivative",
    "draw",
    "eliminate_common_subexpressions",
    "eliminate_dead_code",
    "exp",
    "explain",
    "flatten",
    "fold_constants",
    "fori_loop",
    "functions",
    "grad",
    "gradients",
    "hessian",
    "hessian_sparsity",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jet",
    "jit",
    "jvp",
    "laplacian",
    "linear_transpose",
    "linearize",
    "load",
    "map",
    "nn",
    "nth_derivative",
    "numerical_diff",
    "optim",
    "roll",
    "save",
    "scan",
    "simplify",
    "sparse_hessian",
    "sparse_jacobian",
    "sparsity",
    "square",
    "stop_gradient",
    "switch",
    "taylor",
    "testing",
    "trace",
    "tree",
    "value",
    "value_and_grad",
    "vjp",
    "vmap",
    "while_loop",
]
