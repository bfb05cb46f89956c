# The contributor's day. `make` alone lists what there is. Needs Python 3.11 or later, make and a network; nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup run test torture check fix lock seed bench screenshots shell logs clean

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed-$(shell cksum < requirements.lock | tr ' ' '-')
LAUNCH := $(BIN)/python -m prm.launch

help: ## Say what each of these does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(INSTALLED) ## Install the Python and npm packages and build style sheet and scripts
	@$(BIN)/python -m prm.assets

run: $(INSTALLED) ## Start the portal with its database, broker, web, worker and beat (PORT=8000); Ctrl-C stops all
	@$(LAUNCH) run

test: setup ## Run all tests, the browser's included, on servers of their own (ARGS="tests/core -k outbox")
	@$(BIN)/python -m pytest $(or $(ARGS),-n 3 --dist loadgroup)

torture: setup ## Kill workers and the broker for half an hour, and let writers race recomputes (SEED=… repeats a run)
	@TORTURE=1 $(BIN)/python -m pytest -n0 -s --log-disable=segmentation $(or $(ARGS),-m torture)

check: $(INSTALLED) ## Check style, types, the order of apps and missing migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(LAUNCH) spare $(BIN)/python manage.py makemigrations --check --dry-run
	@PUBLIC_URL=https://portal.example ALLOWED_HOSTS=portal.example \
		SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(40))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

fix: $(INSTALLED) ## Put style and imports right
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: ## Write requirements.lock anew after a change of requirements.txt
	@$(PYTHON) -m venv .data/lock
	@.data/lock/bin/pip install --quiet --disable-pip-version-check uv==0.13.8
	@.data/lock/bin/uv pip compile requirements.txt --quiet --universal --python-version 3.11 --generate-hashes \
		--only-binary :all: --no-annotate --native-tls --custom-compile-command "make lock" --output-file requirements.lock
	@rm -rf .data/lock

seed: $(INSTALLED) ## Load a demo program into this folder's empty database (ARGS="--program manufacturer")
	@$(LAUNCH) beside $(BIN)/python manage.py migrate --verbosity 0
	@$(LAUNCH) beside $(BIN)/python manage.py seed $(ARGS)

bench: $(INSTALLED) ## Run the benchmarks on servers of their own (NAMES="recompute")
	@$(LAUNCH) bench $(NAMES)

screenshots: $(INSTALLED) ## Make the pictures of README.md anew from the running portal (PORT=8000)
	@$(BIN)/python docs/take_screenshots.py

shell: $(INSTALLED) ## Open a Python shell on this folder's database
	@$(LAUNCH) beside $(BIN)/python manage.py shell

logs: ## Follow the logs of a running portal
	@tail -n 20 -f .data/logs/*.log

clean: ## Remove everything that can be made again; the data in .data/ stays
	rm -rf $(VENV) node_modules static/build static/collected
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements.lock
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is missing: install it, or name one with make PYTHON=/path/to/python."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing: install the package python3-venv of your system."; exit 1; }
	@echo "  Installing Python packages, the first time or because requirements.lock has changed (about half a minute)"
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --only-binary :all: -r requirements.lock
	@rm -f $(VENV)/.installed-*
	@touch $@
