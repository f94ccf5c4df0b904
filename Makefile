# HeyJarvis: everything a person or a pipeline runs here. `make help` lists it, grouped.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet

# The Python to build .venv with; found by itself when empty.
PYTHON ?=
export PYTHON

##@ Set up

.PHONY: install
install: $(VENV)/.dev-set $(VENV)/.editable ## Create .venv with everything: services, tools, checkers, tests

# Each stamp stands for one finished step, so that a second run does nothing.
$(VENV)/.created: tools/venv.sh
	@echo "Creating $(VENV)"
	@tools/venv.sh $(VENV)
	@touch $@

$(VENV)/.run-set: requirements-run.lock $(VENV)/.created
	@echo "Installing what the services need (hash-checked)"
	@$(PIP) install --require-hashes -r requirements-run.lock
	@touch $@

# The full set holds the very versions of the smaller one.
$(VENV)/.dev-set: requirements.lock $(VENV)/.created
	@echo "Installing the development set (hash-checked)"
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $(VENV)/.run-set $@

$(VENV)/.editable: pyproject.toml $(VENV)/.run-set
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@
