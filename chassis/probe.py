"""Asks a server on this machine for its health: `python -m chassis.probe`, exit code 0 when it is SERVING.

For container engines, which can only run a command. Kubernetes asks grpc.health.v1 itself.
"""

import os
import sys
from collections.abc import Mapping

import grpc
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1.health_pb2_grpc import HealthStub

PATIENCE = 4.0
"""Seconds the server has to answer; less than an engine gives the command."""


def serving(address: str, *, timeout: float = PATIENCE) -> bool:
    """Whether the server at host:port says that it serves."""
    with grpc.insecure_channel(address) as channel:
        try:
            answer = HealthStub(channel).Check(pb.HealthCheckRequest(), timeout=timeout)
        except grpc.RpcError:
            return False
    return bool(answer.status == pb.HealthCheckResponse.SERVING)


def main(environment: Mapping[str, str]) -> int:
    """The exit code; the port is the one the server was told."""
    port = environment.get("HEYJARVIS_PORT", "")
    if not port.isdigit() or port == "0":
        print("HEYJARVIS_PORT does not say where the server listens: set it to its port.", file=sys.stderr)
        return 2
    return 0 if serving(f"127.0.0.1:{port}") else 1


if __name__ == "__main__":
    sys.exit(main(os.environ))
