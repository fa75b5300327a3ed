"""The sources of the functions of this package that are translated."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def definition(function: Callable[..., Any]) -> ast.FunctionDef:
    """The definition of a function.

    Raises:
        RuntimeError: its source is not there.
    """
    try:
        (tree,) = ast.parse(inspect.getsource(function)).body
    except OSError as error:
        raise RuntimeError(
            f"jit compiles {function.__qualname__} from its source in {function.__module__}: {error}"
        ) from None
    assert isinstance(tree, ast.FunctionDef)
    return tree
