"""Recommendations, as the contract promises them."""

from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from heyjarvis.templates.v1 import template_service_pb2 as pb
from heyjarvis.templates.v1 import template_service_pb2_grpc as rpc

from tests.contract.templates.test_service import create, update
from tests.support.rpc_errors import refused

Stub = rpc.TemplateServiceStub


async def test_recommendations_are_ranked_and_say_why(stub: Stub) -> None:
    answer = await stub.RecommendTemplates(pb.RecommendTemplatesRequest(request="A logo for my bakery"))
    best = answer.recommendations[0]
    assert best.template.name == "templates/brand-identity"
    assert '"logo"' in best.reason
    assert best.estimated_duration == best.template.estimated_duration == Duration(seconds=190)
    assert (best.complexity, best.estimated_cost_usd) == (pb.COMPLEXITY_LOW, 0.25)
    scores = [one.score for one in answer.recommendations]
    assert scores == sorted(scores, reverse=True)
    one = await stub.RecommendTemplates(pb.RecommendTemplatesRequest(request="qwer", max_results=1))
    assert [each.template.name for each in one.recommendations] == ["templates/standard-business"]


async def test_ones_own_templates_are_recommended_from_their_first_version_on(stub: Stub) -> None:
    async def best(request: str) -> str:
        answer = await stub.RecommendTemplates(pb.RecommendTemplatesRequest(request=request))
        return answer.recommendations[0].template.name

    await create(stub)
    assert await best("Check this contract") == "templates/mine"
    await update(stub, pb.Template(name="templates/mine", keywords=["patent"]), "keywords")
    assert await best("Check this contract") == "templates/standard-business"
    assert await best("Check this patent") == "templates/mine"


@pytest.mark.parametrize(
    ("request_fields", "field"),
    [
        ({"request": ""}, "request"),
        ({"request": "x" * 20001}, "request"),
        ({"request": "x", "max_results": -1}, "max_results"),
    ],
)
async def test_a_wrong_request_for_recommendations_names_its_field(
    stub: Stub, request_fields: dict[str, Any], field: str
) -> None:
    error = await refused(stub.RecommendTemplates(pb.RecommendTemplatesRequest(**request_fields)))
    assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])
