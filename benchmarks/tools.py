"""The tools that are compared: how each of them computes a value and its gradients."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import value_and_grad

FloatArray: TypeAlias = NDArray[np.float64]
Arrays: TypeAlias = tuple[FloatArray, ...]

# The functions of a tool under NumPy's names, and the arrays it computes with; a type of its own for each tool, so Any.
Namespace: TypeAlias = Any
Tensor: TypeAlias = Any

Loss: TypeAlias = Callable[..., Tensor]
"""`loss(xp, *arguments)`: a scalar, computed with the functions of `xp`."""

Run: TypeAlias = Callable[[], Any]
"""What is measured: one call. Of a gradient it returns `(value, gradients)`, in arrays of the tool's own type."""

Differentiate: TypeAlias = Callable[[Loss, Arrays, int], Run]
"""From a loss, its arguments and how many of them (the first ones) to differentiate by, to what is measured."""


@attrs.frozen(eq=False)
class Tool:
    """A tool: its name here, the module a user imports, its version, and how it differentiates."""

    name: str
    module: str
    version: str
    differentiate: Differentiate


def load(names: Iterable[str]) -> tuple[list[Tool], list[str]]:
    """The tools of these names that are installed, and the names of those that are not."""
    tools: list[Tool] = []
    missing: list[str] = []
    for name in names:
        module, differentiate = TOOLS[name]
        if importlib.util.find_spec(module) is None:
            missing.append(name)
        else:
            tools.append(Tool(name, module, version(module), differentiate()))
    return tools, missing


def _module(name: str) -> Any:
    """A tool that may be absent, and then has no types either: hence Any."""
    return importlib.import_module(name)


def _pydezero(read_only: bool) -> Differentiate:
    """As arrays come, or read-only as README advises where speed counts: then nothing has to be copied."""

    def differentiate(loss: Loss, arguments: Arrays, count: int) -> Run:
        arrays = [a.copy() for a in arguments]
        for a in arrays:
            a.setflags(write=not read_only)
        return partial(value_and_grad(partial(loss, np), tuple(range(count))), *arrays)

    return differentiate


def _autograd() -> Differentiate:
    autograd, xp = _module("autograd"), _module("autograd.numpy")

    def differentiate(loss: Loss, arguments: Arrays, count: int) -> Run:
        return partial(autograd.value_and_grad(partial(loss, xp), tuple(range(count))), *arguments)

    return differentiate


def _mygrad() -> Differentiate:
    mygrad = _module("mygrad")

    def differentiate(loss: Loss, arguments: Arrays, count: int) -> Run:
        def run() -> tuple[Tensor, tuple[Tensor, ...]]:
            tensors = [mygrad.tensor(a, copy=False) for a in arguments[:count]]
            value = loss(mygrad, *tensors, *arguments[count:])
            value.backward()
            return value.data, tuple([tensor.grad for tensor in tensors])

        return run

    return differentiate


def _torch() -> Differentiate:
    torch = _module("torch")
    xp = SimpleNamespace(**{**vars(torch), "split": torch.tensor_split})

    def differentiate(loss: Loss, arguments: Arrays, count: int) -> Run:
        inputs = [torch.tensor(a, requires_grad=True) for a in arguments[:count]]
        constants = [torch.tensor(a) for a in arguments[count:]]

        def run() -> tuple[Tensor, tuple[Tensor, ...]]:
            value = loss(xp, *inputs, *constants)
            return value.detach(), torch.autograd.grad(value, inputs)

        return run

    return differentiate


def _jax(compiled: bool) -> Differentiate:
    jax, xp = _module("jax"), _module("jax.numpy")
    jax.config.update("jax_enable_x64", True)

    def differentiate(loss: Loss, arguments: Arrays, count: int) -> Run:
        f = jax.value_and_grad(partial(loss, xp), tuple(range(count)))
        f = jax.jit(f) if compiled else f
        tensors = [xp.asarray(a) for a in arguments]
        return lambda: jax.block_until_ready(f(*tensors))

    return differentiate


TOOLS: Final[Mapping[str, tuple[str, Callable[[], Differentiate]]]] = {
    "pydezero": ("pydezero", partial(_pydezero, read_only=False)),
    "pydezero-read-only": ("pydezero", partial(_pydezero, read_only=True)),
    "autograd": ("autograd", _autograd),
    "mygrad": ("mygrad", _mygrad),
    "torch": ("torch", _torch),
    "jax": ("jax", partial(_jax, compiled=False)),
    "jax-jit": ("jax", partial(_jax, compiled=True)),
}
"""The module of each tool and how to set it up, which imports it."""
