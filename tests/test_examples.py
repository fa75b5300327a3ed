"""The programs in examples/, run as a user runs them."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.versions import needs

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def nist_fit(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(EXAMPLES)
    return importlib.import_module("nist_fit")


def run(name: str) -> str:
    command = [sys.executable, "-W", "error", str(EXAMPLES / name)]
    return subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8").stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gauss_newton.py", "1482 distances, 792 unknown coordinates"),
        ("newton_cg.py", "gradient and Hessian product: as written by hand, to rounding"),
        ("gradient_clipping.py", "largest 1 when they are clipped"),
        ("pendulum.py", " 4.0 -1.98608"),
        ("two_body.py", "the energy is that of the start, to rounding"),
        ("shooting.py", "upper         5  10.8468990"),
        ("delicate_functions.py", "at [0. 0.]: naive [nan nan], custom [0. 0.]"),
        ("deep_equilibrium.py", "gradient of the fixed point: that through 200 recorded iterations"),
        ("image_networks.py", "ResNet: 100.0% of 400 new images are told apart"),
        ("transformer.py", "facade -> facadefacade"),
        ("bratu.py", "differences in the ratio 3.96"),
        ("photographs.py", "9125 elements that are not zero, by 9 products"),
        ("optimal_control.py", "driven with this torque, it arrives at 1.0003 pi"),
        ("reaction_diffusion.py", "Jacobian: 796 elements by 4 products"),
        pytest.param(
            "array_api.py",
            "the rotation of the markers is found again",
            marks=needs("scipy>=1.17", "rotations compute by the standard"),
        ),
        ("graph.py", "= divide(b, a)"),
        ("pictures.py", "50 repetitions drawn once"),
        ("book_step14.py", "dy/dx = 2.0"),
    ],
)
def test_example_agrees_with_the_known_answer(name: str, said: str) -> None:
    output = run(name)  # raises for a status other than 0, and the programs check their results
    assert said in output
    assert output.replace("\n", "").isascii()
    assert output.replace("\n", "").isprintable()
    if name != "book_step14.py":
        assert max(map(len, output.splitlines())) <= 80


def test_every_example_is_listed() -> None:
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in listed for path in EXAMPLES.glob("*.py"))


def only(directory: Path, name: str, old: str, new: str) -> Path:
    """Make the directory hold one data file, with a word of it replaced."""
    content = (EXAMPLES / "data" / name).read_text(encoding="utf-8")
    assert content.count(old) == 1
    (directory / name).write_text(content.replace(old, new), encoding="utf-8")
    return directory


def test_demo_meets_every_certified_value(nist_fit: ModuleType) -> None:
    agreement = importlib.import_module("nist.agreement")
    datasets = [nist_fit.load(path) for path in sorted((EXAMPLES / "data").glob("*.toml"))]
    assert len(datasets) == 7
    for dataset in datasets:
        for start in (1, 2):
            fit = nist_fit.fit(dataset, start, lambda misfit: None)
            digits = {one.quantity: one.digits for one in agreement.agreements(fit)}
            assert len(digits) == 2 * len(dataset.parameters) + 1
            assert min(digits.values()) >= 6, (dataset.name, start, digits)
            assert fit.gradient_error < 1e-6


def test_demo_prints_plain_text_of_80_columns_and_succeeds() -> None:
    output = run("nist_fit.py")  # raises for a status other than 0
    assert "14/14" in output
    assert "59 certified values, from two starts each" in output
    assert output.replace("\n", "").isprintable()
    assert max(map(len, output.splitlines())) <= 80


@pytest.mark.parametrize(
    ("right", "wrong", "quantity"),
    [
        ("2.3894212918e+02", "2.3894312918e+02", "limit"),
        ("2.7070075241e+00", "2.7070175241e+00", "s.d. of limit"),
        ("1.2455138894e-01", "1.2455238894e-01", "RSS"),
    ],
)
def test_demo_fails_on_a_value_that_is_not_met(
    nist_fit: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    right: str,
    wrong: str,
    quantity: str,
) -> None:
    assert nist_fit.main(only(tmp_path, "misra1a.toml", right, wrong)) == 1
    output = " ".join(capsys.readouterr().out.split())
    for start in (1, 2):
        assert f"Misra1a, start {start}: {quantity} = {right}, certified {wrong}: 5 digits" in output


def test_demo_fails_on_an_observation_that_is_wrong(nist_fit: ModuleType, tmp_path: Path) -> None:
    assert nist_fit.main(only(tmp_path, "misra1a.toml", "[44.82, 378.4]", "[44.83, 378.4]")) == 1


def test_digits_are_those_that_agree_after_rounding(nist_fit: ModuleType) -> None:
    agreement = importlib.import_module("nist.agreement").Agreement
    digits = {fitted: agreement("b", 1234.567, fitted).digits for fitted in (1234.567, 1234.5674, 1235.0, 1284.0, 1e9)}
    assert digits == {1234.567: 11, 1234.5674: 7, 1235.0: 4, 1284.0: 2, 1e9: 0}
    assert agreement("b", 1.0, float("nan")).digits == 0


def test_step_14_of_the_book() -> None:
    lines = run("book_step14.py").splitlines()
    assert lines[1].split() == ["y", "=", "x", "+", "x", "dy/dx", "=", "2.0"]
    assert lines[3].split()[-3:] == ["dz/dx", "=", "3.0"]
    assert lines[4].split()[-3:] == ["dy/dx", "=", "2.0"]
    assert lines[6].strip() == "dy/dy overwritten with 100.0, dy/dx = 2.0, and asked again: 1.0"
    assert lines[8].endswith("= 3.0")
