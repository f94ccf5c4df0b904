"""Reading the numbers: the agents' heartbeats, the orchestrators' queues, analytics' durations; each with its age."""
