"""Figures of several runs in one file: rows that are measured anew take the place of the old ones."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from benchmarks.machine import Surroundings
from benchmarks.suite import Outcome
from benchmarks.workload import Workload


def together(old: Surroundings, new: Surroundings) -> Surroundings:
    """The surroundings of figures of both, with the later date.

    Raises:
        ValueError: the machine, the number of threads or a version is another one, so that they do not compare.

    >>> first = Surroundings("a processor", 1, "2026-11-26", {"Python": "3.11.7", "torch": "2.13"})
    >>> together(first, Surroundings("a processor", 1, "2026-11-27", {"Python": "3.11.7"}))
    Surroundings(processor='a processor', threads=1, date='2026-11-27', versions={'Python': '3.11.7', 'torch': '2.13'})
    """
    differing = [
        f"{name} {old.versions[name]} and {new.versions[name]}"
        for name in old.versions
        if new.versions.get(name, old.versions[name]) != old.versions[name]
    ]
    differing += [
        f"{name} {getattr(old, name)} and {getattr(new, name)}"
        for name in ("processor", "threads")
        if getattr(old, name) != getattr(new, name)
    ]
    if differing:
        raise ValueError(f"measured before and now with {', '.join(differing)}: these do not compare")
    return attrs.evolve(new, date=max(old.date, new.date), versions=old.versions | new.versions)


def merged(old: Outcome, new: Outcome, suite: Sequence[Workload]) -> Outcome:
    """The rows of both in the order of the suite, where the new ones replace those of the same workload and size."""
    rows = {(row.workload, row.size): row for row in (*old.rows, *new.rows)}
    order = [(workload.name, size) for workload in suite for size in workload.sizes]
    lines = {row.line for row in new.rows}
    kept = [failure for failure in old.failures if not any(failure.startswith(f"{line}: ") for line in lines)]
    return Outcome([rows[place] for place in order if place in rows], [*kept, *new.failures])


def lacking(workloads: Sequence[Workload], outcome: Outcome) -> list[Workload]:
    """The workloads, with the sizes of which there is no row."""
    have = {(row.workload, row.size) for row in outcome.rows}
    found = [(w, tuple([size for size in w.sizes if (w.name, size) not in have])) for w in workloads]
    return [attrs.evolve(workload, sizes=sizes) for workload, sizes in found if sizes]
