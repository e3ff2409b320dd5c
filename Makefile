# Two commands do everything: `make run` (install, build, play the demo quarter, serve) and `make test`.
# Stamps in .stamps/ remember what is done; a second call does only what changed.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV   := .venv
BIN    := $(VENV)/bin
PYTHON ?= python3
STAMPS := .stamps
PACKAGES := api deploy domain journal projections workflows
WEB    := $(shell find web -type f -not -path 'web/node_modules/*' -not -name 'api.d.ts' 2>/dev/null)
COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
           --no-emit-index-url --no-emit-find-links --no-header

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export UV_NO_PROGRESS = 1
# Compiling all of it costs more than it saves on a first start: Python compiles what it uses. It
# must be allowed to keep that, or each of the many processes here would compile it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test drill bench histories lint types contracts ci lock clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# --- what is installed --------------------------------------------------------------------------

$(STAMPS)/venv: deploy/lock/uv.txt
	@mkdir -p $(STAMPS)
	@echo "· making the virtual environment"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "True North needs Python 3.11 or newer; set PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --require-hashes -r deploy/lock/uv.txt
	@touch $@

$(STAMPS)/run: $(STAMPS)/venv deploy/lock/run.txt pyproject.toml
	@echo "· installing what True North runs on"
	@test -e $(STAMPS)/dev || $(BIN)/uv pip sync -q --require-hashes deploy/lock/uv.txt deploy/lock/run.txt
	@SKIP_WEB=1 $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/venv deploy/lock/dev.txt pyproject.toml
	@echo "· installing what the tests need"
	@$(BIN)/uv pip sync -q --require-hashes deploy/lock/uv.txt deploy/lock/dev.txt
	@SKIP_WEB=1 $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

# Node is the system's if that is new enough, else a Python package.
$(STAMPS)/web: $(STAMPS)/venv openapi.json deploy/build_web.py deploy/lock/node.txt $(WEB)
	@$(BIN)/python -m deploy.build_web --node || { echo "· installing node for the pages"; \
		$(BIN)/uv pip install -q --require-hashes -r deploy/lock/node.txt; }
	@echo "· building the pages"
	@$(BIN)/python -m deploy.build_web
	@touch $@

# Debian packages that only tests need: a browser and, unless some PostgreSQL is found, a server.
$(STAMPS)/debian: deploy/debian.sh
	@mkdir -p $(STAMPS)
	@bash deploy/debian.sh
	@touch $@

# --- the two commands ---------------------------------------------------------------------------

run: $(STAMPS)/run $(STAMPS)/web ## install, build, play the demo quarter once, serve it
	@exec $(BIN)/truenorth demo $(ARGS)

test: $(STAMPS)/dev $(STAMPS)/web $(STAMPS)/debian ## every test but the drills
	$(BIN)/pytest -n 3 --dist loadgroup --no-loadscope-reorder -m "not drill" $(ARGS)

# --- and the rest -------------------------------------------------------------------------------

drill: $(STAMPS)/dev $(STAMPS)/web $(STAMPS)/debian ## slow drills: kill -9, chaos, lost databases, laws at length
	$(BIN)/pytest -m drill $(ARGS)
	$(BIN)/pytest -m "hypothesis and not drill" --hypothesis-profile=thorough $(ARGS)

bench: $(STAMPS)/dev $(STAMPS)/debian ## measured ratios against plain code in the same run
	$(BIN)/python -m tests.bench

histories: $(STAMPS)/dev ## record workflow histories for a new release
	$(BIN)/python -m tests.workflows.record

lint: $(STAMPS)/dev $(STAMPS)/web ## format, lint, and dependencies that are unused or undeclared
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(BIN)/python -m deploy.build_web --npm run --silent lint
	$(BIN)/deptry $(PACKAGES)
	$(BIN)/deptry $(PACKAGES) tests --exclude '^$$' --non-dev-dependency-groups test

types: $(STAMPS)/dev $(STAMPS)/web ## mypy, strict, and the pages against openapi.json
	$(BIN)/mypy
	@$(BIN)/python -m deploy.build_web --npm run --silent types
	@$(BIN)/python -m deploy.build_web --npm run --silent check

contracts: $(STAMPS)/dev ## which folder may import which
	$(BIN)/lint-imports --no-cache

ci: lint types contracts test ## all that must hold before a change lands

lock: $(STAMPS)/venv ## resolve the locks anew; they hold hashes and name no host
	$(COMPILE) deploy/lock/uv.in -o deploy/lock/uv.txt
	$(COMPILE) pyproject.toml --group build -o deploy/lock/run.txt
	$(COMPILE) pyproject.toml --group build --group test --group lint -c deploy/lock/run.txt -o deploy/lock/dev.txt
	$(COMPILE) deploy/lock/node.in -o deploy/lock/node.txt
	$(BIN)/python -m deploy.build_web --lock

clean: ## remove what was built, not your data in .truenorth
	rm -rf $(VENV) $(STAMPS) api/static web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
