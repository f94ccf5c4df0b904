"""What a person reads after an installation."""

from tests.support.helm_chart import CHART, VALUE_SETS, helm


def _notes(*settings: str, files: tuple[str, ...] = ()) -> str:
    words = [word for setting in settings for word in ("--set-json", setting)]
    words += [word for file in files for word in ("--values", str(CHART / file))]
    told = helm("install", "hj", str(CHART), "--namespace", "demo", "--dry-run=client", *words)
    return told.partition("NOTES:")[2]


def test_it_says_how_to_call_it_and_how_it_stands() -> None:
    notes = _notes()
    assert "port-forward deployment/hj-orchestrator 50051:50051" in notes
    assert "port-forward deployment/hj-approvals 50054:50054" in notes
    assert "GetSystemStatus" in notes
    assert "helm test -n demo hj" in notes


def test_weak_settings_are_said_aloud() -> None:
    notes = _notes("redis.persistence.enabled=false", "agents.branding.scaling.minReplicas=0", "scaler.enabled=false")
    assert "no API key is set" in notes
    assert "simulated" in notes
    assert "nobody has to show who they are" in notes
    assert "Redis has no volume" in notes
    assert "branding: minReplicas is 0" in notes
    assert "they start from 1 each" in notes


def test_in_production_nothing_is_weak() -> None:
    notes = _notes(files=VALUE_SETS["production"])
    assert "WARNING" not in notes
    assert '-H "authorization: Bearer $TOKEN"' in notes


def test_agents_that_nobody_would_scale_are_named() -> None:
    assert "does not know keda.sh/v1alpha1" in _notes('agents.branding.scaling.mode="keda"')


def test_what_stays_after_uninstalling_is_said_before() -> None:
    assert "data-hj-redis-0" in _notes()
