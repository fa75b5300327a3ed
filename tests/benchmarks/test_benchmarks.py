import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.compare import difference
from benchmarks.machine import surroundings
from benchmarks.measure import Plan
from benchmarks.report import markdown, quantity
from benchmarks.suite import run_suite
from benchmarks.tools import BY_HAND, Arrays, Loss, Run, Tool, load
from benchmarks.workload import FLOOR, Contenders, Workload, looped
from benchmarks.workloads import SUITE

BRIEF = Plan(rounds=2, seconds=0.1)
SMALLEST = [attrs.evolve(workload, sizes=workload.sizes[:1]) for workload in SUITE]


def smallest(*names: str) -> list[Workload]:
    return [workload for workload in SMALLEST if workload.name in names]


def wrong(workload: Workload) -> Workload:
    """The workload with a floor that gives another value."""

    def contenders(size: int, tools: Sequence[Tool]) -> Contenders:
        right = workload.contenders(size, tools)
        value, gradients = right[FLOOR]()
        return {**right, FLOOR: lambda: (value, tuple(2 * g for g in gradients))}

    return attrs.evolve(workload, contenders=contenders)


@pytest.mark.parametrize("workload", [w for w in SUITE if w.compared], ids=lambda w: w.name)
def test_gradient_by_hand_is_that_of_pydezero(workload: Workload) -> None:
    tools, _ = load(["pydezero"])
    contenders = workload.contenders(workload.sizes[0], tools)
    assert list(contenders) == [FLOOR, "pydezero"]
    assert difference(contenders["pydezero"](), contenders[FLOOR]()) is None


def test_measures_threads() -> None:
    """Of the six there are, which take seconds, the quickest."""
    pytest.importorskip("numba")
    (workload,) = smallest("threads:logsumexp")
    (run,) = workload.contenders(workload.sizes[0], load(["pydezero-jit", "pydezero"])[0]).values()
    assert workload.meter(run, workload.sizes[0])() > 0


@pytest.mark.parametrize("workload", [w for w in SUITE if w.family != "threads"], ids=lambda w: w.name)
def test_measures_something(workload: Workload) -> None:
    tools, _ = load(["pydezero"])
    run = workload.contenders(workload.sizes[0], tools)["pydezero"]
    assert workload.meter(run, workload.sizes[0])() > 0


def test_a_tool_without_the_method_is_left_out() -> None:
    tools = [*load(["pydezero"])[0], Tool("other", "numpy", "1.0", {})]
    (hvp,) = smallest("hvp")
    assert list(hvp.contenders(10, tools)) == [FLOOR, "pydezero"]


@pytest.mark.parametrize("part", [None, 1])
def test_a_loop_stacks_the_results_of_its_turns(part: int | None) -> None:
    def double(loss: Loss, arguments: Arrays, inputs: int) -> Run:
        (x,) = arguments
        return lambda: (x, (loss(x), [inputs * x]))

    tool = Tool("tool", "numpy", "1.0", {"double": double})
    run = looped("double", lambda x: 2 * x, 3, lambda arguments: [(row,) for row in arguments[0]], part)
    turns = run(tool, (np.eye(2),))
    assert turns is not None
    expected = (np.eye(2), (2 * np.eye(2), (3 * np.eye(2),)))
    assert difference(turns(), expected if part is None else expected[part]) is None
    assert looped("other", sum, 1, lambda arguments: [arguments])(tool, (np.eye(2),)) is None


def test_checkpoints_save_memory() -> None:
    tools, _ = load(["pydezero"])
    chain, checkpointed = smallest("memory-chain", "memory-checkpoint")
    size = chain.sizes[0]
    whole, again = (w.meter(w.contenders(size, tools)["pydezero"], size)() for w in (chain, checkpointed))
    assert again < whole / 10


def test_a_scan_with_checkpoints_keeps_few_arrays() -> None:
    tools, _ = load(["pydezero"])
    (scanned,) = smallest("memory-scan")
    size = scanned.sizes[0]
    assert scanned.meter(scanned.contenders(size, tools)["pydezero"], size)() < 250  # of 20,000


def test_names_are_told_apart() -> None:
    assert len({workload.name for workload in SUITE}) == len(SUITE)
    lines = [workload.line(size) for workload in SUITE for size in workload.sizes]
    assert len(set(lines)) == len(lines)


def test_table_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    arguments = ["--tools", "pydezero", "--only", "chain-100", "import", "--json", str(file)]
    assert main(arguments, smallest("chain-100", "logsumexp", "import"), BRIEF) == 0
    out, err = capsys.readouterr()
    assert "FAILED" not in err
    where, _, head, rule, *rows = out.splitlines()
    assert "1 thread, Python" in where
    assert head == "| workload | hand | pydezero |"
    assert rule == "| --- | ---: | ---: |"
    assert [row.split(" | ")[0] for row in rows] == ["| 100 x `y = np.sin(y) * x`, 0-d", "| import after numpy"]
    figures = json.loads(file.read_text())
    assert figures["surroundings"]["threads"] == 1
    chain, imported = figures["rows"]
    assert (chain["workload"], chain["size"], chain["unit"]) == ("chain-100", 1, "s")
    assert chain["measurements"]["hand"]["ratio"] == 1
    assert chain["measurements"]["pydezero"]["median"] > 0
    assert imported["measurements"]["pydezero"]["ratio"] is None


def test_a_file_is_updated_by_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    suite = [attrs.evolve(smallest("chain-100")[0], sizes=(1, 10)), *smallest("logsumexp", "import")]
    brief = ["--tools", "pydezero", "--json", str(file)]

    def rows() -> dict[tuple[str, int], Any]:
        return {(row["workload"], row["size"]): row for row in json.loads(file.read_text())["rows"]}

    assert main([*brief, "--only", "import", "logsumexp", "--update"], suite, BRIEF) == 0
    assert (
        main([*brief, "--only", "chain-100", "--update"], [attrs.evolve(suite[0], sizes=(10,)), *suite[1:]], BRIEF) == 0
    )
    first = rows()
    assert list(first) == [("chain-100", 10), *[(workload.name, workload.sizes[0]) for workload in suite[1:]]]

    assert main([*brief, "--missing"], suite, BRIEF) == 0  # one size alone
    second = rows()
    assert next(iter(second)) == ("chain-100", 1)
    assert {place: row for place, row in second.items() if place in first} == first
    assert main([*brief, "--missing"], suite, BRIEF) == 0
    assert rows() == second
    assert main([*brief, "--only", "logsumexp", "--update"], suite, BRIEF) == 0
    changed = [place for place, row in rows().items() if row != second[place]]
    assert changed == [(suite[1].name, suite[1].sizes[0])]

    # What does not compare is not mixed.
    figures = json.loads(file.read_text())
    figures["surroundings"]["versions"]["numpy"] = "1.26.4"
    file.write_text(json.dumps(figures))
    capsys.readouterr()
    assert main([*brief, "--missing"], suite, BRIEF) == 1
    assert "measured before and now with numpy 1.26.4 and" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--missing"], suite, BRIEF)


def test_another_gradient_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    suite = [*map(wrong, smallest("chain-100")), *smallest("logsumexp")]
    assert main(["--tools", "pydezero"], suite, BRIEF) == 1
    out, err = capsys.readouterr()
    assert "FAILED 100 x `y = np.sin(y) * x`, 0-d: pydezero: array 1 is off by" in err
    chain, logsumexp = out.splitlines()[-2:]
    assert chain.endswith("us |  |")  # what is wrong is not measured
    assert "x (" in logsumexp


def test_an_error_in_a_tool_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    def contenders(size: int, tools: Sequence[Tool]) -> Contenders:
        return {FLOOR: lambda: (1.0, ()), "pydezero": lambda: 1 / 0}

    suite = [attrs.evolve(smallest("chain-100")[0], contenders=contenders)]
    assert main(["--tools", "pydezero"], suite, BRIEF) == 1
    assert "pydezero: ZeroDivisionError" in capsys.readouterr().err


def test_a_tool_that_is_not_installed_is_skipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "torch" else name)
    assert main(["--tools", "pydezero", "torch"], smallest("logsumexp"), BRIEF) == 0
    out, err = capsys.readouterr()
    assert "torch is not installed: skipped" in err
    assert "| workload | hand | pydezero |" in out


def test_a_workload_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["--only", "nothing"], SMALLEST, BRIEF)


def test_plots(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    suite = [attrs.evolve(workload, sizes=workload.sizes[:2]) for workload in SUITE if workload.name == "chain-100"]
    assert main(["--tools", "pydezero", "--plots", str(tmp_path)], suite, BRIEF) == 0
    assert (tmp_path / "chain-100.png").stat().st_size > 0


def test_differences() -> None:
    ones = (1.0, (np.ones(2),))
    assert difference((1.0, [np.ones(2) + 1e-12]), ones) is None
    assert difference((2.0, (np.ones(2),)), ones) == "array 0 is off by 1.0e+00"
    assert difference((1.0, (np.ones(3),)), ones) == "array 1 has shape (3,) instead of (2,)"
    assert difference((1.0, (np.array([1, np.nan]),)), ones) == "array 1 is off by nan"
    assert difference(1.0, ones) == "1 arrays instead of 2"


def test_quantities() -> None:
    assert [quantity(s, "s") for s in (2.0, 0.0123, 4.5e-7)] == ["2.00 s", "12.3 ms", "0.45 us"]
    assert quantity(103.2, "arrays") == "103 arrays"


@pytest.mark.parametrize("name", ["lstm", "bundle", "rotations"])
def test_loops_for_numba_compute_what_numpy_does(name: str) -> None:
    tools, missing = load(["hand-numba"])
    if missing:
        pytest.skip("no Numba")
    (workload,) = smallest(name)
    contenders = workload.contenders(workload.sizes[0], tools)
    assert list(contenders) == [FLOOR, "hand-numba"]
    assert difference(contenders["hand-numba"](), contenders[FLOOR]()) is None


def test_what_is_not_written_for_numba_is_left_out() -> None:
    tool = Tool("hand-numba", "numpy", "1.0", {BY_HAND: lambda loss, arguments, inputs: lambda: None})
    (hvp,) = smallest("hvp")
    assert list(hvp.contenders(10, [tool])) == [FLOOR]


def test_first_calls_have_a_column_of_their_own() -> None:
    tool = Tool("jax-jit", "numpy", "1.0", load(["pydezero"])[0][0].methods)
    (workload,) = smallest("rosenbrock")
    outcome = run_suite([workload], [tool], BRIEF, lambda _: None)
    assert all((m.first_call or 0) > 0 for m in outcome.rows[0].measurements.values())
    header, _, line = markdown(outcome.rows, surroundings([tool], 1)).splitlines()[-3:]
    assert header.endswith("| jax-jit | jax-jit, first call |")
    assert header.count("|") == line.count("|")
