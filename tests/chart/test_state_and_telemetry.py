"""Redis that forgets nothing it said it knew, one of somebody else's, and what can be seen from outside."""

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.helm_chart import VALUE_SETS, Rendered, container, environment, render
from tests.support.shipped_agents import AGENTS
from tools.local.redis_server import find_server


def _configuration(rendered: Rendered) -> dict[str, str]:
    lines = rendered.one("ConfigMap", "redis")["data"]["redis.conf"].splitlines()
    return dict(line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))


def test_redis_writes_down_what_it_is_told(default: Rendered) -> None:
    told = _configuration(default)
    assert (told["appendonly"], told["appendfsync"], told["aof-load-truncated"]) == ("yes", "everysec", "yes")
    assert told["maxmemory-policy"] == "noeviction"
    assert "appendonlyno" not in told


def test_a_real_redis_starts_with_that_configuration_and_password(default: Rendered, tmp_path: Path) -> None:
    """The very start script of the pod, on a server of this machine, asked by the probe's own words."""
    (tmp_path / "redis.conf").write_text(
        default.one("ConfigMap", "redis")["data"]["redis.conf"].replace("/data", str(tmp_path))
        + f"\nunixsocket {tmp_path}/redis.sock\nport 0\n"
    )
    script = container(default.pod("redis"))["command"][2]
    script = script.replace("redis-server", str(find_server())).replace("/etc/redis", str(tmp_path))
    with subprocess.Popen(["sh", "-c", script], env={"REDISCLI_AUTH": "s3cret", "PATH": "/usr/bin:/bin"}) as server:
        try:
            _ask(tmp_path / "redis.sock")
        finally:
            server.terminate()
            assert server.wait(20) == 0, "the signal has to reach Redis itself"


def _ask(socket: Path) -> None:
    import redis
    from redis.backoff import ConstantBackoff
    from redis.exceptions import AuthenticationError
    from redis.retry import Retry

    patient = Retry(ConstantBackoff(0.1), 100)
    with redis.Redis(unix_socket_path=str(socket), password="s3cret", retry=patient) as client:
        assert client.ping()
        assert client.config_get("appendonly")["appendonly"] == "yes"
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    with redis.Redis(unix_socket_path=str(socket)) as stranger, pytest.raises(AuthenticationError):
        stranger.ping()


def test_state_is_on_a_volume_that_outlives_the_release(default: Rendered) -> None:
    spec = default.one("StatefulSet", "redis")["spec"]
    (claim,) = spec["volumeClaimTemplates"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "8Gi"
    assert spec["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert {"name": claim["metadata"]["name"], "mountPath": "/data"} in container(default.pod("redis"))["volumeMounts"]


def test_reading_a_long_file_is_no_reason_to_be_killed() -> None:
    probe = container(render("redis.loadSeconds=602").pod("redis"))["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 602


def test_memory_leaves_room_for_a_rewrite(rendered: Rendered) -> None:
    for pod in [pod for name, pod in rendered.pods() if name == "redis"]:
        limit = container(pod)["resources"]["limits"]["memory"]
        bytes_of = {"Mi": 1 << 20, "Gi": 1 << 30}
        most = int(_configuration(rendered)["maxmemory"].removesuffix("mb")) << 20
        assert int(limit[:-2]) * bytes_of[limit[-2:]] >= 2 * most


def test_a_redis_of_somebody_else_takes_its_place() -> None:
    other = render('redis={"enabled":false,"external":{"existingSecret":"cache","secretKey":"url"}}')
    assert not [each for each in other.manifests if each["metadata"]["name"] == "hj-redis"]
    assert environment(other.pod("orchestrator"))["REDIS_URL"] == {"secretKeyRef": {"name": "cache", "key": "url"}}
    cluster = "redis+cluster://one:6379,two:6379"
    many = render(f'redis={{"enabled":false,"external":{{"url":"{cluster}"}}}}')
    assert environment(many.pod("orchestrator"))["REDIS_URL"] == cluster
    plain = render('redis={"enabled":false,"external":{"url":"redis://cache:6379/2"}}')
    assert environment(plain.pod("agent-dossier"))["REDIS_URL"] == "redis://cache:6379/2"


def test_a_password_can_be_one_that_exists() -> None:
    own = render('redis.auth.existingSecret="mine"')
    assert own.of_kind("Secret") == []
    assert environment(own.pod("orchestrator"))["REDIS_PASSWORD"] == {
        "secretKeyRef": {"name": "mine", "key": "password"}
    }


def test_nothing_is_measured_unless_asked(default: Rendered) -> None:
    assert "metrics" not in str([pod["spec"]["containers"] for _, pod in default.pods()])
    assert not [
        each for each in default.manifests if each["kind"] in ("ServiceMonitor", "PodMonitor", "PrometheusRule")
    ]


def test_monitors_find_every_service_and_agent(everything: Rendered) -> None:
    (services,), (agents,) = everything.of_kind("ServiceMonitor"), everything.of_kind("PodMonitor")
    wanted = services["spec"]["selector"]["matchLabels"].items()
    with_port = {
        each["metadata"]["name"]
        for each in everything.of_kind("Service")
        if wanted <= each["metadata"]["labels"].items()
        and "metrics" in {port["name"] for port in each["spec"]["ports"]}
    }
    assert with_port == {
        f"hj-{name}" for name in ("orchestrator", "templates", "approvals", "analytics", "scaler", "a2a")
    }
    wanted = agents["spec"]["selector"]["matchLabels"].items()
    found = [name for name, pod in everything.pods() if wanted <= pod["metadata"]["labels"].items()]
    assert len(found) == len(AGENTS)
    for name in found:
        assert "metrics" in {port["name"] for port in container(everything.pod(name))["ports"]}
    for each in (services, agents):
        assert each["metadata"]["labels"]["release"] == "prometheus"


def test_the_collector_refuses_before_it_dies_and_sends_on(everything: Rendered) -> None:
    told = yaml.safe_load(everything.one("ConfigMap", "otel-collector")["data"]["config.yaml"])
    pipeline = told["service"]["pipelines"]["traces"]
    assert pipeline["processors"] == ["memory_limiter", "batch"]
    assert told["exporters"]["otlp"]["endpoint"] == "hj-jaeger.demo.svc.cluster.local:4317"
    for part in ("receivers", "processors", "exporters"):
        assert set(pipeline[part]) <= told[part].keys()
    probe = container(everything.pod("otel-collector"))["readinessProbe"]["httpGet"]["port"]
    ports = {each["name"]: each["containerPort"] for each in container(everything.pod("otel-collector"))["ports"]}
    assert told["extensions"]["health_check"]["endpoint"].endswith(f":{ports[probe]}")


def test_a_collector_can_send_to_the_outside_with_tls() -> None:
    far = render("telemetry.collector.enabled=true", 'telemetry.otlpEndpoint="https://otlp.example.com:443"')
    told = yaml.safe_load(far.one("ConfigMap", "otel-collector")["data"]["config.yaml"])["exporters"]["otlp"]
    assert told == {"endpoint": "otlp.example.com:443", "tls": {"insecure": False}}


def test_jaeger_is_there_in_one_pod_with_its_page(everything: Rendered) -> None:
    assert everything.one("Deployment", "jaeger")["spec"]["replicas"] == 1
    assert {each["port"] for each in everything.one("Service", "jaeger")["spec"]["ports"]} == {4317, 4318, 16686}


@pytest.mark.parametrize("files", VALUE_SETS.values(), ids=VALUE_SETS)
def test_images_of_others_are_pinned(files: tuple[str, ...]) -> None:
    for name, pod in render(files=files).pods():
        image = container(pod)["image"]
        assert image.rpartition(":")[2] not in ("latest", ""), name
        assert "bitnami" not in image
