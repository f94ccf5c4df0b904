"""The servicer: message in, rule asked, message out."""

import hashlib
from typing import Any

import grpc
from google.protobuf.message import Message
from heyjarvis.templates.v1 import template_service_pb2 as pb
from heyjarvis.templates.v1 import template_service_pb2_grpc as rpc

from chassis.errors import FieldViolation, InvalidArgument
from chassis.identity import calling_identity
from chassis.paging import page_position, page_size, page_token
from services.templates import convert
from services.templates.bookkeeping import Bookkeeper
from services.templates.domain.model import Template
from services.templates.domain.recommend import Index, recommend
from services.templates.orchestrator import Workflows
from services.templates.store.templates import RedisTemplateStore, Ticket

_LARGEST_PAGE = 200
_RECOMMENDED, _MOST_RECOMMENDED = 3, 20
_KEPT_INDEXES = 4096

Context = grpc.aio.ServicerContext[Any, Any]


class TemplateService(rpc.TemplateServiceServicer):
    """Keeps workflow templates and their versions, and knows which one fits a request."""

    def __init__(self, *, store: RedisTemplateStore, books: Bookkeeper, workflows: Workflows) -> None:
        self._store = store
        self._books = books
        self._workflows = workflows
        self._indexes: dict[tuple[str, str, int], Index] = {}

    async def CreateTemplate(self, request: pb.CreateTemplateRequest, context: Context) -> pb.CreateTemplateResponse:
        template = await self._books.create(
            _tenant(),
            request.template_id,
            convert.recipe_from(request.template),
            ticket=_ticket(request, request.request_id),
        )
        return pb.CreateTemplateResponse(template=convert.template_message(template))

    async def GetTemplate(self, request: pb.GetTemplateRequest, context: Context) -> pb.GetTemplateResponse:
        id, _, version = request.name.removeprefix("templates/").partition("@")
        if version:
            template = await self._store.version(_tenant(), id, int(version))
        else:
            template = await self._store.newest(_tenant(), id)
        return pb.GetTemplateResponse(template=convert.template_message(template))

    async def ListTemplates(self, request: pb.ListTemplatesRequest, context: Context) -> pb.ListTemplatesResponse:
        tenant = _tenant()
        scope = f"templates {tenant}"
        found, next_place = await self._store.page(
            tenant,
            after=page_position(request.page_token, scope=scope),
            size=page_size(request.page_size, largest=_LARGEST_PAGE),
        )
        return pb.ListTemplatesResponse(
            templates=[convert.template_message(template) for template in found],
            next_page_token=page_token(next_place, scope=scope),
        )

    async def UpdateTemplate(self, request: pb.UpdateTemplateRequest, context: Context) -> pb.UpdateTemplateResponse:
        if not request.template.name:
            raise InvalidArgument(FieldViolation("template.name", "names the template to update: templates/{template}"))
        template = await self._books.update(
            _tenant(),
            request.template.name.removeprefix("templates/"),
            convert.recipe_from(request.template),
            mask=tuple(request.update_mask.paths),
            etag=request.template.etag,
            ticket=_ticket(request, request.request_id),
        )
        return pb.UpdateTemplateResponse(template=convert.template_message(template))

    async def DeleteTemplate(self, request: pb.DeleteTemplateRequest, context: Context) -> pb.DeleteTemplateResponse:
        await self._books.delete(_tenant(), request.name.removeprefix("templates/"), etag=request.etag)
        return pb.DeleteTemplateResponse()

    async def RecommendTemplates(
        self, request: pb.RecommendTemplatesRequest, context: Context
    ) -> pb.RecommendTemplatesResponse:
        indexes = [self._index(template) for template in await self._store.everything(_tenant())]
        limit = min(request.max_results or _RECOMMENDED, _MOST_RECOMMENDED)
        found = recommend(request.request, indexes, limit) if indexes else []
        return pb.RecommendTemplatesResponse(
            recommendations=[convert.recommendation_message(recommendation) for recommendation in found]
        )

    async def LearnTemplate(self, request: pb.LearnTemplateRequest, context: Context) -> pb.LearnTemplateResponse:
        tenant = _tenant()
        workflow = await self._workflows.finished(request.workflow)
        template = await self._books.learn(tenant, request.template_id, workflow)
        return pb.LearnTemplateResponse(template=convert.template_message(template))

    def _index(self, template: Template) -> Index:
        """The stems of a version, which never change; kept for the next request."""
        key = (template.owner, template.id, template.version)
        index = self._indexes.get(key)
        if index is None:
            if len(self._indexes) >= _KEPT_INDEXES:
                self._indexes.clear()
            index = self._indexes[key] = Index.of(template)
        return index


def _tenant() -> str:
    """The tenant whose templates the caller sees; a service has to say for which it acts."""
    return calling_identity().tenant


def _ticket(request: Message, request_id: str) -> Ticket | None:
    if not request_id:
        return None
    content = type(request).__name__.encode() + request.SerializeToString(deterministic=True)
    return Ticket(request_id=request_id, fingerprint=hashlib.sha256(content).hexdigest()[:32])
