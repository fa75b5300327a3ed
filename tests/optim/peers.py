"""The steps of PyTorch's optimisers, and of optax for Lion, which PyTorch has not: `python -m tests.optim.peers`.

It writes `figures.json`, with the versions of both. The gradients are those of a formula, the same for all, so that
optimisers alone are compared. Neither is needed for anything else: they are installed where the figures are made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero import optim
from pydezero.optim.optimizer import Optimizer

FIGURES: Final = Path(__file__).with_name("figures.json")
STEPS: Final = 100

# The steps after which the parameters are kept in the file.
KEPT: Final = (1, 2, 3, 5, 10, 20, 40, 60, 80, 100)

Params: TypeAlias = dict[str, NDArray[np.float64]]

START: Final[Params] = {"w": np.array([1.5, -0.7, 0.3]), "b": np.array(-2.0)}


def gradients(name: str, params: Params, step: int) -> Params:
    """The gradient of a function with a narrow valley, which a wave moves from step to step.

    Not for L-BFGS, which takes the wave for curvature, and then makes much of rounding.
    """
    w, b = params["w"], params["b"]
    wave = 0.3 * np.sin((0.0 if name == "lbfgs" else 0.7 * step) + np.arange(3))
    slope = w * np.array([1.0, 4.0, 0.25]) + 0.5 * b * np.cos(w) + wave
    return {"w": slope, "b": np.array(0.5 * np.sum(np.sin(w)) + 0.8 * b + 0.1 * b**3)}


# Any: the optimisers of others have types of their own, and the states of ours differ.
Ours: TypeAlias = Callable[[], Optimizer[Any]]

# By name: ours, the class of PyTorch and its arguments.
CASES: Final[Mapping[str, tuple[Ours, str, Mapping[str, Any]]]] = {
    "sgd": (lambda: optim.sgd(0.05), "SGD", {"lr": 0.05}),
    "momentum": (lambda: optim.sgd(0.02, momentum=0.9), "SGD", {"lr": 0.02, "momentum": 0.9}),
    "nesterov": (
        lambda: optim.sgd(0.02, momentum=0.9, nesterov=True),
        "SGD",
        {"lr": 0.02, "momentum": 0.9, "nesterov": True},
    ),
    "weight decay": (
        lambda: optim.chain(optim.weight_decay(0.1), optim.sgd(0.02, momentum=0.8)),
        "SGD",
        {"lr": 0.02, "momentum": 0.8, "weight_decay": 0.1},
    ),
    "adagrad": (lambda: optim.adagrad(0.1), "Adagrad", {"lr": 0.1}),
    "adadelta": (lambda: optim.adadelta(), "Adadelta", {}),
    "rmsprop": (lambda: optim.rmsprop(0.01), "RMSprop", {"lr": 0.01}),
    "rmsprop centred": (
        lambda: optim.rmsprop(0.01, rho=0.9, centred=True, momentum=0.5),
        "RMSprop",
        {"lr": 0.01, "alpha": 0.9, "centered": True, "momentum": 0.5},
    ),
    "adam": (lambda: optim.adam(0.05), "Adam", {"lr": 0.05}),
    "adam, other numbers": (
        lambda: optim.adam(0.05, b1=0.8, b2=0.95, eps=1e-3),
        "Adam",
        {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3},
    ),
    "adamw": (lambda: optim.adamw(0.05, weight_decay=0.1), "AdamW", {"lr": 0.05, "weight_decay": 0.1}),
    "lbfgs": (
        lambda: optim.lbfgs(0.3, history=5),
        "LBFGS",
        {"lr": 0.3, "history_size": 5, "max_iter": 1, "tolerance_grad": 0.0, "tolerance_change": 0.0},
    ),
    "lion": (lambda: optim.lion(0.01, weight_decay=0.1), "lion of optax", {}),
    "cosine": (lambda: optim.sgd(optim.cosine_decay(0.1, 80, 0.01)), "SGD", {"lr": 0.1}),
    "step decay": (lambda: optim.adam(optim.step_decay(0.1, 30, 0.5)), "Adam", {"lr": 0.1}),
    "clip": (
        lambda: optim.chain(optim.clip_by_norm(0.5), optim.sgd(0.1, momentum=0.5)),
        "SGD",
        {"lr": 0.1, "momentum": 0.5},
    ),
}


def ours(name: str) -> list[Params]:
    """The parameters after each step of ours."""
    optimizer = CASES[name][0]()
    params, state, found = START, optimizer.init(START), []
    for step in range(STEPS):
        params, state = optimizer.update(gradients(name, params, step), state, params)
        found.append(params)
    return found


def theirs(name: str) -> list[Params]:
    """The parameters after each step of PyTorch's, or of optax'."""
    _, kind, arguments = CASES[name]
    return _of_optax() if name == "lion" else _of_torch(name, kind, arguments)


def _of_torch(name: str, kind: str, arguments: Mapping[str, Any]) -> list[Params]:
    torch: Any = import_module("torch")  # Any: it is not installed here, and so without types
    tensors = {key: torch.tensor(x, requires_grad=True) for key, x in START.items()}
    optimizer = getattr(torch.optim, kind)(list(tensors.values()), **arguments)
    schedulers = torch.optim.lr_scheduler
    schedule = None
    if name == "cosine":  # which goes up again after its 80 steps
        schedule = schedulers.CosineAnnealingLR(optimizer, 80, 0.01)
    if name == "step decay":
        schedule = schedulers.StepLR(optimizer, 30, 0.5)
    found = []
    for step in range(STEPS):

        def closure(step: int = step) -> Any:
            of_step = gradients(name, {key: x.detach().numpy() for key, x in tensors.items()}, step)
            for key, x in tensors.items():
                x.grad = torch.tensor(of_step[key])
            if name == "clip":
                # It divides by the norm and 1e-6, for which ours has no need.
                norm = torch.sqrt(sum(torch.sum(x.grad**2) for x in tensors.values()))
                for x in tensors.values():
                    x.grad *= torch.clamp(0.5 / norm, max=1.0)
            return torch.zeros(())

        closure()
        optimizer.step(closure if kind == "LBFGS" else None)
        if schedule is not None and not (name == "cosine" and step >= 80):
            schedule.step()
        found.append({key: x.detach().numpy().copy() for key, x in tensors.items()})
    return found


def _of_optax() -> list[Params]:
    jax: Any = import_module("jax")  # Any: as PyTorch
    jax.config.update("jax_enable_x64", True)
    optax: Any = import_module("optax")
    optimizer = optax.lion(0.01, weight_decay=0.1)
    params = {key: jax.numpy.asarray(x) for key, x in START.items()}
    state, found = optimizer.init(params), []
    for step in range(STEPS):
        of_step = gradients("lion", {key: np.asarray(x) for key, x in params.items()}, step)
        updates, state = optimizer.update(of_step, state, params)
        params = optax.apply_updates(params, updates)
        found.append({key: np.asarray(x) for key, x in params.items()})
    return found


if __name__ == "__main__":
    versions = {name: import_module(name).__version__ for name in ("torch", "optax")}
    figures = {}
    for name in CASES:
        rows = theirs(name)
        figures[name] = [[*rows[step - 1]["w"].tolist(), rows[step - 1]["b"].item()] for step in KEPT]
    parts = [f'"versions": {json.dumps(versions)}']
    for name, lines in figures.items():
        parts.append(f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, lines)) + "\n]")
    FIGURES.write_text("{\n" + ",\n".join(parts) + "\n}\n")
