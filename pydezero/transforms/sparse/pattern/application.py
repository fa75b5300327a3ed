"""One application of a primitive, as the rules for sets see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.level import DELAYED
from pydezero.core.operators import EscapeError
from pydezero.core.primitive import Primitive
from pydezero.core.types import Array
from pydezero.core.variable import Variable, undifferentiated
from pydezero.transforms.sparse.pattern.pattern import Scope
from pydezero.transforms.sparse.pattern.sets import Sets


def plain(x: Array) -> Array:
    """The array under any nesting of Variables.

    Raises:
        EscapeError: it has not one value: it is a batch, or traced.
    """
    while isinstance(x, Variable):
        x = x.node.exposed(x._value, "what a pattern is found with")
    return x


def check_value(x: Array, where: str) -> None:
    """Raise an EscapeError if an argument has not one value to find a pattern with."""
    found = undifferentiated(x)
    if isinstance(found, Variable) and found.node.level == DELAYED:
        raise EscapeError(
            f"{where}: a pattern is found from values, and a Dask array has none before it is computed; "
            "pass x.compute(), or compute what is done with a chunk: da.map_blocks"
        )
    if isinstance(found, Variable):
        raise EscapeError(
            f"{where}: a pattern is found from values, and there are none inside of vmap, jit and trace. Find it "
            "outside: plan = sparse_jacobian(f).prepare(x), or that of sparse_hessian; plan(x) may be called inside"
        )


@attrs.frozen(eq=False)
class Run:
    """One run of a function that looks for a pattern.

    Attributes:
        scope: whether what depends on values may be taken as it is at these values.
        residuals: whether it is the derivative rule of an operation that runs: its constants are residuals, which may
            be zero at these values alone.
        inside: the names of the primitives whose rules are running.
    """

    scope: Scope
    residuals: bool = False
    inside: frozenset[str] = frozenset()


@attrs.frozen(eq=False)
class Application:
    """A primitive with the arguments and the result of one application.

    Attributes:
        primitive: the primitive.
        values: the arguments, one level down.
        sets: for each argument its sets; () for a constant, and where nothing is differentiated.
        varies: for each argument whether it depends on the values of the arguments of the run.
        out: the result, of which there is one.
        params: the parameters.
        run: the run that it is a part of.
    """

    primitive: Primitive
    values: Sequence[Array]
    sets: Sequence[Sets]
    varies: Sequence[bool]
    out: Array
    params: Mapping[str, Any]
    run: Run

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the result."""
        shape: tuple[int, ...] = np.shape(self.out) if not isinstance(self.out, Variable) else self.out.shape
        return shape

    def shape_of(self, position: int) -> tuple[int, ...]:
        """The shape of an argument."""
        x = self.values[position]
        shape: tuple[int, ...] = x.shape if isinstance(x, Variable) else np.shape(x)
        return shape

    def is_complex(self, position: int) -> bool:
        """Whether an argument is complex."""
        return np.result_type(getattr(self.values[position], "dtype", type(self.values[position]))).kind == "c"

    def fixed(self, position: int) -> Array | None:
        """An argument that is a constant for good, None for any other: its zeros are those of the derivative."""
        x = self.values[position]
        if self.varies[position] or self.run.residuals or isinstance(x, Variable):
            return None
        return x if isinstance(x, np.ndarray | np.generic | int | float | complex) else None

    @property
    def places(self) -> list[int]:
        """The positions of the arguments that the result may depend on."""
        return [i for i, sets in enumerate(self.sets) if sets]

    @property
    def has_varying_choice(self) -> bool:
        """Whether a condition or an index among the arguments may be another one at other values."""
        if self.run.scope == "local":
            return False
        return any(varies and self.primitive.argument(i).rule is None for i, varies in enumerate(self.varies))
