PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := .demo/crm.db
CRM := $(BIN)/crm --db $(DEMO)

.PHONY: run test fuzz check bench snapshots docs clean

run: $(DEMO)
	@$(CRM) today
	@if [ -t 0 ] && [ -t 1 ]; then $(CRM); fi

# Who is done takes over half of what is left to another one. Compiled files are kept even where that is switched off:
# each process would compile the tests anew, and every crm that a test starts the program.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal

test: check
	$(PYTEST)

# The properties again, on examples drawn anew.
fuzz: $(READY)
	HYPOTHESIS_PROFILE=fuzz $(PYTEST) tests/properties tests/interchange

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m bench

# After a change that is meant to be seen: look at the report, then keep the new pictures.
snapshots: $(READY)
	$(BIN)/python -m pytest tests/tui --snapshot-update

# The tables, the printed examples and the picture of the documentation, after a change of what the program says.
docs: $(READY)
	$(BIN)/python -m tests.renew

clean:
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find crm_tui tests bench -name __pycache__ -prune -exec rm -rf {} +

# The environment, made again when the dependencies change.
$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)

# The sample data, through the ordinary import commands. Loaded under another name first, so that it is whole or absent.
$(DEMO): | $(READY)
	@rm -rf .demo && mkdir -m 700 .demo
	@for kind in companies contacts deals interactions followups products invoices payments; do \
	    $(BIN)/crm --db .demo/new.db import data/$$kind.csv --as $$kind --create-missing >/dev/null || exit 1; \
	done
	@mv .demo/new.db $(DEMO)
