"""Kubernetes: the one place of HeyJarvis that speaks to its API, imported only when HEYJARVIS_CLUSTER says so.

    api.py         one request: credentials, timeouts, refusals as our errors
    objects.py     the few fields that are read of each object
    mirror.py      objects of one kind, listed and followed; never silently old
    assemble.py    objects -> Deployments as the domain knows them; pure
    cluster.py     the door the control loop uses: read, scale, price, tell
    events.py      why a count changed, for `kubectl describe`

The Lease is in `leadership/lease.py`; it shares the way to the API server.
"""
