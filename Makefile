# Everything that a person or CI runs has a name here; `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# pip reads only the locks: versions and hashes, never an address. uv does the same faster, where a machine has it.
UV := $(shell command -v uv 2>/dev/null)
INSTALL = $(if $(UV),$(UV) pip install -q --python $(BIN)/python,$(BIN)/python -m pip install -q --disable-pip-version-check)
COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command "make lock"

RUN_LOCKS := requirements/main.txt requirements/local.txt
ALL_LOCKS := $(RUN_LOCKS) requirements/dev.txt
CODE := src tests migrations benchmarks

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Dravo needs Python 3.11 or newer; found " + sys.version.split()[0] + ". Try: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(RUN_LOCKS) pyproject.toml | $(BIN)/python
	@echo "Installing what runs (into $(VENV), from hashed locks) ..."
	@$(INSTALL) --require-hashes $(RUN_LOCKS:%=-r %)
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "Installing what checks and tests (into $(VENV), from hashed locks) ..."
	@$(INSTALL) --require-hashes $(ALL_LOCKS:%=-r %)
	@touch $@

.PHONY: install
install: $(VENV)/.dev ## Make .venv with everything: runtime, local servers, tools; starts nothing

.PHONY: demo
demo: $(VENV)/.run ## Run the whole house and publish one post to five simulated networks; ALL=1: with all that they have
	@exec $(BIN)/dravo demo $(if $(ALL),--all)

.PHONY: up
up: $(VENV)/.run ## Run the whole house: Postgres, Valkey, API, worker, simulator
	@exec $(BIN)/dravo up

# Bytecode is kept even where the environment says otherwise: without it every worker compiles all tests anew, each time.
# A worker that is done takes over half of what another has left; until then neighbours stay together.
.PHONY: test
test: install ## Run every test (real Postgres and Valkey, in parallel)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

ROUNDS ?= 3
.PHONY: chaos
chaos: install ## Kill everything and count: ROUNDS=3 takes up to 20 minutes and writes docs/chaos-report.md (ONLY=name for one fault)
	@PYTHONPATH=tests PYTHONDONTWRITEBYTECODE= $(BIN)/python -m chaos --rounds $(ROUNDS) --only "$(ONLY)"

.PHONY: bench-streaming
bench-streaming: $(VENV)/.run ## Measure a worker's memory while it sends a gigabyte (docs/benchmarks.md)
	@$(BIN)/python -m benchmarks.streaming

.PHONY: check
check: install ## Lint, format check, types, import rules, spelling, container files
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/codespell
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

.PHONY: format
format: install ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix-only $(CODE)
	@$(BIN)/ruff format $(CODE)

.PHONY: lock
lock: install ## Renew the hashed locks in requirements/ (newest versions that pyproject.toml allows)
	@$(COMPILE) --upgrade pyproject.toml -o requirements/main.txt
	@$(COMPILE) --upgrade --group local -c requirements/main.txt -o requirements/local.txt
	@$(COMPILE) --upgrade --group dev -c requirements/main.txt -c requirements/local.txt -o requirements/dev.txt
	@! grep -n '://' requirements/*.txt

.PHONY: clean
clean: ## Remove .venv and caches (data of `make up` stays in .dravo)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
