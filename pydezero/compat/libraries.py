"""Registration of Variables with libraries that keep a table of array types: einops and autoray."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

from pydezero.core.variable import Variable


@cache
def register_einops(einops: ModuleType) -> type:
    """Let the functions of einops take Variables: `rearrange`, `reduce`, `repeat`, `einsum`, `pack` and `unpack`.

    Args:
        einops: the module, as in `import einops; register_einops(einops)`.

    Returns:
        The backend; einops finds it among the subclasses of its own, for as long as it is held, which it is here.
    """
    numpys: Any = einops._backends.NumpyBackend  # Any: einops has no types

    class VariableBackend(numpys):  # type: ignore[misc]  # of the type Any
        """NumPy's functions, which take Variables."""

        framework_name = "pydezero"

        def is_appropriate_type(self, tensor: object) -> bool:
            """Whether the backend is for an object."""
            return type(tensor) is Variable

    return VariableBackend


def register_autoray(autoray: ModuleType) -> None:
    """Let `autoray.do("sin", x)` call `np.sin(x)` for a Variable x.

    Args:
        autoray: the module, as in `import autoray; register_autoray(autoray)`.
    """
    autoray.register_backend(Variable, "numpy")
