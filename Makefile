# Each target is one command that a person could type; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
# Each process of a test would compile everything anew, whatever the caller's environment says.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help soak setup setup-extras setup-dev run prove token rebuild up down test check lint types imports docs docs-check contracts format lock migration verify-audit bench mutants pictures reconcile republish reread backup restore proof

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/runtime: .venv/made requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: .venv/runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.venv/outside: .venv/dev tests/outside/package-lock.json
	@$(BIN)/python -m deploy.local.outside
	@touch $@

setup: .venv/runtime ## Install what is needed to run
setup-extras: .venv/runtime requirements-extras.txt ## Install what makes PDF and Parquet files
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-extras.txt
setup-dev: .venv/dev ## Install what is needed to develop

run: setup ## Run all in one process, with the fictional county: make run [COUNTY=none] [SERVICES=referral,survey]
	@$(BIN)/python -m deploy.all_in_one run

prove: setup ## Print published against computed; fails on any difference
	@$(BIN)/python -m deploy.all_in_one prove

verify-audit: setup ## Check that no audit was changed, reordered or cut: make verify-audit [SERVICES=referral]
	@$(BIN)/python -m deploy.audit $(SERVICES)

token: setup ## Print a token: make token ROLE=head-of-service [NAME=name]
	@$(BIN)/python -m deploy.token $(ROLE) $(NAME)

reconcile: setup ## Events on a topic without a command: make reconcile [SERVICE=survey] [NUMBER_ON=1]
	@$(BIN)/python -m deploy.reconcile $(if $(NUMBER_ON),--number-on) $(SERVICE)

republish: setup ## Send a service's events to its topic once more: make republish SERVICE=survey
	@$(BIN)/python -m deploy.republish $(SERVICE)

reread: setup ## Have a listener read its topics from the beginning: make reread SERVICE=survey [TOPIC=referral]
	@$(BIN)/python -m deploy.reread $(SERVICE) $(TOPIC)

backup: setup ## All services as they are at one moment, while they serve: make backup TO=DIR
	@$(BIN)/python -m deploy.backup $(TO)

restore: setup ## Restore a backup and check it: make restore FROM=DIR [SERVICE=survey] [REPLACE=1]
	@$(BIN)/python -m deploy.backup.restore $(if $(REPLACE),--replace) $(FROM) $(SERVICE)

rebuild: setup ## Build reporting's read model again from the log: make rebuild [CHECK=1]
	@$(BIN)/python -m services.reporting rebuild $(if $(CHECK),--check)

up: setup-dev ## Start PostgreSQL, Kafka and the four services, a process each; keeps data that is there: make up [COUNTY=none]
	@$(BIN)/python -m deploy.local up

down: setup-dev ## Stop what `make up` started and delete its data; KEEP=1 keeps the data
	@$(BIN)/python -m deploy.local down

TESTS := $(BIN)/python -m deploy.local run -- $(BIN)/python -m pytest -n 3 --dist worksteal

test: setup-dev ## Run the tests of every day in both worlds, starting all they need
	@$(TESTS) $(ARGS)

proof: setup-dev .venv/outside ## Run shares of faults, simulation, disorder, hostile input and drills, and what programs of others make of ours
	@$(TESTS) tests/proof tests/browser tests/outside $(ARGS)

bench: setup-dev ## Compare each figure with its floor: make bench [ARGS="P1 P2"]
	@$(BIN)/python -m deploy.local run --safe -- $(BIN)/python -m tests.bench $(ARGS)

soak: setup-dev ## The large counts of faults, kills and disorder: make soak [ARGS="kills"]
	@$(BIN)/python -m deploy.local run -- $(BIN)/python -m tests.soak $(ARGS)

mutants: setup-dev ## Plant bugs one by one and show which test catches each; fails if one slips by
	@$(BIN)/python -m deploy.local run -- $(BIN)/python -m tests.mutants $(ARGS)

pictures: setup-dev .venv/outside ## Keep pictures of the pages in var/pictures, at three widths: light, dark, printed
	@mkdir -p var/pictures
	@PICTURES=$(CURDIR)/var/pictures $(BIN)/python -m pytest -q -n 0 tests/browser/test_keyboard.py tests/browser/test_answering.py

check: lint types imports docs-check contracts ## Everything that is checked without running

lint: setup-dev ## Style and common faults
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup-dev ## Types, strictly
	@$(BIN)/mypy

imports: setup-dev ## Who may import whom
	@$(BIN)/lint-imports --no-cache

docs: setup-dev ## Write the generated documents
	@$(BIN)/python -m deploy.docs

docs-check: setup-dev ## Check that the generated documents match the code
	@$(BIN)/python -m deploy.docs --check

contracts: setup-dev ## Name what a change of the events would break, and for whom: make contracts [DO=observe|release]
	@$(BIN)/python -m tests.contracts $(DO)

format: setup-dev ## Lay the code out
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

lock: setup-dev ## Lock the dependencies again
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra pdf --extra parquet -c requirements.txt -o requirements-extras.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra dev -c requirements.txt -c requirements-extras.txt -o requirements-dev.txt pyproject.toml

migration: setup-dev ## Write a service's next revision: make migration SERVICE=referral NAME=0005_add_x
	@$(BIN)/python -m deploy.migration $(SERVICE) $(NAME)
