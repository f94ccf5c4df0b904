#!/bin/sh
# A registry beside the kind cluster, for machines where images cannot be loaded into its nodes (Docker with the
# containerd image store says "content digest not found"). Afterwards:
#
#   skaffold run --default-repo=localhost:5001 --profile=ci
#
# Run it after `kind create cluster --config k8s/kind.yaml`; running it again does no harm.
set -eu

cluster=heyjarvis
registry=heyjarvis-registry
port=5001

if [ -z "$(docker ps --quiet --filter "name=^${registry}$")" ]; then
    docker rm --force "$registry" >/dev/null 2>&1 || true
    docker run --detach --restart=unless-stopped --name "$registry" --publish "127.0.0.1:${port}:5000" registry:2
fi

# The nodes reach it by its name, on the network that kind made.
if [ "$(docker inspect --format '{{with .NetworkSettings.Networks.kind}}joined{{end}}' "$registry")" != joined ]; then
    docker network connect kind "$registry"
fi

# What a pod calls localhost:5001 is that registry.
for node in $(kind get nodes --name "$cluster"); do
    docker exec "$node" sh -c "mkdir -p /etc/containerd/certs.d/localhost:${port} &&
        printf '[host.\"http://${registry}:5000\"]\n' > /etc/containerd/certs.d/localhost:${port}/hosts.toml"
done
