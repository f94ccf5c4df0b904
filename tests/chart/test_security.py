"""What a pod may do: as little as it needs. Tokens, keys and passwords are where they are used, and nowhere to read."""

import re
import subprocess

import pytest
import yaml

from tests.support.helm_chart import CHART, Rendered, container, environment, helm, render
from tests.support.shipped_agents import workloads

_NO_ROOT = {"runAsNonRoot": True, "runAsUser": 10001, "runAsGroup": 10001, "seccompProfile": {"type": "RuntimeDefault"}}


def test_every_pod_keeps_the_restricted_standard(rendered: Rendered) -> None:
    """Pod Security `restricted`, field by field, and a root file system nobody writes to."""
    for name, pod in rendered.pods():
        spec = pod["spec"]
        assert _NO_ROOT.items() <= spec["securityContext"].items(), name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
        assert all(next(iter(each.keys() - {"name"})) in _VOLUMES for each in spec["volumes"])
        for each in spec["containers"]:
            assert each["securityContext"] == {
                "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
            }  # fmt: skip
            assert not [port for port in each.get("ports", []) if "hostPort" in port]


_VOLUMES = ("emptyDir", "configMap", "secret", "persistentVolumeClaim", "projected")


def test_every_pod_can_write_to_tmp(rendered: Rendered) -> None:
    for name, pod in rendered.pods():
        mounted = {each["mountPath"]: each["name"] for each in container(pod)["volumeMounts"]}
        (volume,) = [each for each in pod["spec"]["volumes"] if each["name"] == mounted["/tmp"]]
        assert "sizeLimit" in volume["emptyDir"], name


def test_every_pod_has_an_account_of_its_own(rendered: Rendered) -> None:
    accounts = [pod["spec"]["serviceAccountName"] for name, pod in rendered.pods() if not name.startswith("test-")]
    assert len(accounts) == len(set(accounts))
    assert set(accounts) == {each["metadata"]["name"] for each in rendered.of_kind("ServiceAccount")}


def test_only_the_scaler_gets_a_token_of_the_kubernetes_api(rendered: Rendered) -> None:
    with_token = {name for name, pod in rendered.pods() if pod["spec"]["automountServiceAccountToken"]}
    assert with_token - {"test-rights"} == {"scaler"}
    for account in rendered.of_kind("ServiceAccount"):
        assert account["automountServiceAccountToken"] == (account["metadata"]["name"] == "hj-scaler")


def test_no_pod_takes_the_variables_of_services_for_settings(rendered: Rendered) -> None:
    assert all(pod["spec"]["enableServiceLinks"] is False for _, pod in rendered.pods())


def test_requests_always_a_memory_limit_and_none_for_the_processor(rendered: Rendered) -> None:
    for name, pod in rendered.pods():
        resources = container(pod)["resources"]
        assert resources["requests"].keys() == {"cpu", "memory"}, name
        assert resources["limits"].keys() == {"memory"}, name


def test_the_key_is_only_where_the_model_is_called(everything: Rendered) -> None:
    holders = {name for name, pod in everything.pods() if "anthropic" in str(pod)}
    assert holders == workloads(model=True) | {"orchestrator"}
    assert environment(everything.pod("agent-branding"))["ANTHROPIC_API_KEY"] == {
        "secretKeyRef": {"name": "anthropic", "key": "api-key"}
    }


def test_without_a_key_the_offline_model_takes_its_place(default: Rendered) -> None:
    url = environment(default.pod("agent-branding"))["ANTHROPIC_BASE_URL"]
    assert url == "http://hj-offline-model.demo.svc.cluster.local:50090"
    (port,) = default.one("Service", "offline-model")["spec"]["ports"]
    assert port["port"] == 50090
    assert "ANTHROPIC_API_KEY" not in str(default.manifests)


@pytest.mark.parametrize(
    "setting", ['model.apiKey.existingSecret="key"', 'model.baseUrl="https://gateway.example.com"']
)
def test_with_a_key_or_another_server_it_is_not_there(setting: str) -> None:
    assert "offline-model" not in str(render(setting).manifests)


def test_tokens_are_a_file_that_services_and_agents_read(everything: Rendered) -> None:
    for name, pod in everything.pods():
        env = environment(pod) if container(pod).get("env") else {}
        if "HEYJARVIS_PORT" not in env:
            continue
        assert env["HEYJARVIS_TOKENS_FILE"] == "/etc/heyjarvis/tokens/tokens.json", name
        assert env["HEYJARVIS_SERVICE_TOKEN"] == {"secretKeyRef": {"name": "tokens", "key": "service-token"}}
        assert "HEYJARVIS_ALLOW_ANONYMOUS" not in env
        (volume,) = [each for each in pod["spec"]["volumes"] if each["name"] == "tokens"]
        assert volume["secret"]["items"] == [{"key": "tokens.json", "path": "tokens.json"}]


def test_production_renders_no_secret_at_all() -> None:
    """Every secret is made by whoever installs, and named."""
    production = render(files=("values-production.yaml",))
    assert production.of_kind("Secret") == []
    named = set(re.findall(r"'secretKeyRef': \{.*?'name': '([^']+)'", str(production.manifests)))
    assert named == {"heyjarvis-tokens", "heyjarvis-anthropic", "heyjarvis-redis"}


def test_no_value_is_a_place_for_a_secret() -> None:
    """A value ends up in the release, where everybody who may read Secrets of the namespace finds all of them."""
    text = (CHART / "values.yaml").read_text("utf-8").lower()
    fields = re.findall(r"^\s*([a-z]*(?:password|token|apikey|credential)[a-z]*):", text, re.MULTILINE)
    assert fields == ["token", "apikey"]  # the places that name a Secret
    values = yaml.safe_load(text)
    for place in (values["model"]["apikey"], values["agentdefaults"]["foreign"]["token"]):
        assert place.keys() == {"existingsecret", "secretkey"}


def test_the_password_of_redis_is_new_for_each_release_and_in_its_secret_alone(default: Rendered) -> None:
    once, again = (_password(helm("template", "hj", str(CHART), "--namespace", "demo")) for _ in range(2))
    assert once != again
    assert len(once) >= 40
    rest = [each for each in default.manifests if each["kind"] != "Secret"]
    assert default.one("Secret", "redis")["data"]["password"] not in str(rest)
    environment(default.pod("orchestrator"))["REDIS_URL"].index("$(REDIS_PASSWORD)")


def _password(text: str) -> str:
    (secret,) = [each for each in yaml.safe_load_all(text) if each and each["kind"] == "Secret"]
    return str(secret["data"]["password"])


def test_redis_gets_its_password_by_a_way_nobody_sees(default: Rendered) -> None:
    """The start script, run: what it execs has no password among its arguments, and reads it from standard input."""
    script = container(default.pod("redis"))["command"][2]
    seen = subprocess.run(
        ["sh", "-c", script.replace("redis-server", "sh -c 'echo \"args: $*\"; cat'")],
        env={"REDISCLI_AUTH": "s3cret", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    ).stdout
    arguments, _, given = seen.partition("\n")
    assert "s3cret" not in arguments
    assert given.strip() == "requirepass s3cret"


def test_pods_go_when_the_policies_change() -> None:
    def checksum(rendered: Rendered) -> str:
        return str(rendered.pod("scaler")["metadata"]["annotations"]["checksum/policies"])

    assert checksum(render()) != checksum(render("agents.branding.scaling.maxReplicas=4"))
    assert checksum(render()) == checksum(render('logLevel="DEBUG"'))


def test_pods_that_use_a_secret_carry_its_version(everything: Rendered) -> None:
    """Rendered on a cluster it changes with the Secret; without one, with its name."""
    annotations = everything.pod("agent-branding")["metadata"]["annotations"]
    assert {"checksum/model-key", "checksum/tokens"} <= annotations.keys()
    other = render('model.apiKey.existingSecret="other"', files=("values-production.yaml",))
    first = render(files=("values-production.yaml",))
    for name in ("agent-branding", "agent-dossier"):
        changed = other.pod(name)["metadata"]["annotations"] != first.pod(name)["metadata"]["annotations"]
        assert changed == (name == "agent-branding")
