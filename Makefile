# HeyJarvis: everything a person or a pipeline runs here. `make help` lists it, grouped.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:
# One step after the other, even under `make -j`: the steps of an installation build on each other.
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet

# The Python to build .venv with; found by itself when empty.
PYTHON ?=
export PYTHON

# What `make run` asks for.
REQUEST ?= Create an AI-powered fitness coaching app
export REQUEST

# More words for the program behind a target: make test ARGS="-k redis -x"
ARGS ?=
# Test processes side by side; 0 runs everything in one.
WORKERS ?= 2

SOURCES := chassis agent_sdk services tools tests charts/heyjarvis/files
TESTS := tests/unit tests/contract tests/integration tests/e2e
PYTEST := $(PY) -m pytest -n $(WORKERS)

##@ Use

.PHONY: run
run: $(VENV)/.run-set $(VENV)/.editable ## Turn REQUEST="..." into a dossier under out/, then stop everything
	@$(PY) -m tools.local run "$$REQUEST" $(ARGS)

.PHONY: up
up: $(VENV)/.run-set $(VENV)/.editable ## Keep the whole system running in the foreground; Ctrl-C stops it
	@$(PY) -m tools.local up $(ARGS)

.PHONY: down
down: $(VENV)/.run-set $(VENV)/.editable ## Stop the system that `make up` keeps running elsewhere
	@$(PY) -m tools.local down

.PHONY: install
install: $(VENV)/.dev-set $(VENV)/.editable ## Create .venv with everything: services, tools, checkers, tests

##@ Check

.PHONY: check
check: ## All that must be green before a change goes in: lint types proto-check test
	@$(MAKE) --no-print-directory lint types proto-check
	@$(MAKE) --no-print-directory test

.PHONY: fmt
fmt: install ## Format Python and proto files, repair what the linter can repair
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/buf format --write --path proto/heyjarvis

.PHONY: lint
lint: install ## Style, format, the arrows between packages, the contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/buf lint
	$(BIN)/buf format --diff --exit-code --path proto/heyjarvis

.PHONY: types
types: install ## Strict types, generated messages and stubs included
	$(BIN)/mypy $(SOURCES)

##@ Test

.PHONY: test
test: install ## Everything below; ARGS="-k word" picks, WORKERS=0 runs in one process
	$(PYTEST) $(TESTS) $(ARGS)

.PHONY: test-unit
test-unit: install ## The rules, without network
	$(PYTEST) tests/unit $(ARGS)

.PHONY: test-contract
test-contract: install ## Each servicer against its proto
	$(PYTEST) tests/contract $(ARGS)

.PHONY: test-integration
test-integration: install ## Stores and streams on a real Redis
	$(PYTEST) tests/integration $(ARGS)

.PHONY: test-e2e
test-e2e: install ## Whole workflows over local processes
	$(PYTEST) tests/e2e $(ARGS)

.PHONY: test-k8s
test-k8s: install ## Against a real Kubernetes API: the cluster of KUBECONFIG, else a control plane of its own
	@$(PY) -m tools.gotools $(if $(KUBECONFIG),helm,) > /dev/null
	$(PYTEST) tests/k8s $(ARGS)

.PHONY: test-chart
test-chart: install ## The chart, rendered with the real helm, and skaffold.yaml
	@$(PY) -m tools.gotools helm > /dev/null
	$(PYTEST) tests/chart $(ARGS)

.PHONY: test-readme
test-readme: install ## The calls of the README by the real grpcurl, against the running system
	@$(PY) -m tools.gotools grpcurl > /dev/null
	$(PYTEST) tests/readme $(ARGS)

.PHONY: test-foreign
test-foreign: install ## An agent written in Go takes part through the contract alone
	$(PYTEST) tests/foreign $(ARGS)

.PHONY: chaos
chaos: install ## Hundreds of workflows under random faults; ARGS="--workflows 60 --faults 25 --seed 3"
	@$(PY) -m tools.chaos $(ARGS)

.PHONY: test-containers
test-containers: install ## The images as containers, with faults; on the Docker Engine that answers, else one of its own
	PYTHON_IMAGE="$(PYTHON_IMAGE)" $(PY) -m pytest tests/containers $(ARGS)

.PHONY: eval
eval: install ## 29 requests, checks by code over each dossier, compared with the last time; ARGS="--only fitness-app"
	@$(PY) -m tools.eval $(ARGS)

.PHONY: bench
bench: install ## The figures: start, submit latency, ten workflows at once
	@$(PY) -m tests.bench $(ARGS)

.PHONY: simulate
simulate: $(VENV)/.run-set $(VENV)/.editable ## Compare the scaler with other autoscalers: a table, pictures under out/simulation, a gate
	@$(BIN)/jarvis scale simulate --trace all --seeds 3 --compare hpa,queue-only,kpa,backlog,static,oracle \
		--out out/simulation --gate $(ARGS)

.PHONY: simulate-golden
simulate-golden: install ## Measure anew what the tests hold the scaler to; only for a change that is meant to move it
	@$(PY) -m tests.unit.scaler.simulation.golden

##@ Ship

# The engine to build with, what every image's name begins with, its tag (empty: pyproject.toml's version), what the
# images stand on (empty: the Dockerfile's choice), and the URL of the repository for a label.
ENGINE ?= docker
PREFIX ?= heyjarvis/
VERSION ?=
PYTHON_IMAGE ?=
SOURCE ?=
IMAGES := ENGINE="$(ENGINE)" PREFIX="$(PREFIX)" VERSION="$(VERSION)" PYTHON_IMAGE="$(PYTHON_IMAGE)" SOURCE="$(SOURCE)" \
	$(PY) -m tools.images

.PHONY: images
images: $(VENV)/.run-set $(VENV)/.editable ## Build a container image of each service; ARGS="approvals" or ARGS=--dev
	@$(IMAGES) build $(ARGS)

.PHONY: images-table
images-table: $(VENV)/.run-set $(VENV)/.editable ## Measure the images and write the table of docs/images.md
	@$(IMAGES) table

.PHONY: skaffold
skaffold: $(VENV)/.run-set $(VENV)/.editable ## Write the lists of images in skaffold.yaml
	@$(IMAGES) skaffold

##@ Maintain

# What `make new-agent` calls it: small letters, digits, underscores.
NAME ?=
export NAME

.PHONY: new-agent
new-agent: install ## Write a running agent with its tests: NAME=legal_review
	@$(PY) -m tools.new_agent "$$NAME"

# Which of the Go programs to build; empty: all.
TOOLS ?=

.PHONY: tools
tools: install ## Build helm, grpcurl and a Kubernetes control plane from Go modules (once, kept outside the checkout)
	@$(PY) -m tools.gotools $(TOOLS)

.PHONY: proto
proto: install ## Compile proto/ into gen/
	@$(PY) -m tools.proto

.PHONY: proto-check
proto-check: install ## Fail when gen/ is not what proto/ says
	@$(PY) -m tools.proto --check

# The state of the contracts to compare with: a branch, a tag or a commit.
AGAINST ?= main

.PHONY: proto-breaking
proto-breaking: install ## Fail when proto/ breaks clients of AGAINST=main
	$(BIN)/buf breaking --against '.git#ref=$(AGAINST)'

COMPILE := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
FROM_DEV := $(COMPILE) --constraint requirements/dev.lock
RUN_EXTRAS := agents dossier pitch-deck orchestrator templates scaler cli local build
# The extras that images add to what all services have in common.
IMAGE_EXTRAS := agents mcp dossier pitch-deck orchestrator templates scaler a2a a2a-bridge

# Not `install`: a lock file that cannot be installed must still be mendable.
$(BIN)/uv:
	@$(MAKE) --no-print-directory install

.PHONY: lock
lock: | $(BIN)/uv ## Bring the lock files in line with pyproject.toml; UPGRADE=1 takes the newest versions
	$(COMPILE) $(if $(UPGRADE),--upgrade) --all-extras --group offline-model -o requirements/dev.lock pyproject.toml
	$(FROM_DEV) $(RUN_EXTRAS:%=--extra %) --group offline-model -o requirements/run.lock pyproject.toml
	$(FROM_DEV) -o requirements/common.lock pyproject.toml
	$(FROM_DEV) --group offline-model -o requirements/offline-model.lock
	common=$$(sed -n 's/^\([a-z0-9-]*\)==.*/--no-emit-package \1/p' requirements/common.lock); \
	for extra in $(IMAGE_EXTRAS); do \
		$(FROM_DEV) $$common --extra $$extra -o requirements/$$extra.lock pyproject.toml || exit; \
	done

.PHONY: clean
clean: ## Remove caches and what a build left
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

.PHONY: clean-all
clean-all: clean ## Remove the environment and the local Redis data too; out/ stays
	rm -rf $(VENV) .heyjarvis

.PHONY: help
help: ## This list
	@if [ -t 1 ]; then bold='\033[1m' blue='\033[36m' plain='\033[0m'; fi; \
	awk -v b="$$bold" -v c="$$blue" -v n="$$plain" ' \
		BEGIN { FS = ":.*## "; printf "%sHeyJarvis%s: make %s<target>%s\n", b, n, c, n } \
		/^##@/ { printf "\n%s%s%s\n", b, substr($$0, 5), n } \
		/^[a-z][a-z0-9-]*:.*## / { printf "  %s%-17s%s %s\n", c, $$1, n, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- The environment. Each stamp stands for one finished step, so that a second run does nothing.
# The lock files are complete, so nothing is resolved again (--no-deps): older versions of pip look for the newest
# release of a package with an extra before they see that it is locked, and refuse that one for having no hash.

$(VENV)/.created:
	@echo "Creating $(VENV)"
	@tools/venv.sh $(VENV)
	@touch $@

$(VENV)/.run-set: requirements/run.lock $(VENV)/.created
	@echo "Installing what the services need, hashes checked (once, about half a minute)"
	@$(PIP) install --no-deps --require-hashes -r requirements/run.lock
	@touch $@

# The full set holds the very versions of the smaller one, so it stands for both.
$(VENV)/.dev-set: requirements/dev.lock requirements/run.lock $(VENV)/.created
	@echo "Installing the development set, hashes checked (once, about a minute)"
	@$(PIP) install --no-deps --require-hashes -r requirements/dev.lock
	@touch $(VENV)/.run-set $@

# Only the project's own entry in the environment: its folders on the path, the `jarvis` command.
$(VENV)/.editable: pyproject.toml $(VENV)/.created
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@
