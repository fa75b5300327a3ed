"""Nothing of SciPy is imported unless the user does, and without SciPy the message says what to install."""

from __future__ import annotations

import subprocess
import sys


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_numpys_functions_need_nothing_of_scipy() -> None:
    program = """
import sys
import numpy as np
from pydezero import Variable, grad
x = np.ones(3)
grad(lambda x: np.add.reduce(np.exp(x)))(x)
try:
    np.sin(Variable(x), out=x)
except TypeError:
    pass
assert not [name for name in sys.modules if "scipy" in name.split(".")]
import scipy.special
grad(lambda x: np.maximum.reduce(np.sin(x)))(x)
assert "pydezero.scipy" not in sys.modules
assert grad(scipy.special.gammaln)(1.0) == scipy.special.psi(1.0)
assert "pydezero.scipy.special" in sys.modules
assert "pydezero.scipy.linalg" not in sys.modules
assert "pydezero.scipy.stats" not in sys.modules
assert "scipy.stats" not in sys.modules
assert "pydezero.scipy.integrate" not in sys.modules
assert "scipy.optimize" not in sys.modules
import pydezero.scipy
assert pydezero.scipy.signal.convolve(x, x).shape == (5,)
"""
    done = run(program)
    assert done.returncode == 0, done.stderr


def test_without_scipy() -> None:
    rooms = "special linalg fft integrate interpolate ndimage optimize signal sparse spatial.distance stats"
    for room in rooms.split():
        done = run(f"import sys; sys.modules['scipy'] = None; import pydezero.scipy.{room}")
        assert "ImportError: pydezero.scipy needs SciPy: pip install pydezero[scipy]" in done.stderr
