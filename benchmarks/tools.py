"""The tools that are compared: how each of them computes gradients and other derivatives."""

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

from pydezero import checkpoint, grad, hessian, hvp, jacfwd, jacobian, jit, jvp, nn, scan, value_and_grad, vmap
from pydezero.scipy.integrate import odeint
from pydezero.scipy.linalg import solve_triangular

FloatArray: TypeAlias = NDArray[np.float64]
Arrays: TypeAlias = tuple[FloatArray, ...]

# The functions of a tool under NumPy's names, and the arrays it computes with; a type of its own for each tool, so Any.
Namespace: TypeAlias = Any
Tensor: TypeAlias = Any

Loss: TypeAlias = Callable[..., Tensor]
"""`loss(xp, *arguments)`: a scalar, or what else is differentiated, computed with the functions of `xp`."""

Run: TypeAlias = Callable[[], Any]
"""What is measured: one call. Of a gradient it returns `(value, gradients)`, in arrays of the tool's own type."""

Differentiate: TypeAlias = Callable[[Loss, Arrays, int], Run]
"""From a loss, its arguments and how many of them (the first ones) to differentiate by, to what is measured."""

Transform: TypeAlias = Callable[[Callable[..., Any], int], Callable[..., Any]]
"""From a function and how many of its arguments to differentiate by, to the function of the arguments to be called."""


@attrs.frozen(eq=False)
class Tool:
    """A tool: its name here, the module a user imports, its version, and how it differentiates.

    The methods are
    - gradient: the value and its gradients;
    - gradient-numpy: as gradient, of any function of NumPy, of which the peers have some under other names;
    - per-example: the gradients for each row of two arrays, which come after what is differentiated by;
    - rows: the Jacobian by the first argument, for each row of all arguments;
    - jvp: the value, and the derivative in the direction of a tangent for each argument, which come after all of them;
    - hvp: the Hessian times a vector for each argument, which come after all of them;
    - hessian, jacobian, and jacfwd: the latter by forward mode;
    - checkpointed: as gradient, of a loss that may use `xp.checkpoint(f)`, f computed again instead of kept;
    - scanned: as gradient, of a loss that may use `xp.scan`, with the arguments of `pydezero.scan`;
    - gradient-scan: as gradient, of a loss that calls `xp.scan(body, init, xs)`;
    - gradient-conv: as gradient, of a loss that calls `xp.conv2d(x, w, b)`, with one zero of padding on every side;
    - gradient-ode: as gradient, of a loss that calls `xp.odeint(func, y0, t, xp.tuple(args))` of SciPy.
    A tool need not have all of them.
    """

    name: str
    module: str
    version: str
    methods: Mapping[str, Differentiate]


def load(names: Iterable[str]) -> tuple[list[Tool], list[str]]:
    """The tools of these names that are installed, and the names of those that are not."""
    tools: list[Tool] = []
    missing: list[str] = []
    for name in names:
        module, methods = TOOLS[name]
        if any(importlib.util.find_spec(needed) is None for needed in (module, *NEEDED.get(name, ()))):
            missing.append(name)
        else:
            tools.append(Tool(name, module, version(module), methods()))
    return tools, missing


def _module(name: str) -> Any:
    """A tool that may be absent, and then has no types either: hence Any."""
    return importlib.import_module(name)


def _per_example(vmap: Callable[..., Any], grad_of_first: Callable[..., Any]) -> Transform:
    """The gradients by all weights together, mapped over the examples and their labels, as all tools spell it."""

    def transform(f: Callable[..., Any], count: int) -> Callable[..., Any]:
        mapped = vmap(grad_of_first(lambda weights, x, label: f(*weights, x, label)), (None, 0, 0))
        return lambda *arguments: mapped(arguments[:count], *arguments[count:])

    return transform


def _rows(vmap: Callable[..., Any], jacobian: Callable[..., Any]) -> Transform:
    """The Jacobian by the first argument for each row of it and of the others."""
    return lambda f, _: vmap(jacobian(f))


def _along(product: Callable[..., Any]) -> Transform:
    """`product(f, primals, tangents)`, of arguments that are the primals and then the tangents."""
    return lambda f, count: lambda *arguments: product(f, arguments[:count], arguments[count:])


def _of_pydezero(transform: Transform, xp: Namespace = np, *, writable: bool = True) -> Differentiate:
    def differentiate(loss: Loss, arguments: Arrays, count: int) -> Run:
        arrays = [a.copy() for a in arguments]
        for a in arrays:
            a.setflags(write=writable)
        return partial(transform(partial(loss, xp), count), *arrays)

    return differentiate


def _read_only() -> Mapping[str, Differentiate]:
    """Of read-only arrays, where it makes a difference: a single function, beside which a copy takes long."""
    return {"gradient-numpy": _of_pydezero(_of_first(value_and_grad), writable=False)}


def _pydezero() -> Mapping[str, Differentiate]:
    method = _of_pydezero
    gradient = _of_first(value_and_grad)
    return {
        "gradient": method(gradient),
        "gradient-numpy": method(gradient),
        "per-example": method(_per_example(vmap, grad)),
        "rows": method(_rows(vmap, jacobian)),
        "jvp": method(_along(jvp)),
        "hvp": method(_along(hvp)),
        "hessian": method(lambda f, _: hessian(f)),
        "jacobian": method(lambda f, _: jacobian(f)),
        "jacfwd": method(lambda f, _: jacfwd(f)),
        "checkpointed": method(gradient, SimpleNamespace(**{**vars(np), "checkpoint": checkpoint})),
        "scanned": method(gradient, SimpleNamespace(**{**vars(np), "scan": scan})),
        "gradient-scan": method(gradient, SimpleNamespace(**{**vars(np), "scan": scan})),
        "gradient-scipy": method(gradient, SimpleNamespace(**{**vars(np), "solve_triangular": solve_triangular})),
        "gradient-conv": method(gradient, SimpleNamespace(**{**vars(np), "conv2d": _conv2d})),
        "gradient-ode": method(gradient, SimpleNamespace(**{**vars(np), "odeint": odeint, "tuple": tuple})),
    }


def _conv2d(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return nn.Conv2d(w, b, padding=(1, 1))(x)


def _of_first(value_and_grad: Callable[..., Any]) -> Transform:
    return lambda f, count: value_and_grad(f, tuple(range(count)))


def _pydezero_jit() -> Mapping[str, Differentiate]:
    def method(transform: Transform, xp: Namespace = np) -> Differentiate:
        def differentiate(loss: Loss, arguments: Arrays, count: int) -> Run:
            compiled: Callable[..., Any] = jit(transform(partial(loss, xp), count))
            return partial(compiled, *[a.copy() for a in arguments])

        return differentiate

    gradient = _of_first(value_and_grad)
    return {
        "gradient": method(gradient),
        "per-example": method(_per_example(vmap, grad)),
        "rows": method(_rows(vmap, jacobian)),
        "jvp": method(_along(jvp)),
        "hvp": method(_along(hvp)),
        "hessian": method(lambda f, _: hessian(f)),
        "jacobian": method(lambda f, _: jacobian(f)),
        "jacfwd": method(lambda f, _: jacfwd(f)),
        "checkpointed": method(gradient, SimpleNamespace(**{**vars(np), "checkpoint": checkpoint})),
        "scanned": method(gradient, SimpleNamespace(**{**vars(np), "scan": scan})),
        "gradient-scan": method(gradient, SimpleNamespace(**{**vars(np), "scan": scan})),
        "gradient-conv": method(gradient, SimpleNamespace(**{**vars(np), "conv2d": _conv2d})),
        "gradient-scipy": method(gradient, SimpleNamespace(**{**vars(np), "solve_triangular": solve_triangular})),
    }


BY_HAND: Final = "by hand"
"""The method of the tool that compiles derivatives which are written by hand, and has no other."""


def _by_hand_in_numba() -> Mapping[str, Differentiate]:
    njit = _module("numba").njit
    return {BY_HAND: lambda by_hand, arguments, _: partial(njit(by_hand), *arguments)}


def _autograd() -> Mapping[str, Differentiate]:
    autograd, xp = _module("autograd"), _module("autograd.numpy")

    def method(transform: Transform, xp: Namespace = xp) -> Differentiate:
        return lambda loss, arguments, count: partial(transform(partial(loss, xp), count), *arguments)

    gradient = _of_first(autograd.value_and_grad)
    with_scipy = {**vars(xp), "solve_triangular": _module("autograd.scipy.linalg").solve_triangular}
    with_odeint = {
        **vars(xp),
        "odeint": _module("autograd.scipy.integrate").odeint,
        "tuple": _module("autograd.builtins").tuple,
    }
    return {
        "gradient": method(gradient),
        "gradient-ode": method(gradient, SimpleNamespace(**with_odeint)),
        "hvp": method(lambda f, _: lambda x, tangent: autograd.make_hvp(f)(x)[0](tangent)),
        "hessian": method(lambda f, _: autograd.hessian(f)),
        "jacobian": method(lambda f, _: autograd.jacobian(f)),
        "checkpointed": method(gradient, SimpleNamespace(**{**vars(xp), "checkpoint": autograd.checkpoint})),
        "gradient-scipy": method(gradient, SimpleNamespace(**with_scipy)),
    }


def _mygrad() -> Mapping[str, Differentiate]:
    mygrad = _module("mygrad")

    def gradient(loss: Loss, arguments: Arrays, count: int) -> Run:
        def run() -> tuple[Tensor, tuple[Tensor, ...]]:
            tensors = [mygrad.tensor(a, copy=False) for a in arguments[:count]]
            value = loss(mygrad, *tensors, *arguments[count:])
            value.backward()
            return value.data, tuple([tensor.grad for tensor in tensors])

        return run

    return {"gradient": gradient}


def _torch() -> Mapping[str, Differentiate]:
    torch, func = _module("torch"), _module("torch.func")
    xp = SimpleNamespace(**{**vars(torch), "split": torch.tensor_split})

    conv2d = partial(torch.nn.functional.conv2d, padding=1)

    def gradient(loss: Loss, arguments: Arrays, count: int, xp: Namespace = xp) -> Run:
        inputs = [torch.tensor(a, requires_grad=True) for a in arguments[:count]]
        constants = [torch.tensor(a) for a in arguments[count:]]

        def run() -> tuple[Tensor, tuple[Tensor, ...]]:
            value = loss(xp, *inputs, *constants)
            return value.detach(), torch.autograd.grad(value, inputs)

        return run

    def product(f: Loss, primals: tuple[Tensor, ...], tangents: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Reverse over reverse, in which it takes a fifth of the time of its forward mode."""
        inputs = [a.detach().requires_grad_() for a in primals]
        gradients = torch.autograd.grad(f(*inputs), inputs, create_graph=True)
        products: tuple[Tensor, ...] = torch.autograd.grad(gradients, inputs, tangents)
        return products

    def method(transform: Transform) -> Differentiate:
        def differentiate(loss: Loss, arguments: Arrays, count: int) -> Run:
            return partial(transform(partial(loss, xp), count), *map(torch.tensor, arguments))

        return differentiate

    return {
        "gradient": gradient,
        "gradient-conv": partial(gradient, xp=SimpleNamespace(**{**vars(torch), "conv2d": conv2d})),
        "per-example": method(_per_example(func.vmap, func.grad)),
        "rows": method(_rows(func.vmap, func.jacrev)),
        "hvp": method(_along(product)),
        "hessian": method(lambda f, _: func.hessian(f)),
        "jacobian": method(lambda f, _: func.jacrev(f)),
        "jacfwd": method(lambda f, _: func.jacfwd(f)),
    }


def _jax() -> Mapping[str, Differentiate]:
    jax, xp = _module("jax"), _module("jax.numpy")
    jax.config.update("jax_enable_x64", True)

    def method(transform: Transform, xp: Namespace = xp) -> Differentiate:
        def differentiate(loss: Loss, arguments: Arrays, count: int) -> Run:
            f = jax.jit(transform(partial(loss, xp), count))
            tensors = [xp.asarray(a) for a in arguments]
            return lambda: jax.block_until_ready(f(*tensors))

        return differentiate

    return {
        "gradient": method(_of_first(jax.value_and_grad)),
        "gradient-scan": method(_of_first(jax.value_and_grad), SimpleNamespace(**vars(xp), scan=jax.lax.scan)),
        "per-example": method(_per_example(jax.vmap, jax.grad)),
        "rows": method(_rows(jax.vmap, jax.jacrev)),
        "hvp": method(_along(lambda f, primals, tangents: jax.jvp(jax.grad(f), primals, tangents)[1])),
        "hessian": method(lambda f, _: jax.hessian(f)),
        "jacobian": method(lambda f, _: jax.jacobian(f)),
        "jacfwd": method(lambda f, _: jax.jacfwd(f)),
    }


TOOLS: Final[Mapping[str, tuple[str, Callable[[], Mapping[str, Differentiate]]]]] = {
    "pydezero": ("pydezero", _pydezero),
    "pydezero-read-only": ("pydezero", _read_only),
    "pydezero-jit": ("pydezero", _pydezero_jit),
    "autograd": ("autograd", _autograd),
    "mygrad": ("mygrad", _mygrad),
    "torch": ("torch", _torch),
    "hand-numba": ("numba", _by_hand_in_numba),
    "jax": ("jax", dict),  # not compiled, which nobody waits for, it makes updates of optax alone
    "jax-jit": ("jax", _jax),
}
"""The module of each tool and how to set it up, which imports it."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {"pydezero-jit": ("numba", "pydezero.transforms.jit.jit")}
"""Other modules without which a tool is left out."""

COMPILING: Final = frozenset({"pydezero-jit", "hand-numba", "jax-jit"})
"""The tools that compile in the first call, which is therefore measured, too."""
