"""Fit NIST's reference data sets for nonlinear regression, and compare with the certified answers.

SciPy minimises the sum of squared residuals; `pydezero.value_and_grad` differentiates it, through models that are plain
NumPy functions.

    python examples/nist_fit.py

exits with status 1 if a certified value, or the numerical gradient, agrees to fewer than 6 digits.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from nist import report
from nist.agreement import disagreements
from nist.dataset import Dataset, load
from nist.fitting import Fit, fit
from rich.console import Console
from rich.progress import Progress, TaskID

DATA = Path(__file__).parent / "data"


def main(directory: Path = DATA) -> int:
    """Fit every data set in a directory, print the comparison, and give the exit status."""
    console = Console(highlight=False)
    datasets = [load(path) for path in sorted(directory.glob("*.toml"))]
    console.print(report.models(datasets), "", sep="\n")
    results = fit_all(datasets, console)
    wrong = [line for fits in results for one in fits for line in disagreements(one)]
    for part in (report.certified(results), report.effort(results), report.verdict(results, wrong)):
        console.print("", part, sep="\n")
    return 1 if wrong else 0


def fit_all(datasets: Sequence[Dataset], console: Console) -> list[report.Fits]:
    with report.progress(console) as progress:
        task = progress.add_task("", total=2 * len(datasets))
        return [(fit_one(dataset, 1, progress, task), fit_one(dataset, 2, progress, task)) for dataset in datasets]


def fit_one(dataset: Dataset, start: int, progress: Progress, task: TaskID) -> Fit:
    def show(misfit: float) -> None:
        progress.update(task, description=f"{dataset.name:<8} start {start}: misfit {misfit:.2e}")

    result = fit(dataset, start, show)
    progress.advance(task)
    return result


if __name__ == "__main__":
    sys.exit(main())
