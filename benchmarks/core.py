"""Run the cases of a job in turn, and judge ratios.

A time in seconds says as much about the machine as about the code. A ratio inside one run does not: every case of a job
runs once in each round, in an order that changes, in the same process on the same database; the setup is off the clock.
"""

import contextlib
import gc
import json
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


class Wrong(Exception):
    """A quick case that gives another answer than the limit is not quick, it is wrong."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One way to do the job.

    ``before`` is called before each run, off the clock. ``answer`` is called after each run, off the clock; every case
    of a job that has one must give the same answer. ``rounds``: at most so many count, and none to warm up, for what is
    slow and far from its bound; the first ones.
    """

    name: str
    run: Callable[[], Any]
    before: Callable[[], None] | None = None
    answer: Callable[[], Any] | None = None
    rounds: int | None = None


@dataclass(frozen=True, kw_only=True)
class Bound:
    """``case`` may take at most, or must take at least, so many times what ``base`` takes; without either the ratio is only shown."""

    case: str
    base: str
    at_most: float | None = None
    at_least: float | None = None

    def holds(self, ratio: float) -> bool:
        return (self.at_most is None or ratio <= self.at_most) and (self.at_least is None or ratio >= self.at_least)

    def __str__(self) -> str:
        if self.at_most is not None:
            return f"<= {self.at_most:g}"
        return f">= {self.at_least:g}" if self.at_least is not None else ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that is no time, such as MB of memory, with its limit."""

    name: str
    value: float
    unit: str
    at_most: float | None = None

    @property
    def ok(self) -> bool:
        return self.at_most is None or self.value <= self.at_most


@dataclass(kw_only=True)
class Job:
    """What is run. ``figures`` is called once, after the last round. ``growth``: how many times its time a case may take with ten times the data."""

    name: str
    cases: Sequence[Case]
    bounds: Sequence[Bound] = ()
    figures: Callable[[], Sequence[Figure]] = tuple
    after: Callable[[], None] | None = None
    growth: Mapping[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Row:
    """One line of the table. ``spread`` is the middle half of the runs, as a part of the median."""

    job: str
    case: str
    median: float
    spread: float
    base: str = ""
    ratio: float | None = None
    bound: str = ""
    ok: bool = True
    unit: str = "s"


def interleave(job: Job, rounds: int, say: Callable[[str], None]) -> dict[str, list[float]]:
    """Seconds of each run by case: one round to warm up, then ``rounds`` that count. Raises Wrong."""
    times: dict[str, list[float]] = {case.name: [] for case in job.cases}
    for number in range(rounds + 1):
        order = list(job.cases)
        order = order[number % len(order) :] + order[: number % len(order)]
        answers: dict[str, Any] = {}
        for case in order:
            if case.rounds is not None and not 0 < number <= case.rounds:
                continue
            if case.before:
                case.before()
            with _no_collection():
                began = time.perf_counter()
                case.run()
                took = time.perf_counter() - began
            if case.answer:
                answers[case.name] = case.answer()
            if number:
                times[case.name].append(took)
        _compare(job, answers)
        say(f"{job.name}: {'warm-up' if number == 0 else f'round {number} of {rounds}'}")
    return times


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """What one case left behind is not collected on another's clock."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _compare(job: Job, answers: dict[str, Any]) -> None:
    names = [case.name for case in job.cases if case.name in answers]
    for name in names[1:]:
        if answers[name] != answers[names[0]]:
            raise Wrong(f"{job.name}: {name} answers {_short(answers[name])}, {names[0]} answers {_short(answers[names[0]])}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}..."


def spread(times: Sequence[float]) -> float:
    if len(times) < 2:
        return 0.0
    low, _, high = statistics.quantiles(times, n=4, method="inclusive")
    return (high - low) / statistics.median(times)


def judge(job: Job, times: dict[str, list[float]]) -> list[Row]:
    """The table's lines of one job; the first case is what the others are compared with where no bound says otherwise."""
    medians = {name: statistics.median(values) for name, values in times.items()}
    first = job.cases[0].name
    rows = []
    for name, values in times.items():
        bounds: list[Bound | None] = [bound for bound in job.bounds if bound.case == name] or [None]
        for bound in bounds:
            base = bound.base if bound else first
            # The ratio of each round, then its median: what slowed the whole machine slowed both.
            ratio = statistics.median(mine / other for mine, other in zip(values, times[base], strict=False))
            rows.append(
                Row(
                    job=job.name,
                    case=name,
                    median=medians[name],
                    spread=spread(values),
                    base=base,
                    ratio=ratio,
                    bound=str(bound) if bound else "",
                    ok=bound.holds(ratio) if bound else True,
                )
            )
    return rows


def run(job: Job, rounds: int, say: Callable[[str], None]) -> list[Row]:
    """The job's lines. A ratio beyond its bound is measured once more with twice the rounds before it counts."""
    try:
        rows = judge(job, interleave(job, rounds, say))
        if not all(row.ok for row in rows):
            say(f"{job.name}: beyond a bound, measured again with {rounds * 2} rounds")
            rows = judge(job, interleave(job, rounds * 2, say))
        rows += [
            Row(
                job=job.name,
                case=figure.name,
                median=figure.value,
                spread=0.0,
                unit=figure.unit,
                bound=f"<= {figure.at_most:g}" if figure.at_most is not None else "",
                ok=figure.ok,
            )
            for figure in job.figures()
        ]
        return rows
    finally:
        if job.after:
            job.after()


def growth(rows: Sequence[Row], larger: Sequence[Row], times: float, bounds: Mapping[str, float] | None = None) -> list[Row]:
    """Time at the larger scale over time at the smaller, case by case; ``bounds`` are those of ten times the data."""
    at_scale = {row.case: row for row in larger if row.unit == "s"}
    grown = []
    for row in {row.case: row for row in rows if row.unit == "s" and row.median and row.case in at_scale}.values():
        big, bound = at_scale[row.case], (bounds or {}).get(row.case) if times == 10 else None
        ratio = big.median / row.median
        grown.append(
            Row(
                job=f"{row.job} x{times:g}",
                case=row.case,
                median=big.median,
                spread=big.spread,
                base=f"{row.case} x1",
                ratio=ratio,
                bound=f"<= {bound:g}" if bound else "",
                ok=not bound or ratio <= bound,
            )
        )
    return grown


def table(rows: Sequence[Row]) -> str:
    """Plain text, one line a case."""
    heads = ["job", "case", "median", "spread", "ratio", "to", "bound", "ok"]
    lines = [heads]
    for row in rows:
        median = f"{row.median:.3f} s" if row.unit == "s" else f"{row.median:.1f} {row.unit}"
        ratio = f"{row.ratio:.2f}" if row.ratio is not None and row.base != row.case else ""
        base = row.base if ratio else ""
        judged = ("yes" if row.ok else "NO") if row.bound else ""
        lines.append([row.job, row.case, median, f"{row.spread:.0%}" if row.unit == "s" else "", ratio, base, row.bound, judged])
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def write_json(path: Path, rows: Sequence[Row], *, rounds: int, scales: Sequence[int], server: str) -> None:
    """The table with what it was measured on."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    about = {
        "commit": commit,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.platform(),
        "postgresql": server,
        "rounds": rounds,
        "scales": list(scales),
    }
    path.write_text(json.dumps({"about": about, "rows": [asdict(row) for row in rows]}, indent=2) + "\n")
