"""The harness judges ratios fairly, and refuses a quick wrong answer. Nothing is timed here."""

import pytest

from benchmarks import core


def job(bound=None, answers=(1, 1)):
    cases = [
        core.Case(name=name, run=lambda: None, answer=lambda answer=answer: answer)
        for name, answer in zip(["limit", "product"], answers, strict=True)
    ]
    return core.Job(name="sums", cases=cases, bounds=[bound] if bound else [])


def test_every_case_runs_once_in_each_round_after_a_warm_up():
    ran = []
    cases = [core.Case(name=name, run=lambda name=name: ran.append(name), before=lambda: ran.append("before")) for name in "ab"]
    times = core.interleave(core.Job(name="turns", cases=cases), rounds=2, say=lambda words: None)
    assert [name for name in ran if name != "before"] == ["a", "b", "b", "a", "a", "b"]
    assert ran.count("before") == 6
    assert {name: len(values) for name, values in times.items()} == {"a": 2, "b": 2}


def test_wrong_answer_stops_the_run():
    with pytest.raises(core.Wrong, match="sums: product answers 2, limit answers 1"):
        core.run(job(answers=(1, 2)), rounds=1, say=lambda words: None)


def test_ratio_is_the_median_of_the_rounds():
    times = {"limit": [1.0, 2.0, 4.0], "product": [3.0, 6.0, 40.0]}
    rows = core.judge(job(core.Bound(case="product", base="limit", at_most=3)), times)
    assert [(row.case, row.ratio, row.bound, row.ok) for row in rows] == [("limit", 1.0, "", True), ("product", 3.0, "<= 3", True)]


@pytest.mark.parametrize(("bound", "ok"), [({"at_most": 2.9}, False), ({"at_least": 3}, True), ({"at_least": 3.1}, False)])
def test_bound_is_held_or_not(bound, ok):
    rows = core.judge(job(core.Bound(case="product", base="limit", **bound)), {"limit": [1.0], "product": [3.0]})
    assert rows[1].ok is ok


def test_beyond_a_bound_is_measured_again(monkeypatch):
    asked = []

    def times(job, rounds, say):
        asked.append(rounds)
        return {"limit": [1.0], "product": [9.0 if rounds == 2 else 1.0]}

    monkeypatch.setattr(core, "interleave", times)
    rows = core.run(job(core.Bound(case="product", base="limit", at_most=2)), rounds=2, say=lambda words: None)
    assert asked == [2, 4]
    assert all(row.ok for row in rows)


def test_table_shows_figures_beside_times():
    rows = [
        core.Row(job="j", case="limit", median=1.5, spread=0.1, base="limit", ratio=1.0),
        core.Row(job="j", case="product", median=3.0, spread=0.0, base="limit", ratio=2.0, bound="<= 1", ok=False),
        core.Row(job="j", case="memory", median=120, spread=0, unit="MB", bound="<= 150"),
    ]
    assert [line.split() for line in core.table(rows).splitlines()[1:]] == [
        ["j", "limit", "1.500", "s", "10%"],
        ["j", "product", "3.000", "s", "0%", "2.00", "limit", "<=", "1", "NO"],
        ["j", "memory", "120.0", "MB", "<=", "150", "yes"],
    ]
