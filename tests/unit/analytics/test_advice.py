"""Advice: silent with few measurements, honest about its numbers, most valuable first."""

from services.analytics.domain.advice import advise
from services.analytics.domain.consumption import Consumption
from services.analytics.domain.histogram import durations_of
from services.analytics.domain.numbers import AgentNumbers, Outcomes, TemplateNumbers, agent_of, template_of, total_of
from services.analytics.domain.tally import Series, Tally

SECOND = 1_000_000
EMPTY = durations_of({}, "duration")


def agent(
    name: str = "branding",
    *,
    succeeded: int = 0,
    failed: int = 0,
    takes: tuple[float, ...] = (),
    waits: tuple[float, ...] = (),
    wasted: int = 0,
    cost_known: bool = True,
) -> AgentNumbers:
    series, tally = (Series("agent", name),), Tally()
    tally.add(series, "attempts.succeeded", succeeded)
    tally.add(series, "attempts.failed", failed)
    for seconds in takes:
        tally.measure(series, "duration", int(seconds * SECOND))
    for seconds in waits:
        tally.measure(series, "wait", int(seconds * SECOND))
    tally.spend(series, "usage", Consumption(output_tokens=1000, unpriced=not cost_known))
    tally.spend(series, "waste", Consumption(output_tokens=wasted, cost_nano=2 * 10**9, unpriced=not cost_known))
    return agent_of(name, {**tally.counts[series[0]], **tally.peaks[series[0]]})


def titles(*agents: AgentNumbers, templates: tuple[TemplateNumbers, ...] = ()) -> list[str]:
    return [advice.title for advice in advise(total_of({}), agents, templates)]


def test_few_measurements_say_nothing() -> None:
    assert titles(agent(succeeded=1, failed=8, takes=(1,), waits=(500,) * 9, wasted=900)) == []


def test_an_agent_that_works_well_gets_no_advice() -> None:
    assert titles(agent(succeeded=100, failed=5, takes=(10,) * 100, waits=(1,) * 100, wasted=50)) == []


def test_an_agent_that_fails() -> None:
    (advice,) = advise(total_of({}), [agent(succeeded=10, failed=10, takes=(30,) * 10)], [])
    assert advice.title == "Find out why 'branding' fails"
    assert "10 of 20 attempts failed" in advice.reason
    assert advice.subject == "branding"
    assert advice.saves == 300


def test_long_waits_want_replicas() -> None:
    assert titles(agent(succeeded=50, takes=(20,) * 50, waits=(60,) * 50)) == ["Give 'branding' more replicas"]
    assert titles(agent(succeeded=50, takes=(600,) * 50, waits=(60,) * 50)) == [], "little beside the work itself"


def test_uneven_attempts_and_waste_are_told() -> None:
    uneven = agent(succeeded=100, takes=(10,) * 90 + (200,) * 10)
    assert titles(uneven) == ["Look at the slow attempts of 'branding'"]
    (waste,) = advise(total_of({}), [agent(succeeded=90, failed=10, takes=(10,) * 90, wasted=400)], [])
    assert "40% of its tokens (400, 2.00 US dollars, of 1,000)" in waste.reason
    (unknown,) = advise(total_of({}), [agent(succeeded=90, failed=10, wasted=400, cost_known=False)], [])
    assert "dollars" not in unknown.reason, "a price nobody knows is not told"


def test_the_most_valuable_comes_first() -> None:
    small = agent("branding", succeeded=10, failed=10, takes=(1,) * 10)
    large = agent("dossier", succeeded=10, failed=10, takes=(100,) * 10)
    assert titles(small, large) == ["Find out why 'dossier' fails", "Find out why 'branding' fails"]


def test_templates_that_fail_and_people_who_are_asked_much() -> None:
    template = template_of("templates/x", {"workflows.succeeded": 5, "workflows.failed": 5})
    assert template.workflows == Outcomes(succeeded=5, failed=5)
    assert titles(templates=(template,)) == ["Mend 'templates/x'"]
    tally, series = Tally(), (Series("total"),)
    for _ in range(10):
        tally.measure(series, "people", 3600 * SECOND)
        tally.measure(series, "duration", 4000 * SECOND)
    total = total_of({**tally.counts[series[0]], **tally.peaks[series[0]]})
    assert [advice.title for advice in advise(total, [], [])] == ["Let the autopilot decide more"]
