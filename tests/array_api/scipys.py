"""Functions of SciPy that have derivatives by the array API standard, for docs/array_api.md.

`python -m tests.array_api.scipys` differentiates each of them, compares with differences of its values, and prints the
table. SciPy is told to compute by the standard before it is imported, so it runs in a process of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pydezero import array_api as xp
from pydezero import grad, numerical_diff

X: Final = np.array([0.3, 1.2, 0.7, 2.1, 1.5, 0.9])


def functions() -> dict[str, Callable[[Any], Any]]:
    """A scalar function of six numbers for each function of SciPy."""
    from scipy import fft, integrate, optimize, signal, special, stats
    from scipy.spatial.transform import Rotation

    cubature: Any = integrate.cubature  # Any: to SciPy's types a Variable is no array

    return {
        "scipy.special.softmax": lambda v: (special.softmax(v) * v).sum(),
        "scipy.stats.moment": lambda v: stats.moment(v, order=3),
        "scipy.stats.skew": stats.skew,
        "scipy.stats.kurtosis": stats.kurtosis,
        "scipy.stats.gmean": stats.gmean,
        "scipy.stats.hmean": stats.hmean,
        "scipy.stats.pmean": lambda v: stats.pmean(v, 3),
        "scipy.stats.zmap": lambda v: stats.zmap(v, v**2).sum(),
        "scipy.stats.sem": stats.sem,
        "scipy.stats.gstd": stats.gstd,
        "scipy.stats.trim_mean": lambda v: stats.trim_mean(v, 0.2),
        "scipy.stats.describe": lambda v: stats.describe(v).variance,
        "scipy.stats.circmean": stats.circmean,
        "scipy.stats.circvar": stats.circvar,
        "scipy.stats.circstd": stats.circstd,
        "scipy.stats.directional_stats": lambda v: (
            stats.directional_stats(xp.stack([v, v**2], axis=1)).mean_resultant_length
        ),
        "scipy.stats.differential_entropy": stats.differential_entropy,
        "scipy.stats.entropy": stats.entropy,
        "scipy.integrate.trapezoid": lambda v: integrate.trapezoid(v**2, v),
        "scipy.integrate.cubature": lambda v: cubature(lambda t: t[:, 0] ** 2, v[:1] * 0, v[:1]).estimate,
        "scipy.signal.freqz": lambda v: (abs(signal.freqz(v[:2], v[2:5], worN=8)[1]) ** 2).sum(),
        "scipy.fft.fft": lambda v: (abs(fft.fft(v)) ** 3).sum(),
        "scipy.fft.rfft": lambda v: (abs(fft.rfft(v)) ** 3).sum(),
        "scipy.fft.fht": lambda v: (fft.fht(v, 0.1, 0.5) ** 2).sum(),
        "scipy.spatial.transform.Rotation.apply": lambda v: Rotation.from_quat(v[:4]).apply(v[3:]).sum(),
        "scipy.spatial.transform.Rotation.magnitude": lambda v: Rotation.from_rotvec(v[:3]).magnitude(),
        "scipy.optimize.rosen": optimize.rosen,
    }


def main() -> None:
    for name, f in functions().items():
        np.testing.assert_allclose(grad(f)(X), numerical_diff(f, X), rtol=1e-5, atol=1e-7, err_msg=name)
        print(f"`{name}`")
    _check_ufuncs()


def _check_ufuncs() -> None:
    """SciPy has functions around its ufuncs then, which ask the namespace of a Variable for its `special`."""
    from scipy import special

    from pydezero.scipy import special as ours

    for f in (special.gammaln, special.j1, ours.j1, lambda v: special.betainc(2.0, 3.0, v / 10)):
        _check_slopes(f)


def _check_slopes(f: Any) -> None:
    def total(v: Any) -> Any:
        return np.sum(f(v))

    def squares(v: Any) -> Any:
        return np.sum(grad(total)(v) ** 2)

    for g in (total, squares):
        np.testing.assert_allclose(grad(g)(X), numerical_diff(g, X), rtol=1e-5, atol=1e-7)


if __name__ == "__main__":
    os.environ["SCIPY_ARRAY_API"] = "1"
    main()
