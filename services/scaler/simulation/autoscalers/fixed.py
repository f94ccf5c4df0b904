"""No autoscaler: always the same number."""

from services.scaler.simulation.autoscaler import Rule, View


class Fixed(Rule):
    """Holds a number of replicas."""

    every = 60.0

    def __init__(self, replicas: int) -> None:
        self.first = replicas

    def wish(self, view: View) -> int:
        """The number."""
        return self.first
