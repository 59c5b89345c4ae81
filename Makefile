# The verbs of this project. `make` alone lists them.
# Each sets up what it needs: on a fresh machine only Python 3.11 or newer, git and make.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON ?= python3
SPEED ?= 60
PORT ?= 8000
STAGE ?= dev
CONFIG ?=
DAYS ?=
DATA ?=
SAMPLE ?=
COMPARE ?=
WITHOUT_DEEP ?=
SCENARIO ?=
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint types imports unit focus-check accept bench fuzz evaluate train retrain package deploy format lock clean

TRAIN := .venv-train
LEARNED = --written '$(DATA)/urgency-written.tsv' $(wildcard training/data/written-*.tsv) \
  --ratings $(wildcard training/data/labels-*.tsv)
needs_data = @test -d '$(DATA)' || { \
  echo "Name the folder of labelled files: make $@ DATA=folder" >&2; exit 1; }

# Says what runs, then runs it.
run = @printf '\n\033[1m== %s\033[0m\n' '$(1)'; $(1)

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 13

setup: $(READY) ## build the environment (.venv) and the command .venv/bin/nightdesk

demo: $(READY) ## the product on this machine: SPEED=60, CONFIG=my.yaml for real sources, PORT=8000
	@$(BIN)/nightdesk local --speed $(SPEED) --port $(PORT) $(if $(CONFIG),--config '$(CONFIG)') \
	  $(if $(SCENARIO),--scenario '$(SCENARIO)')

test: check accept ## every check: format, lint, types, imports, all tests, acceptance

check: lint types imports unit focus-check ## every check but the acceptance run

lint: $(READY) ## formatting and lint (ruff)
	$(call run,$(BIN)/ruff format --check .)
	$(call run,$(BIN)/ruff check .)

types: $(READY) ## types (mypy, strict)
	$(call run,$(BIN)/mypy)

imports: $(READY) ## which room may import which (import-linter)
	$(call run,$(BIN)/lint-imports)

unit: $(READY) ## pytest: unit, adapter, source, smoke, browser, docs, packaged template
	$(call run,$(BIN)/python -m pytest --numprocesses auto --dist loadfile)

focus-check: $(READY) ## the FOCUS export against focus-validator, in its own Python 3.12 (.venv-focus)
	$(call run,$(BIN)/python -m infra.focus.check)

accept: $(READY) ## deploy to a local AWS of its own and play one mention to its answer
	$(call run,$(BIN)/python -m infra.accept)

bench: $(READY) ## measure and print the figures: ONLY="storm weight", WRITE=1 keeps them in docs/figures.md
	$(call run,$(BIN)/python -m benchmarks $(ONLY) $(if $(WRITE),--write))

fuzz: $(READY) ## send the API thousands of requests that nobody wrote (schemathesis): minutes
	$(call run,$(BIN)/python -m tests.web.fuzz)

evaluate: $(READY) ## measure judging on labelled files: DATA=folder (see CONTRIBUTING.md), COMPARE=1 adds others
	$(call needs_data)
	$(call run,$(BIN)/python -m training.evaluate \
	  --sentiment '$(DATA)/mood-dev.tsv' \
	  --urgency '$(DATA)/urgency-real.tsv' --urgency '$(DATA)/urgency-written.tsv' \
	  --volume '$(DATA)/volume' --windows '$(DATA)/volume/windows.json' \
	  --speed '$(DATA)/mood-dev.tsv' $(if $(COMPARE),--compare))

train: $(READY) $(TRAIN)/.ready ## train both models on DATA=folder, into build/train/: hours; SAMPLE=1 for minutes
	$(call needs_data)
	@mkdir -p build/train
	@head -n $(if $(SAMPLE),300,1000000) '$(DATA)/mood-train.tsv' > build/train/mood.tsv
	$(call run,$(TRAIN)/bin/python -m training.deep --mood build/train/mood.tsv $(LEARNED) \
	  --dev-mood '$(DATA)/mood-dev.tsv' --on "$$(date +%F)" $(if $(SAMPLE),--sample 60 --epochs 1 --most 60 --times 1) \
	  --out build/train/deep --soft-out build/train/soft.tsv)
	$(call run,$(BIN)/python -m training.lean --mood build/train/mood.tsv $(LEARNED) \
	  --teacher build/train/soft.tsv --dev-mood '$(DATA)/mood-dev.tsv' --on "$$(date +%F)" \
	  --out build/train/lean)

retrain: $(READY) ## propose better lines of waking from graded pages: STAGE=dev, DAYS=30
	@$(BIN)/nightdesk retrain --stage $(STAGE) $(if $(DAYS),--days $(DAYS))

package: $(READY) ## build what is deployed: STAGE=dev, into build/; WITHOUT_DEEP=1 leaves the deep model out
	@$(BIN)/nightdesk package --stage $(STAGE) $(if $(WITHOUT_DEEP),--without-deep)

deploy: $(READY) ## put it into your AWS account: STAGE=dev; WITHOUT_DEEP=1 leaves the deep model out
	@$(BIN)/nightdesk deploy --stage $(STAGE) $(if $(WITHOUT_DEEP),--without-deep)

format: $(READY) ## put code into form (ruff)
	$(call run,$(BIN)/ruff format .)
	$(call run,$(BIN)/ruff check --fix .)

lock: ## write constraints.txt anew from requirements*.txt, in an environment of its own
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install -qq --upgrade 'pip<26.3'
	build/lock/bin/python -m pip install -qq -r requirements-dev.txt
	{ sed '/^[^#]/,$$d' constraints.txt; \
	  build/lock/bin/python -m pip freeze --all --exclude pip; } > build/constraints.txt
	mv build/constraints.txt constraints.txt
	rm -rf build/lock

clean: ## remove what was built, the environment included
	rm -rf $(VENV) .venv-accept .venv-focus $(TRAIN) build .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, built anew when a list of requirements changed.
$(READY): requirements.txt requirements-dev.txt constraints.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no $(PYTHON) on this machine. Nightdesk needs Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Nightdesk needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	    "Install one and run 'make setup PYTHON=python3.13', with its name." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python lacks the module venv. On Debian and Ubuntu:" \
	    "apt install python3-venv" >&2; exit 1; }
	@echo "Building the environment in $(VENV): two minutes the first time."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
	  -c constraints.txt 'pip<26.3' -r requirements-dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps \
	  --no-build-isolation --editable .
	@touch $@

# What trains the deep model weighs gigabytes, and nothing else needs it.
$(TRAIN)/.ready: requirements-train.txt requirements.txt
	@echo "Building the environment of training in $(TRAIN): some minutes the first time."
	@test -x $(TRAIN)/bin/python || $(PYTHON) -m venv $(TRAIN)
	@$(TRAIN)/bin/python -m pip install -qq --disable-pip-version-check -r requirements-train.txt
	@touch $@
