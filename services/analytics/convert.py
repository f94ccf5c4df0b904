"""From numbers, advice and alerts to the messages of the contract."""

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from heyjarvis.agents.v1 import usage_pb2
from heyjarvis.analytics.v1 import analytics_service_pb2 as pb

from services.analytics.domain.advice import Advice
from services.analytics.domain.alerts import Alert
from services.analytics.domain.consumption import NANOS, Consumption
from services.analytics.domain.histogram import Durations
from services.analytics.domain.measured import Measured, TaskMeasure
from services.analytics.domain.numbers import AgentNumbers, Outcomes, TemplateNumbers


def agent_message(numbers: AgentNumbers) -> pb.AgentStats:
    """The numbers of an agent type."""
    return pb.AgentStats(
        agent_type=numbers.agent_type,
        attempts=outcome_message(numbers.attempts),
        duration=duration_message(numbers.duration),
        wait=duration_message(numbers.wait),
        usage=usage_message(numbers.usage),
        waste=usage_message(numbers.waste),
    )


def template_message(numbers: TemplateNumbers) -> pb.TemplateStats:
    """The numbers of a template."""
    return pb.TemplateStats(
        template=numbers.template,
        workflows=outcome_message(numbers.workflows),
        duration=duration_message(numbers.duration),
        usage=usage_message(numbers.usage),
    )


def workflow_message(id: str, workflow: Measured, now: int) -> pb.GetWorkflowStatsResponse:
    """The numbers of a workflow as of `now`, in microseconds."""
    attempts = workflow.attempts
    waited = workflow.waited_for_people
    if workflow.people_since is not None:
        waited += max(now - workflow.people_since, 0)
    started = sorted(workflow.tasks.items(), key=_by_start)
    message = pb.GetWorkflowStatsResponse(
        workflow=f"workflows/{id}",
        template=workflow.template,
        attempts=outcome_message(
            Outcomes(
                running=attempts.running,
                succeeded=attempts.succeeded,
                failed=attempts.failed,
                cancelled=attempts.cancelled,
            )
        ),
        waited_for_people=span(waited),
        usage=usage_message(workflow.usage),
        waste=usage_message(workflow.waste),
        tasks=[_task_message(task, measure, workflow, now) for task, measure in started],
    )
    if workflow.submitted is not None:
        until = now if workflow.ended is None else workflow.ended
        message.duration.CopyFrom(span(max(until - workflow.submitted, 0)))
    return message


def outcome_message(outcomes: Outcomes) -> pb.OutcomeStats:
    """How many ended how."""
    return pb.OutcomeStats(
        running=outcomes.running,
        succeeded=outcomes.succeeded,
        failed=outcomes.failed,
        cancelled=outcomes.cancelled,
        success_rate=outcomes.success_rate,
    )


def duration_message(durations: Durations) -> pb.DurationStats:
    """A distribution; without measurements only the count."""
    if durations.count < 1:
        return pb.DurationStats()
    return pb.DurationStats(
        count=durations.count,
        mean=span(durations.mean),
        p50=span(durations.quantile(0.5)),
        p95=span(durations.quantile(0.95)),
        max=span(durations.longest),
    )


def usage_message(consumed: Consumption) -> usage_pb2.Usage:
    """A consumption; the cost is absent when nobody knows it."""
    return usage_pb2.Usage(
        input_tokens=consumed.input_tokens,
        output_tokens=consumed.output_tokens,
        cache_read_tokens=consumed.cache_read_tokens,
        cache_write_tokens=consumed.cache_write_tokens,
        calls=min(consumed.calls, 2**31 - 1),
        cost_usd=consumed.cost_usd,
        priced_usd=consumed.cost_nano / NANOS,
    )


def advice_message(advice: Advice) -> pb.Advice:
    """One piece of advice."""
    return pb.Advice(title=advice.title, reason=advice.reason, subject=advice.subject)


def alert_message(alert: Alert) -> pb.Alert:
    """An alert."""
    return pb.Alert(
        name=f"alerts/{alert.id}",
        severity=f"ALERT_SEVERITY_{alert.severity.name}",
        title=alert.title,
        description=alert.description,
        subject=alert.subject,
        start_time=stamp(alert.start),
        end_time=None if alert.end is None else stamp(alert.end),
    )


def span(micros: float) -> Duration:
    """Microseconds as a duration."""
    duration = Duration()
    duration.FromMicroseconds(round(micros))
    return duration


def stamp(micros: int) -> Timestamp:
    """Microseconds since 1970 as a time."""
    moment = Timestamp()
    moment.FromMicroseconds(micros)
    return moment


def _task_message(id: str, task: TaskMeasure, workflow: Measured, now: int) -> pb.TaskStats:
    duration, wait = task.duration, task.wait
    if task.running_since is not None:
        duration += max(now - task.running_since, 0)
    if task.ready_since is not None:
        until = now if workflow.held_since is None else workflow.held_since
        wait += max(until - task.ready_since, 0)
    return pb.TaskStats(
        task=id,
        agent_type=task.agent_type,
        attempts=task.attempts,
        duration=span(duration),
        wait=span(wait),
        usage=usage_message(task.usage),
    )


def _by_start(item: tuple[str, TaskMeasure]) -> tuple[bool, int]:
    start = item[1].first_start
    return start is None, start or 0
