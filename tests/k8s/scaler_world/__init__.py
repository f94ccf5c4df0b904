"""A scaler on a real Kubernetes API, and all that it looks at.

    world.py     one agent's Deployment, what waits for it, what the scaler decides; waiting for all of it
    fleet.py     a real agent process in each pod of the node stand-in, with attempts that run until the test says so
    process.py   scalers as processes of their own, with the rights the chart gives them
    rights.py    what the chart renders for the scaler: ServiceAccount, Role, Lease, admission policy

The proof is the API server's record and the UIDs of pods, never what the scaler says of itself alone.
"""

from tests.k8s.scaler_world.fleet import Fleet
from tests.k8s.scaler_world.process import ScalerProcess
from tests.k8s.scaler_world.world import AGENT, DEPLOYMENT, World, count

__all__ = ["AGENT", "DEPLOYMENT", "Fleet", "ScalerProcess", "World", "count"]
