"""What events add, told as stories."""

from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.orchestrator.v1 import event_pb2 as pb

from services.analytics.domain.consumption import Consumption
from services.analytics.domain.reduce import fold, forget
from tests.support.event_stream import CANCELLED, COST, FAILED, RESULT, UNPRICED, Story, whole
from tests.unit.analytics.stories import agent, events, template, told, total

SECOND = 1_000_000
SPENT = Consumption(input_tokens=100, output_tokens=50, calls=1, cost_nano=10_000_000)
BEFORE_TASK = approval_pb2.GATE_KIND_BEFORE_TASK
YES, NO = approval_pb2.APPROVAL_STATE_APPROVED, approval_pb2.APPROVAL_STATE_REJECTED


def test_a_workflow_that_succeeds() -> None:
    workflow, tally = told(whole("w1"))
    everything, branding, standard = total(tally), agent(tally), template(tally)
    assert (everything.workflows.running, everything.workflows.succeeded) == (0, 1)
    assert (everything.attempts.running, everything.attempts.succeeded) == (0, 1)
    assert everything.duration.longest == 11 * SECOND
    assert everything.usage == branding.usage == standard.usage == workflow.usage == SPENT
    assert not everything.waste
    assert branding.attempts == everything.attempts
    assert (branding.duration.longest, branding.wait.longest) == (10 * SECOND, SECOND)
    assert (standard.workflows.running, standard.workflows.succeeded) == (0, 1)
    assert standard.duration.count == 1
    assert tally.outcomes == [("branding", True)]


def test_events_that_come_again_add_nothing() -> None:
    story = whole("w1")
    workflow, _ = told(story)
    again, tally = fold(workflow, events(story))
    assert again is workflow
    assert not tally


def test_a_failed_attempt_is_waste_and_the_next_one_counts_anew() -> None:
    story = Story().begin()
    story.attempt(retry_scheduled={"usage": COST}).attempt(number=2, succeeded={"result": RESULT}).end()
    workflow, tally = told(story)
    branding = agent(tally)
    assert (branding.attempts.succeeded, branding.attempts.failed) == (1, 1)
    assert branding.waste == workflow.waste == SPENT
    assert branding.usage == SPENT + SPENT
    assert branding.duration.count == 1, "only attempts that succeeded are measured"
    assert (workflow.tasks["t1"].attempts, workflow.tasks["t1"].duration) == (2, 20 * SECOND)
    assert tally.outcomes == [("branding", False), ("branding", True)]


def test_planning_is_booked_to_the_workflow_and_to_no_agent_and_a_refused_draft_is_waste() -> None:
    story = Story().tell(submitted={}).tell(plan_drafted={"usage": COST, "problems": ["a cycle"]})
    workflow, tally = told(story.tell(plan_drafted={"usage": COST}))
    assert (workflow.usage, workflow.waste, workflow.tasks) == (SPENT + SPENT, SPENT, {})
    assert (total(tally).usage, total(tally).waste) == (SPENT + SPENT, SPENT)
    assert not agent(tally).usage


def test_a_refused_start_never_was() -> None:
    story = Story().begin().tell(task="t1", readied={}).after(seconds=2)
    story.tell(task="t1", attempt=1, started={}).after(seconds=1).tell(task="t1", attempt=1, refused={})
    story.after(seconds=3).tell(task="t1", attempt=2, started={}).after(seconds=5)
    story.tell(task="t1", attempt=2, succeeded={"result": RESULT})
    workflow, tally = told(story)
    branding = agent(tally)
    assert (branding.attempts.running, branding.attempts.ended) == (0, 1)
    assert (branding.wait.count, branding.wait.total) == (1, 6 * SECOND)
    assert (workflow.tasks["t1"].attempts, workflow.tasks["t1"].wait) == (1, 6 * SECOND)


def test_a_delivered_result_counts_when_it_is_made_not_when_it_is_approved() -> None:
    story = (
        Story()
        .begin()
        .attempt(delivered={"result": RESULT})
        .tell(task="t1", attempt=1, approval_requested={"approval": "approvals/a"})
    )
    story.after(seconds=60).tell(task="t1", approval_decided={"approval": "approvals/a", "outcome": YES})
    story.tell(task="t1", attempt=1, delivered={"result": RESULT}).tell(task="t1", attempt=1, succeeded={})
    workflow, tally = told(story.end())
    assert agent(tally).usage == SPENT, "an edited result is booked once"
    assert agent(tally).duration.longest == 10 * SECOND
    assert workflow.waited_for_people == 60 * SECOND
    assert total(tally).people.longest == 60 * SECOND


def test_a_result_that_is_thrown_away_becomes_waste() -> None:
    story = Story().begin().attempt(delivered={"result": RESULT}).tell(task="t1", attempt=1, reset={"by": "ana"})
    workflow, tally = told(story)
    assert workflow.usage == workflow.waste == agent(tally).waste == SPENT
    assert agent(tally).attempts.succeeded == 1, "the attempt itself did succeed"


def test_a_workflow_that_goes_on_after_its_end_is_running_again() -> None:
    story = Story().begin().attempt(failed={"usage": COST}).end(FAILED).after(hours=10)
    story.tell(task="t1", attempt=1, reset={"by": "ana"})
    _, tally = told(story)
    assert (total(tally).workflows.running, total(tally).workflows.failed) == (1, 0)
    workflow, tally = told(story.attempt(number=2, succeeded={"result": RESULT}).end())
    assert (template(tally).workflows.running, template(tally).workflows.failed) == (0, 0)
    assert template(tally).workflows.succeeded == 1
    assert workflow.rested == 10 * 3600 * SECOND
    assert total(tally).duration.longest == 22 * SECOND, "the rest between is nobody's work"


def test_an_end_leaves_nothing_running() -> None:
    story = Story().begin().tell(task="t1", readied={}).tell(task="t2", readied={})
    story.tell(task="t1", attempt=1, started={}).end(CANCELLED)
    workflow, tally = told(story)
    assert (workflow.attempts.running, workflow.attempts.cancelled) == (0, 1)
    assert agent(tally).attempts.cancelled == 1
    assert not workflow.waiting()
    assert tally.outcomes == [], "a cancelled attempt says nothing about the agent"


def test_a_price_nobody_knows_makes_the_sum_unknown_and_never_zero() -> None:
    story = Story().begin().attempt(retry_scheduled={"usage": UNPRICED})
    workflow, _ = told(story.attempt(number=2, succeeded={"result": RESULT}))
    assert workflow.usage.cost_usd is None
    assert workflow.usage.tokens == 165
    free = Story().begin().attempt(succeeded={"result": pb.TaskResult(summary="code")})
    assert told(free)[0].usage.cost_usd == 0.0, "no call costs nothing"


def test_an_answer_is_booked_on_the_agent_that_was_asked() -> None:
    story = Story().begin().tell(task="t1", readied={}).tell(task="t1", attempt=1, started={})
    story.tell(task="t1", attempt=1, asked={"ask_id": "q", "agent_type": "market_research"})
    story.tell(task="t1", attempt=1, answered={"ask_id": "q", "usage": COST})
    story.tell(task="t1", attempt=1, answered={"ask_id": "r", "usage": COST, "failure": {"reason": "X"}})
    workflow, tally = told(story)
    assert agent(tally, "market_research").usage == SPENT
    assert agent(tally).usage == agent(tally).waste == SPENT
    assert workflow.tasks["t1"].usage == SPENT + SPENT


def test_a_task_at_its_gate_waits_for_people_not_for_an_agent() -> None:
    story = Story().begin().tell(task="t1", readied={})
    story.tell(task="t1", approval_requested={"approval": "approvals/a", "kind": BEFORE_TASK}).after(minutes=5)
    assert not told(story)[0].waiting()
    story.tell(task="t1", approval_decided={"approval": "approvals/a", "kind": BEFORE_TASK, "outcome": YES})
    story.after(seconds=4).tell(task="t1", attempt=1, started={})
    workflow, tally = told(story)
    assert agent(tally).wait.longest == 4 * SECOND
    assert workflow.waited_for_people == 300 * SECOND
    assert workflow.moving


def test_what_a_review_sends_back_is_waste_once_it_is_made_again() -> None:
    story = Story().begin().attempt(succeeded={"result": RESULT}).attempt("t2", succeeded={"result": RESULT})
    story.tell(task="t2", revision_requested={"revisions": [{"task": "t1", "feedback": "Thin"}], "waiting": ["t2"]})
    workflow, _ = told(story)
    assert not workflow.waste
    story.attempt(number=2, succeeded={"result": RESULT}).tell(task="t2", kept={"reason": "As before"}).end()
    workflow, tally = told(story)
    assert (workflow.usage, workflow.waste) == (SPENT + SPENT + SPENT, SPENT)
    assert agent(tally).waste == SPENT
    assert workflow.tasks["t2"].result_usage == SPENT


def test_a_result_that_cannot_be_made_again_stands_and_the_attempt_is_waste() -> None:
    story = Story().begin().attempt(succeeded={"result": RESULT})
    story.tell(task="t2", revision_requested={"revisions": [{"task": "t1", "feedback": "Thin"}]})
    story.attempt(number=2, kept={"reason": "No", "failure": {"reason": "BROKEN"}, "usage": COST}).end()
    workflow, tally = told(story)
    assert (workflow.usage, workflow.waste) == (SPENT + SPENT, SPENT)
    assert (total(tally).attempts.running, total(tally).attempts.failed) == (0, 1)
    assert workflow.tasks["t1"].result_usage == SPENT


def test_without_money_for_the_day_nothing_waits_for_an_agent() -> None:
    story = Story().begin().tell(task="t1", readied={}).after(seconds=2).tell(held={}).after(hours=5)
    workflow, _ = told(story)
    assert not workflow.moving
    assert not workflow.waiting()
    story.tell(released={}).after(seconds=1).tell(task="t1", agent_type="branding", attempt=1, started={})
    assert agent(told(story)[1]).wait.longest == 3 * SECOND


def test_a_paused_workflow_waits_for_no_agent() -> None:
    story = Story().begin().tell(task="t1", readied={}).after(seconds=2).tell(paused={}).after(hours=1)
    story.tell(task="t2", readied={})
    assert not told(story)[0].waiting()
    story.after(hours=1).tell(resumed={}).after(seconds=3)
    assert len(told(story)[0].waiting()) == 2
    story.tell(task="t1", attempt=1, started={}).tell(task="t2", attempt=1, started={})
    assert agent(told(story)[1]).wait.total == (5 + 3) * SECOND


def test_measuring_that_begins_in_the_middle_guesses_nothing() -> None:
    story = Story().begin().tell(task="t1", readied={}).tell(task="t1", attempt=1, started={}).after(seconds=9)
    story.entries.clear()
    story.tell(task="t1", attempt=1, succeeded={"result": RESULT})
    workflow, tally = told(story)
    assert (total(tally).workflows.running, agent(tally).attempts.ended) == (1, 0)
    assert agent(tally).usage == SPENT
    workflow, tally = told(story.end())
    assert (total(tally).workflows.running, total(tally).workflows.succeeded) == (0, 1)
    assert total(tally).duration.count == template(tally).duration.count == 0
    assert workflow.submitted is None


def test_giving_up_takes_what_runs_out_of_the_numbers() -> None:
    workflow, tally = told(Story().begin().tell(task="t1", readied={}).tell(task="t1", attempt=1, started={}))
    tally.merge(forget(workflow))
    assert total(tally).workflows.running == template(tally).workflows.running == 0
    assert total(tally).attempts.running == agent(tally).attempts.running == 0
