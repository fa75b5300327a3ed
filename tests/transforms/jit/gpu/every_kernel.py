"""All rows of the tables as kernels: `python -m tests.transforms.jit.gpu.every_kernel`.

They run on the GPU where CuPy finds one, and else on the host.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from pydezero.transforms.jit.gpu.compile import compiled_for
from pydezero.transforms.jit.gpu.devices import DEVICES, Device, Placement
from pydezero.transforms.staging.graph import Graph
from tests.functions.case import Array
from tests.transforms.jit.every_function import main
from tests.transforms.jit.gpu.host_device import HostDevice


def device() -> Device:
    """CuPy's device, or the host in its place."""
    if importlib.util.find_spec("cupy") is not None:
        cupy = importlib.import_module("cupy")
        found = DEVICES[cupy.ndarray]
        if found is not None and cupy.cuda.is_available():
            return found
    return HostDevice()


DEVICE = device()


def by_kernels(graph: Graph[..., Any], values: Sequence[Array]) -> list[Array]:
    """What a program of kernels computes; every other input of shape () is a number of the host."""
    flags = tuple([bool(np.ndim(x)) or i % 2 == 0 for i, x in enumerate(values)])
    given = [DEVICE.on_device(np.asarray(x)) if flag else x for x, flag in zip(values, flags, strict=True)]
    results = compiled_for(graph, Placement(DEVICE, 0, flags)).unchecked(given)
    assert not any(isinstance(y, np.generic) for y in results)
    return [DEVICE.on_host(y)[()] for y in results]


if __name__ == "__main__":
    sys.exit(main(by_kernels))
