"""How much memory a scaler takes that follows a cluster: a real process beside a small API server.

python -m tests.bench.scaler                              50 Deployments with 10 pods each
python -m tests.bench.scaler --deployments 200 --pods 20  another cluster
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.support.kube_api import DEPLOYMENTS, LEASES, PODS, REPLICA_SETS, KubeApi, serving
from tools.local.redis_server import RedisServer

SETTLE = 20.0
"""Seconds the scaler runs before it is measured: some decisions, and a watch of each kind that was opened anew."""
CHURN = 0.02
"""Seconds between changes of pods meanwhile."""


def _fill(kube: KubeApi, deployments: int, pods: int) -> None:
    kube.put(LEASES, "heyjarvis-scaler", spec={})
    for number in range(deployments):
        name = f"agent-{number:03}"
        container = {
            "name": "agent",
            "image": "agent:1",
            "env": [{"name": f"SETTING_{at}", "value": "x"} for at in range(20)],
        }
        template = {
            "spec": {"containers": [container], "volumes": [{"name": f"v{at}", "emptyDir": {}} for at in range(5)]}
        }
        labels = {"heyjarvis.dev/agent-type": name}
        made = kube.put(
            DEPLOYMENTS,
            name,
            metadata={"labels": labels, "generation": 1},
            spec={"replicas": pods, "template": template},
            status={"observedGeneration": 1, "replicas": pods},
        )
        owners = [{"kind": "Deployment", "uid": made["metadata"]["uid"], "controller": True}]
        made = kube.put(
            REPLICA_SETS,
            f"{name}-1",
            metadata={"ownerReferences": owners},
            spec={"template": template},
            status={"replicas": pods},
        )
        owners = [{"kind": "ReplicaSet", "uid": made["metadata"]["uid"], "controller": True}]
        status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
        for at in range(pods):
            kube.put(PODS, f"{name}-1-{at}", metadata={"ownerReferences": owners}, spec=template["spec"], status=status)


async def _measure(deployments: int, pods: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        redis = RedisServer(Path(folder))
        await asyncio.to_thread(redis.start)
        try:
            async with serving(Path(folder)) as (kube, kubeconfig):
                _fill(kube, deployments, pods)
                settings = {
                    "REDIS_URL": redis.url,
                    "HEYJARVIS_CLUSTER": "kubernetes",
                    "HEYJARVIS_KUBECONFIG": str(kubeconfig),
                    "HEYJARVIS_NAMESPACE": "test",
                    "HEYJARVIS_TICK": "1",
                    "LOG_LEVEL": "WARNING",
                }
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "services.scaler", env=os.environ | settings
                )
                try:
                    await _churn(kube)
                    print(f"{deployments} Deployments, {deployments * pods} pods: {_memory(process.pid)}")
                finally:
                    process.terminate()
                    await process.wait()
        finally:
            redis.kill()


async def _churn(kube: KubeApi) -> None:
    ends = asyncio.get_running_loop().time() + SETTLE
    while asyncio.get_running_loop().time() < ends:
        name, pod = next(iter(kube.objects[PODS].items()))
        kube.delete(PODS, name)
        kube.put(PODS, name, **pod)
        kube.history[PODS] = kube.history[PODS][-100:]
        await asyncio.sleep(CHURN)


def _memory(pid: int) -> str:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    found = dict(line.split(":", 1) for line in lines)
    return f"{int(found['VmRSS'].split()[0]) / 1024:.0f} MB now, {int(found['VmHWM'].split()[0]) / 1024:.0f} MB at most"


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deployments", type=int, default=50)
    parser.add_argument("--pods", type=int, default=10)
    asked = parser.parse_args()
    asyncio.run(_measure(asked.deployments, asked.pods))


if __name__ == "__main__":
    main()
