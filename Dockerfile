# One file for all images. `make images` builds them; docs/images.md says what is in each.
#
#   SERVICE    folder of the program, for example services/approvals
#   STANDS_ON  which of our own code it needs: chassis, agent-sdk (with the chassis), or nothing
#   EXTRA      lock file in requirements/ with what it needs beyond common.lock; empty for nothing
#   PORT       where it listens, and is asked for its health
#
# What all services share comes in layers of its own, made from the same instructions in the same order: ten images
# hold those layers once. The last stage is the image; `dev` is the same for a development loop that changes files.

ARG PYTHON_IMAGE=python:3.12-slim
ARG STANDS_ON=chassis

# --- Packages, hashes checked, bytecode included. Folders on PYTHONPATH, for an environment cannot be cut into layers.

FROM ${PYTHON_IMAGE} AS pip
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
# unchecked-hash: the files are never changed, so Python need not compare bytecode with its source.
RUN printf '%s\n' \
        '#!/bin/sh -eu' \
        'python -m pip install --quiet --target "$1" --no-compile --no-deps --require-hashes --only-binary :all: -r "$2"' \
        'rm -rf "$1/bin"' \
        'python -m compileall -q --invalidation-mode unchecked-hash "$1"' \
        > /usr/local/bin/install-locked && chmod +x /usr/local/bin/install-locked

FROM pip AS common-packages
COPY requirements/common.lock ./
RUN install-locked /opt/common common.lock

FROM pip AS own-packages
ARG EXTRA
COPY requirements requirements
RUN mkdir /opt/own && if [ -n "${EXTRA}" ]; then install-locked /opt/own "requirements/${EXTRA}.lock"; fi

# --- Our own code

FROM ${PYTHON_IMAGE} AS code
WORKDIR /app
COPY chassis chassis
COPY agent_sdk agent_sdk
COPY gen gen
RUN python -m compileall -q --invalidation-mode unchecked-hash .
COPY pyproject.toml tools/images/metadata.py /build/
RUN python /build/metadata.py /build/pyproject.toml /metadata

# The service under its own name, `service` for the entrypoint, which is the same in all images.
FROM ${PYTHON_IMAGE} AS own-code
ARG SERVICE
WORKDIR /app
COPY services services
COPY tools tools
COPY LICENSE tools/images/entrypoint.py /own/
RUN test -f "${SERVICE}/__main__.py" \
        || { echo "SERVICE='${SERVICE}' is no folder with a __main__.py; say --build-arg SERVICE=services/approvals" >&2; exit 1; } \
    && cd /own && mv entrypoint.py __main__.py \
    && mkdir -p "$(dirname "${SERVICE}")" && cp -R "/app/${SERVICE}" "${SERVICE}" && ln -s "${SERVICE}" service \
    && python -m compileall -q --invalidation-mode unchecked-hash .

# --- What runs

# Without what could install more; with the bytecode of the standard library, which nobody may write later.
FROM ${PYTHON_IMAGE} AS runtime
RUN for module in pip setuptools pkg_resources wheel ensurepip; do \
        python -c "import importlib.util as u; s = u.find_spec('${module}'); print(*(s.submodule_search_locations if s else []))"; \
    done | while read -r folder; do if [ -n "${folder}" ]; then rm -rf "${folder}" "${folder}"-*; fi; done \
    && rm -f /usr/local/bin/pip* /usr/bin/pip* \
    && python -m compileall -q -x '/(test|tests|idlelib|lib2to3|tkinter|turtledemo|site-packages|dist-packages)/' \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" \
    && echo 'heyjarvis:x:10001:10001:HeyJarvis:/tmp:/usr/sbin/nologin' >> /etc/passwd \
    && echo 'heyjarvis:x:10001:' >> /etc/group
WORKDIR /app
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONSAFEPATH=1 PYTHONPATH=/app:/app/gen:/opt/common:/opt/own

FROM runtime AS on-nothing
ENV HEYJARVIS_OFFLINE_HOST=0.0.0.0
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['HEYJARVIS_OFFLINE_PORT']}/healthz\", timeout=4)"]

FROM runtime AS on-chassis
COPY --from=common-packages /opt/common /opt/common
COPY --from=code /app/gen gen
COPY --from=code /app/chassis chassis
COPY --from=code /metadata ./
ENV HEYJARVIS_PROFILE=production
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-m", "chassis.probe"]

FROM on-chassis AS on-agent-sdk
COPY --from=code /app/agent_sdk agent_sdk

FROM on-${STANDS_ON} AS service
COPY --from=own-packages /opt/own /opt/own
COPY --from=own-code /own ./
ARG PORT=50060
# One of the two is read, whatever kind of server it is.
ENV HEYJARVIS_PORT=${PORT} HEYJARVIS_OFFLINE_PORT=${PORT}
EXPOSE ${PORT}
USER 10001:10001
# As a list: Python is process 1 and gets SIGTERM itself.
ENTRYPOINT ["python", "/app"]
ARG TITLE
ARG DESCRIPTION
ARG VERSION
ARG REVISION
ARG CREATED
ARG SOURCE
LABEL org.opencontainers.image.title="${TITLE}" \
      org.opencontainers.image.description="${DESCRIPTION}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.licenses="Apache-2.0"

# For a loop that copies changed files into the running container: the files belong to its user, no bytecode hides a
# change, and the service starts again after each.
FROM service AS dev
USER 0
RUN find /app -name __pycache__ -type d -prune -exec rm -rf {} + && chown -R 10001:10001 /app
COPY --chown=10001:10001 tools/images/reload.py /app/reload.py
USER 10001:10001
ENTRYPOINT ["python", "/app/reload.py", "/app", "python", "/app"]

FROM service AS release
