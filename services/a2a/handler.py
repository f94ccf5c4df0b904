"""What A2A may ask of this agent, carried out by the other services in the name of who calls.

Nothing is kept here: the task is the workflow, so any replica answers for any task.
"""

from collections.abc import AsyncGenerator

from a2a.server.context import ServerCallContext
from a2a.server.request_handlers.request_handler import RequestHandler
from a2a.types import a2a_pb2 as a2a
from a2a.utils.errors import (
    InvalidParamsError,
    PushNotificationNotSupportedError,
    TaskNotFoundError,
    UnsupportedOperationError,
)
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.approvals.v1 import approval_service_pb2 as approvals
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as approvals_rpc
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as workflows

from chassis.identity import calling_identity
from services.a2a import incoming
from services.a2a.card import Cards
from services.a2a.convert import ENDED, context_id, state_of, task_id, workflow_name
from services.a2a.errors import told
from services.a2a.following import Event, Following

CANCEL_TIMEOUT = 20.0
"""Seconds cancelling may take; the orchestrator waits up to 15 for its agents."""
ANSWER_PATIENCE = 5.0
"""Seconds a decision may take to reach the workflow before the caller is answered."""
_WAITS_FOR_CALLER = ENDED | {a2a.TASK_STATE_INPUT_REQUIRED}


class Handler(RequestHandler):
    """The operations of A2A."""

    def __init__(
        self,
        orchestrator: rpc.OrchestratorServiceStub,
        approval: approvals_rpc.ApprovalServiceStub,
        following: Following,
        cards: Cards,
        *,
        blocking: float,
    ) -> None:
        self._orchestrator = orchestrator
        self._approval = approval
        self._following = following
        self._cards = cards
        self._blocking = blocking

    async def on_message_send(self, params: a2a.SendMessageRequest, context: ServerCallContext) -> a2a.Task:
        """Starts a workflow, or decides what one waits for; waits for its end unless told not to, within bounds."""
        with told():
            workflow = await self._taken(params)
            if not params.configuration.return_immediately:
                await self._following.until(workflow, _waits_for_caller, within=self._blocking)
                workflow = await self._following.read(workflow.name)
            return await self._following.task(workflow, with_history=_wants_history(params.configuration))

    async def on_message_send_stream(
        self, params: a2a.SendMessageRequest, context: ServerCallContext
    ) -> AsyncGenerator[Event, None]:
        """The same, followed to the end."""
        with told():
            events = self._following.events(await self._taken(params))
            async for event in events:
                yield event

    async def on_get_task(self, params: a2a.GetTaskRequest, context: ServerCallContext) -> a2a.Task:
        """The task as it is."""
        with told():
            workflow = await self._following.read(_name(params.id))
            return await self._following.task(workflow, with_history=_wants_history(params))

    async def on_subscribe_to_task(
        self, params: a2a.SubscribeToTaskRequest, context: ServerCallContext
    ) -> AsyncGenerator[Event, None]:
        """The task as it is, then what changes, to the end."""
        with told():
            workflow = await self._following.read(_name(params.id))
            if state_of(workflow) in ENDED:
                raise UnsupportedOperationError(f"Task {params.id!r} has ended; read it with GetTask.")
            async for event in self._following.events(workflow):
                yield event

    async def on_cancel_task(self, params: a2a.CancelTaskRequest, context: ServerCallContext) -> a2a.Task:
        """Ends the workflow, the model calls that run included."""
        with told(cancelling=True):
            answer = await self._orchestrator.CancelWorkflow(
                pb.CancelWorkflowRequest(name=_name(params.id), reason="cancelled over A2A"), timeout=CANCEL_TIMEOUT
            )
            return await self._following.task(answer.workflow)

    async def on_list_tasks(self, params: a2a.ListTasksRequest, context: ServerCallContext) -> a2a.ListTasksResponse:
        """Not offered: the orchestrator cannot count what its contract asks for."""
        raise UnsupportedOperationError("Tasks are not listed here; keep their ids, and read them with GetTask.")

    async def on_get_extended_agent_card(
        self, params: a2a.GetExtendedAgentCardRequest, context: ServerCallContext
    ) -> a2a.AgentCard:
        """The card with the caller's own templates."""
        with told():
            return await self._cards.card()

    async def on_create_task_push_notification_config(
        self, params: a2a.TaskPushNotificationConfig, context: ServerCallContext
    ) -> a2a.TaskPushNotificationConfig:
        """Not offered: this door opens no connections to addresses that callers name."""
        raise PushNotificationNotSupportedError

    async def on_get_task_push_notification_config(
        self, params: a2a.GetTaskPushNotificationConfigRequest, context: ServerCallContext
    ) -> a2a.TaskPushNotificationConfig:
        """Not offered."""
        raise PushNotificationNotSupportedError

    async def on_list_task_push_notification_configs(
        self, params: a2a.ListTaskPushNotificationConfigsRequest, context: ServerCallContext
    ) -> a2a.ListTaskPushNotificationConfigsResponse:
        """Not offered."""
        raise PushNotificationNotSupportedError

    async def on_delete_task_push_notification_config(
        self, params: a2a.DeleteTaskPushNotificationConfigRequest, context: ServerCallContext
    ) -> None:
        """Not offered."""
        raise PushNotificationNotSupportedError

    async def _taken(self, params: a2a.SendMessageRequest) -> workflows.Workflow:
        message = incoming.check(params)
        subject = calling_identity().subject
        if message.task_id:
            return await self._decided(message, subject)
        with told(missing=InvalidParamsError):  # the skill names no template
            answer = await self._orchestrator.SubmitWorkflow(incoming.submission(message, subject))
        return answer.workflow

    async def _decided(self, message: a2a.Message, subject: str) -> workflows.Workflow:
        workflow = await self._following.read(_name(message.task_id))
        if message.context_id and message.context_id != context_id(workflow):
            raise InvalidParamsError(f"Task {message.task_id!r} is of context {context_id(workflow)!r}.")
        if state_of(workflow) in ENDED:
            raise UnsupportedOperationError(f"Task {message.task_id!r} has ended; start another one.")
        decision = incoming.decision(message, subject)
        # Whose question it is: a decision never reaches another task than the one it was sent to.
        with told(missing=InvalidParamsError):
            asked = await self._approval.GetApproval(approvals.GetApprovalRequest(name=decision.name))
            if asked.approval.workflow != workflow.name:
                raise InvalidParamsError(f"{decision.name!r} is no question of task {task_id(workflow)!r}.")
            decided = await self._approval.DecideApproval(decision)
        if decided.approval.state == approval_pb2.APPROVAL_STATE_PENDING:
            return workflow  # others have to agree as well

        def known(workflow: workflows.Workflow) -> bool:
            return decision.name not in workflow.pending_approvals

        return await self._following.until(workflow, known, within=ANSWER_PATIENCE)


def _waits_for_caller(workflow: workflows.Workflow) -> bool:
    return state_of(workflow) in _WAITS_FOR_CALLER


def _name(task: str) -> str:
    name = workflow_name(task)
    if name is None:
        raise TaskNotFoundError(f"There is no task {task[:80]!r}.")
    return name


def _wants_history(wanted: a2a.SendMessageConfiguration | a2a.GetTaskRequest) -> bool:
    return not wanted.HasField("history_length") or wanted.history_length > 0
