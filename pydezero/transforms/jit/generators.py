"""Random generators that a function draws from while it is recorded: what it draws would be part of the program."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from pydezero.transforms.jit.captured_names import Name

# The one that np.random.normal and its relatives draw from.
_OF_NUMPY: Final[np.random.RandomState] = np.random.random.__self__  # type: ignore[attr-defined]  # it is a bound method


@attrs.frozen(eq=False)
class Generators:
    """The random generators that a function may read, and the state of each before it runs."""

    before: tuple[tuple[np.random.Generator | np.random.RandomState, bytes], ...]

    @classmethod
    def of(cls, names: Sequence[Name], objects: Sequence[object]) -> Generators:
        """NumPy's own, those that names stand for, and those among some objects."""
        leaves = [_OF_NUMPY, *objects, *[leaf for name in names for leaf in (name.leaves or (name.value,))]]
        found = {id(x): x for x in leaves if isinstance(x, np.random.Generator | np.random.RandomState)}
        return cls(tuple([(x, _state(x)) for x in found.values()]))

    def check(self, label: str) -> None:
        """Raise if the function has drawn from one of them.

        Raises:
            TypeError: it has.
        """
        if any(_state(x) != state for x, state in self.before):
            raise TypeError(
                f"{label}: the function draws random numbers, which would be part of the program: the same ones in "
                "every call. Draw them outside, and pass them as an argument: f(x, rng.random(shape))"
            )


def _state(x: np.random.Generator | np.random.RandomState) -> bytes:
    return pickle.dumps(x.bit_generator.state if isinstance(x, np.random.Generator) else x.get_state(legacy=False))
