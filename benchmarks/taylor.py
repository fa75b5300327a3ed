"""`jet` beside nested `jvp`: `python -m benchmarks.taylor`.

The function is tanh(W tanh(W x)), 50 wide, and the curve a line.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

import numpy as np

from pydezero import jet, jvp

WIDTH: Final = 50
ORDERS: Final = (2, 4, 6, 8, 10)

_rng: Final = np.random.default_rng(0)
_weights: Final = _rng.normal(size=(WIDTH, WIDTH)) / WIDTH**0.5
_x: Final = _rng.normal(size=WIDTH)
_direction: Final = _rng.normal(size=WIDTH)


# Any: NumPy's stubs know no Variable.
def network(x: Any) -> Any:
    """The function that is differentiated."""
    return np.tanh(_weights @ np.tanh(_weights @ x))


def by_jet(order: int) -> Any:
    """The derivative of an order, with all below it."""
    return jet(network, (_x,), ([_direction, *[np.zeros(WIDTH)] * (order - 1)],))[1][-1]


def by_jvp(order: int) -> Any:
    """The derivative of an order, by forward mode of forward mode."""

    def derivative(g: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda t: jvp(g, (t,), (1.0,))[1]

    def along(t: Any) -> Any:
        return network(_x + t * _direction)

    g: Callable[[Any], Any] = along
    for _ in range(order):
        g = derivative(g)
    return g(0.0)


def seconds(run: Callable[[int], Any], order: int) -> float:
    """The shortest time of a call."""
    times: list[float] = []
    while len(times) < 3 or (sum(times) < 0.3 and len(times) < 100):
        start = perf_counter()
        run(order)
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    """Print a row for each order."""
    print("order   jet, ms   nested jvp, ms   ratio")
    for order in ORDERS:
        np.testing.assert_allclose(by_jet(order), by_jvp(order), rtol=1e-9, atol=1e-9 * np.max(np.abs(by_jet(order))))
        ours, theirs = seconds(by_jet, order), seconds(by_jvp, order)
        print(f"{order:5d}{ours * 1e3:10.2f}{theirs * 1e3:17.2f}{theirs / ours:8.1f}")


if __name__ == "__main__":
    main()
