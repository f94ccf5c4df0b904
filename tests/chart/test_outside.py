"""Programs of others that an agent works with: they arrive as its settings, their secrets only from Secrets."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from agent_sdk.foreign import ForeignSettings
from agent_sdk.settings import AgentSettings
from chassis.settings_report import variable_of
from tests.support.helm_chart import ROOT, Refused, Rendered, container, environment, render

SERVERS: dict[str, Any] = {
    "crm": {
        "url": "http://crm.tools:8000/mcp",
        "tools": ["find_company", "add_note"],
        "changing": ["add_note"],
        "required": True,
        "headers": {"authorization": {"existingSecret": "crm", "secretKey": "header"}},
        "peers": [{"namespaceSelector": {"matchLabels": {"team": "sales"}}}],
    },
    "prices": {"url": "https://prices.example.com/mcp", "tools": ["search"]},
    "shop": {
        "command": ["python", "-m", "shop"],
        "tools": ["look"],
        "environment": {"PYTHONPATH": "/opt/own", "KEY": {"existingSecret": "shop", "secretKey": "key"}},
    },
}
LEX: dict[str, Any] = {
    "url": "https://lex.example.com/agents",
    "hosts": ["lex.example.com", "files.lex.example.com:8443"],
    "token": {"existingSecret": "lex"},
}
POLICIES = "networkPolicy.enabled=true"


def with_agent(*settings: str, **fields: Any) -> Rendered:
    """The chart with one more agent."""
    return render(f"agents.slogan={json.dumps(fields)}", *settings)


def test_tool_servers_arrive_as_the_setting_with_secrets_as_files(monkeypatch: pytest.MonkeyPatch) -> None:
    pod = with_agent(mcpServers=SERVERS).pod("agent-slogan")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("HEYJARVIS_AGENT_MCP_SERVERS", environment(pod)["HEYJARVIS_AGENT_MCP_SERVERS"])
    crm, prices, shop = AgentSettings().agent_mcp_servers
    assert (crm.name, crm.url, crm.required) == ("crm", "http://crm.tools:8000/mcp", True)
    assert (crm.tools, crm.changing) == (("find_company", "add_note"), ("add_note",))
    assert (prices.url, prices.headers) == ("https://prices.example.com/mcp", {})
    assert (shop.command, shop.environment["PYTHONPATH"].get_secret_value()) == (("python", "-m", "shop"), "/opt/own")
    told = json.loads(environment(pod)["HEYJARVIS_AGENT_MCP_SERVERS"])
    files = {told[0]["headers"]["authorization"]["file"], told[2]["environment"]["KEY"]["file"]}
    assert files == _mounted(pod) == {"/etc/heyjarvis/mcp/crm/authorization", "/etc/heyjarvis/mcp/shop/KEY"}


def _mounted(pod: dict[str, Any]) -> set[str]:
    """Paths of the files that the volume of tool servers has."""
    (volume,) = [each for each in pod["spec"]["volumes"] if each["name"] == "mcp"]
    (mount,) = [each for each in container(pod)["volumeMounts"] if each["name"] == "mcp"]
    assert mount["readOnly"]
    sources = [each["secret"] for each in volume["projected"]["sources"]]
    assert {(each["name"], each["items"][0]["key"]) for each in sources} == {("crm", "header"), ("shop", "key")}
    return {f"{mount['mountPath']}/{item['path']}" for each in sources for item in each["items"]}


def test_a_foreign_agent_arrives_as_its_settings_without_a_key_of_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered = with_agent('model.apiKey.existingSecret="key"', foreign=LEX)
    env = environment(rendered.pod("agent-slogan"))
    assert env["HEYJARVIS_FOREIGN_TOKEN"] == {"secretKeyRef": {"name": "lex", "key": "token"}}
    assert env.keys() & {variable_of(ForeignSettings, field) for field in ForeignSettings.model_fields} == {
        "HEYJARVIS_FOREIGN_URL", "HEYJARVIS_FOREIGN_HOSTS", "HEYJARVIS_FOREIGN_TOKEN",
    }  # fmt: skip
    assert not [name for name in env if name.startswith("ANTHROPIC")]
    for name in ("HEYJARVIS_FOREIGN_URL", "HEYJARVIS_FOREIGN_HOSTS"):
        monkeypatch.setenv(name, env[name])
    settings = ForeignSettings()
    assert settings.foreign_url == LEX["url"]
    assert settings.hosts == set(LEX["hosts"])
    assert "checksum/foreign-token" in rendered.pod("agent-slogan")["metadata"]["annotations"]


def test_an_agent_without_them_is_told_of_none(default: Rendered) -> None:
    pod = default.pod("agent-branding")
    assert not [name for name in environment(pod) if "MCP" in name or "FOREIGN" in name]
    assert "mcp" not in {each["name"] for each in pod["spec"]["volumes"]}


def test_policies_open_the_way_to_them_and_to_nobody_else() -> None:
    rendered = with_agent(POLICIES, mcpServers=SERVERS, foreign=LEX)
    ways = rendered.one("NetworkPolicy", "agent-slogan")["spec"]["egress"]
    outside = {(port["port"], str(each.get("to", ""))) for each in ways for port in each["ports"]}
    others = rendered.one("NetworkPolicy", "agent-dossier")["spec"]["egress"]
    usual = {(port["port"], str(each.get("to", ""))) for each in others for port in each["ports"]}
    assert outside - usual == {(8000, str(SERVERS["crm"]["peers"])), (443, ""), (8443, "")}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"mcpServers": {"crm": {"tools": ["a"]}}}, "agents.slogan.mcpServers.crm needs either a url or a command"),
        (
            {"mcpServers": {"crm": {"tools": ["a"], "url": "http://crm", "command": ["crm"]}}},
            "agents.slogan.mcpServers.crm needs either a url or a command",
        ),
        (
            {"mcpServers": {"crm": {"tools": ["a"], "changing": ["b"], "url": "http://crm"}}},
            "agents.slogan.mcpServers.crm.changing names b",
        ),
        ({"mcpServers": {"crm": {"url": "http://crm"}}}, "missing property 'tools'"),
        ({"mcpServers": {"The CRM": {"tools": ["a"], "url": "http://crm"}}}, "'The CRM' does not match pattern"),
        ({"mcpServers": {"crm": {"tools": ["a"], "url": "http://me:secret@crm"}}}, "does not match pattern"),
        ({"foreign": {"url": "lex.example.com"}}, "/agents/slogan/foreign/url"),
        ({"foreign": {"url": "https://lex", "token": "hunter2"}}, "/agents/slogan/foreign/token"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused) as refused:
        with_agent(**fields)
    assert told in str(refused.value)


def test_a_header_is_never_among_the_values() -> None:
    server = {"tools": ["a"], "url": "http://crm", "headers": {"authorization": "Bearer hunter2"}}
    with pytest.raises(Refused, match="/agents/slogan/mcpServers/crm/headers/authorization") as refused:
        with_agent(mcpServers={"crm": server})
    assert "hunter2" not in str(refused.value)


def test_the_example_of_the_page_is_taken(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "kubernetes.md").read_text("utf-8")
    (example,) = re.findall(r"^```yaml\n(agents:.*?)^```$", page, re.MULTILINE | re.DOTALL)
    values = tmp_path / "values.yaml"
    values.write_text(example, "utf-8")
    rendered = render(files=(str(values),))
    (crm,) = json.loads(environment(rendered.pod("agent-slogan"))["HEYJARVIS_AGENT_MCP_SERVERS"])
    assert crm["headers"] == {"authorization": {"file": "/etc/heyjarvis/mcp/crm/authorization"}}
    assert environment(rendered.pod("agent-legal-review"))["HEYJARVIS_FOREIGN_URL"] == "https://lex.example.com"
