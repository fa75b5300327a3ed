"""`odeint`, differentiated with respect to the initial state, the times and the arguments by the adjoint method."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import integrate

from pydezero.compat.autograd.extend import defvjp_argnums, primitive
from pydezero.functions.containers import flatten
from pydezero.transforms.reverse.vjp import vjp

# Any: NumPy's stubs know no Variable.
Function = Callable[..., Any]

odeint: Function = primitive(integrate.odeint)
"""The solution of dy/dt = func(y, t, *args) at the times t, as `scipy.integrate.odeint(func, y0, t, args)` gives it.

What func computes with and is to be differentiated stands in args.
"""


def _pull_odeint(
    argnums: Sequence[int], ys: Any, call: Sequence[Any], options: dict[str, Any]
) -> Callable[[Any], list[Any]]:
    func, _, t, args = (*call, ())[:4]
    vector, unflatten = flatten(args)
    n = np.shape(ys)[1]

    def derivative(y: Any, time: Any, vector: Any) -> Any:
        return func(y, time, *unflatten(vector))

    def backwards(state: Any, time: Any, vector: Any) -> Any:
        """The derivatives of the state, of its cotangent, and of the cotangent of the arguments."""
        velocity, pullback = vjp(lambda y, v: derivative(y, time, v), state[:n], vector)
        of_state, of_arguments = pullback(-state[n : 2 * n])
        return np.concatenate([velocity, of_state, of_arguments])

    def pull(g: Any) -> list[Any]:
        cotangent, of_arguments, of_times = g[-1], np.zeros_like(vector), []
        for i in range(np.shape(ys)[0] - 1, 0, -1):
            of_times.append(np.sum(g[i] * derivative(ys[i], t[i], vector)))
            state = np.concatenate([ys[i], cotangent, of_arguments])
            before = odeint(backwards, state, np.stack([t[i], t[i - 1]]), (vector,), **options)[1]
            cotangent, of_arguments = before[n : 2 * n], before[2 * n :]
            cotangent = cotangent + g[i - 1]
        of_times.append(-np.sum((cotangent - g[0]) * derivative(ys[0], t[0], vector)))
        gradients = {1: cotangent, 2: np.stack(of_times[::-1]), 3: unflatten(of_arguments)}
        return [gradients[argnum] for argnum in argnums]

    return pull


defvjp_argnums(odeint, _pull_odeint)
