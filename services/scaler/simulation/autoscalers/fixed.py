"""No autoscaler: always the same number."""

from services.scaler.simulation.autoscaler import View


class Fixed:
    """Holds a number of replicas."""

    every = 60.0
    drains = True
    looks_ahead = 0.0

    def __init__(self, replicas: int) -> None:
        self.first = replicas

    def at_once(self, view: View) -> bool:
        """Never."""
        return False

    def wish(self, view: View) -> int:
        """The number."""
        return self.first
