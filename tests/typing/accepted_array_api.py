"""What the type checker knows of `pydezero.array_api`. Never run: a test runs mypy and pyright over it."""

from __future__ import annotations

from types import ModuleType
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

from pydezero import Variable, as_variable, grad
from pydezero import array_api as xp

Array = NDArray[Any]
array: NDArray[np.float64] = np.ones((3, 3))
variable = as_variable(array)

assert_type(xp.sin(variable), Variable)
assert_type(xp.sin(array), Array)
assert_type(xp.pow(array, variable), Variable)
assert_type(xp.sum(variable, axis=0, keepdims=True), Variable)
assert_type(xp.clip(variable, min=0.0, max=1.0), Variable)
assert_type(xp.clip(array, 0.0), Array)
assert_type(xp.reshape(variable, (9,), copy=False), Variable)
assert_type(xp.sort(array, descending=True), Array)
assert_type(xp.astype(variable, xp.float32), Variable)
assert_type(xp.asarray(variable, dtype=xp.float32), Variable)
assert_type(xp.asarray([1.0, 2.0]), Array)
assert_type(xp.full((2, 3), variable[0, 0]), Variable)
assert_type(xp.full((2, 3), 1.0), Array)
assert_type(xp.full_like(array, 1.0), Array)
assert_type(xp.linspace(0.0, variable[0], 5), Variable)
assert_type(xp.linspace(0.0, 1.0, 5), Array)
assert_type(xp.zeros_like(variable), Array)
assert_type(xp.concat([variable, variable]), Variable)
assert_type(xp.linalg.solve(array, variable), Variable)
assert_type(xp.linalg.trace(variable, offset=1), Variable)
assert_type(xp.linalg.matrix_rank(variable), NDArray[np.intp])
assert_type(xp.fft.fft(variable), Variable)
assert_type(xp.fft.fftfreq(4, d=0.5), Array)
assert_type(xp.less(variable, 1.0), NDArray[np.bool])
assert_type(xp.isfinite(variable), NDArray[np.bool])
assert_type(xp.argsort(variable, descending=True), NDArray[np.intp])
assert_type(xp.nonzero(variable), tuple[NDArray[np.intp], ...])
assert_type(xp.all(variable > 0, axis=0), NDArray[np.bool])
assert_type(xp.result_type(variable, xp.float32), np.dtype[Any])
assert_type(xp.finfo(xp.float32).eps, float)
assert_type(xp.isdtype(xp.float32, ("integral", xp.float64)), bool)
assert_type(xp.__array_namespace_info__().default_device(), str)
assert_type(variable.__array_namespace__(api_version="2024.12"), ModuleType)
assert_type(grad(lambda x: xp.sum(xp.exp(x)))(2.0), np.float64)
