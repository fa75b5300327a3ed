"""Attributes of variables in other frameworks, each with what to write here instead."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from typing import Final, NoReturn

import numpy as np

from pydezero.core.foreign import OF_COLUMNS, is_delayed
from pydezero.core.variable import Variable, bottom
from pydezero.exports import EXPORTS

__all__ = [
    "instead_of_name",
]

_GRADIENTS: Final = (
    "nothing is stored on a Variable: gradients(y, x) returns the gradient of y with respect to a Variable x, and "
    "grad(f)(x) that of a function f"
)

INSTEAD: Final = {
    "backward": f"{_GRADIENTS}. Write gx = gradients(y, x) rather than y.backward()",
    "cleargrad": f"{_GRADIENTS}, afresh at each call; there is nothing to clear",
    "clone": "no array is shared that could change; x.copy() is x",
    "creator": "how it was computed is x.node; draw(y) shows it",
    "detach": "stop_gradient(x) is the constant with its value, value(x) the bare array",
    "generation": "how it was computed is x.node, and node.order its place; draw(y) shows it",
    "grad": f"{_GRADIENTS}. Write gx = gradients(y, x) rather than x.grad",
    "grad_fn": "how it was computed is x.node; draw(y) shows it",
    "numpy": "x.data is its array, and value(x) that under several transforms",
    "requires_grad": f"{_GRADIENTS}. What is differentiated is chosen there; stop_gradient(x) is a constant",
    "requires_grad_": f"{_GRADIENTS}. What is differentiated is chosen there; stop_gradient(x) is a constant",
    "retain_grad": f"{_GRADIENTS}, where x may also be a value on the way to y",
    "set_creator": "what computes with Variables records it; Function(forward, backward) is an operation of your own",
    "unchain": "stop_gradient(x) is the constant with its value",
    "unchain_backward": "stop_gradient(x) is the constant with its value",
    "zero_grad": f"{_GRADIENTS}, afresh at each call; there is nothing to clear",
}


_OF_DASK: Final = (
    "neither methods nor functions of Dask's own (x.rechunk(c), da.cumsum(x), da.linalg.qr(x)) take a Variable, whose "
    "derivative would be lost; write NumPy's, which are as lazy: np.cumsum(x), np.linalg.qr(x). Outside of f, or as "
    "pydezero.value(x), it is the Dask array"
)


# Attributes of series and dataframes, of which f gets the numbers.
_OF_FRAMES: Final = frozenset(
    {
        "agg",
        "apply",
        "assign",
        "columns",
        "dropna",
        "ewm",
        "expanding",
        "fillna",
        "groupby",
        "iloc",
        "index",
        "iterrows",
        "itertuples",
        "loc",
        "merge",
        "pct_change",
        "pivot_table",
        "resample",
        "rolling",
        "shift",
        "to_numpy",
        "values",
    }
)


# The names of other libraries' own packages.
_OF_PACKAGES: Final = {
    "Module": "a model is a container of arrays (an attrs class, a dict); pydezero.nn has layers",
    "Parameter": "a parameter is an array in a container; grad(loss)(params) is a container like it",
    "Tensor": "grad(f) takes arrays of NumPy's, and Variable(array) starts a graph by hand",
    "autograd": "pydezero.compat.autograd has the names of HIPS autograd",
    "backward": "write gx = gradients(y, x), or grad(f)(x)",
    "lax": "scan, while_loop, fori_loop, cond, switch, map and associative_scan are names of pydezero itself",
    "make_jaxpr": "trace(f)(x) is the graph of f, and print shows it",
    "no_grad": "outside of a transform nothing is recorded of arrays, and stop_gradient(x) is a constant",
    "numpy": "write import numpy as np: NumPy's own functions take Variables",
    "ops": "write import numpy as np: NumPy's own functions take Variables",
    "optimizers": "they are in pydezero.optim",
    "pmap": "vmap(f) computes for many examples on one processor",
    "random": "write rng = np.random.default_rng(0)",
    "tensor": "grad(f) takes arrays of NumPy's, and Variable(array) starts a graph by hand",
    "tree_map": "it is pydezero.tree.map_leaves",
    "tree_util": "pydezero.tree has map_leaves, flatten and unflatten",
    "using_config": "outside of a transform nothing is recorded of arrays, and stop_gradient(x) is a constant",
}


# The names of what other libraries have for nets, where case is not all that differs, by our package.
_OF_NETS: Final = {
    "pydezero.data": {
        "DataLoader": "write batches(arrays, size, rng)",
        "Dataset": "batches(arrays, size) takes an array, or a container of arrays of one length",
        "TensorDataset": "batches(arrays, size) takes an array, or a container of arrays of one length",
    },
    "pydezero.nn": {
        "AdaptiveAvgPool2d": "the mean of a whole image is x.mean(axis=(-2, -1))",
        "BCEWithLogitsLoss": "write binary_cross_entropy(logits, target)",
        "BatchNorm1d": "BatchNorm is for any number of axes",
        "BatchNorm2d": "BatchNorm is for any number of axes",
        "CrossEntropyLoss": "write cross_entropy(logits, labels)",
        "Flatten": "write x.reshape(len(x), -1)",
        "GRUCell": "write GRU.init(rng, inputs, width).step(x, h)",
        "LSTMCell": "write LSTM.init(rng, inputs, width).step(x, (h, c))",
        "MSELoss": "write mean_squared_error(predicted, target)",
        "Module": "a layer is any attrs class, dataclass or NamedTuple of arrays and layers with a __call__",
        "ModuleList": "a tuple of layers is a container, and so is a list",
        "Parameter": "a parameter is an array in a field of a layer",
        "Tanh": "write np.tanh",
        "Transformer": "MultiHeadAttention, LayerNorm, MLP and Residual are its parts",
        "functional": "activations and losses are functions of pydezero.nn itself",
        "init": "glorot_uniform, he_normal, orthogonal and others are functions of pydezero.nn itself",
        "mse_loss": "write mean_squared_error(predicted, target)",
        "tanh": "write np.tanh",
    },
    "pydezero.optim": {
        "apply_updates": "optimizer.update(gradients, state, params) returns the next parameters, and the next state",
        "lr_scheduler": "a schedule is given as the learning rate: adam(cosine_decay(1e-3, steps=1000))",
    },
}


# Those of HIPS autograd that have no other meaning here.
_OF_AUTOGRAD: Final = frozenset(
    {
        "defjvp",
        "defvjp",
        "elementwise_grad",
        "getval",
        "grad_and_aux",
        "grad_named",
        "hessian_tensor_product",
        "hessian_vector_product",
        "make_ggnvp",
        "make_hvp",
        "make_jvp",
        "make_vjp",
        "multigrad_dict",
        "primitive",
        "tensor_jacobian_product",
    }
)


def instead_of_name(package: str, name: str) -> str:
    """The text of a message on a name that a package does not have."""
    if package != "pydezero":
        instead = _OF_NETS.get(package, {}).get(name, "")
        return f": {instead}" if instead else ""
    if name in _OF_PACKAGES:
        return f": {_OF_PACKAGES[name]}"
    if name in _OF_AUTOGRAD:
        return f": write from pydezero.compat.autograd import {name}"
    if name in EXPORTS["pydezero.functions"]:
        return f": write pydezero.functions.{name}(x), or np.{name}(x)" if hasattr(np, name) else ""
    path = sys.modules["pydezero"].__path__
    is_package = not name.startswith("_") and PathFinder.find_spec(f"pydezero.{name}", path) is not None
    return f": write import pydezero.{name}" if is_package else ""


def missing(self: Variable, name: str) -> NoReturn:
    """Raise the AttributeError for an attribute that a Variable does not have.

    The matrix product of PyData's sparse arrays asks for a `fill_value`. It gets an error for which their operator `@`
    leaves the product to the Variable.
    """
    if name == "fill_value" and sys._getframe(1).f_globals.get("__name__", "").startswith("sparse."):
        raise NotImplementedError("a function of sparse takes no Variables; write A @ x or x @ A for a product")
    message = f"{type(self).__name__!r} object has no attribute {name!r}"
    if name in INSTEAD:
        message = f"{message}: {INSTEAD[name]} (names of pydezero)"
    elif name in EXPORTS["pydezero.functions"] and hasattr(np, name):
        message = f"{message}: it is a function of NumPy; write np.{name}(x)"
    elif not name.startswith("_") and is_delayed(bottom(self)) and hasattr(bottom(self), name):
        message = f"{message}: {_OF_DASK}"
    elif name in _OF_FRAMES:
        message = f"{message}: {OF_COLUMNS}"
    raise AttributeError(message, name=name, obj=self)
