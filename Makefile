# Each target does all its set-up: on a fresh machine it needs Python 3.11+, make and the package
# index. The environment lives in .venv and is made again when pyproject.toml changes.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test check bench fuzz format clean

demo: $(READY)
	@$(BIN)/cartflow demo

test: check
	$(BIN)/pytest -n auto --dist loadgroup

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p cartflow
	$(BIN)/mypy tests

bench: $(READY)
	$(BIN)/python -m tests.benchmarks

fuzz: $(READY)
	$(BIN)/python -m tests.fuzz
	$(BIN)/python -m tests.actions.machines

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache

$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	mkdir -p build/links/cartflow
	ln -sfn ../../../actions ../../../runtime ../../../schemas build/links/cartflow/
	ln -sfn ../../../runtime/_facade/__init__.py ../../../runtime/_facade/py.typed build/links/cartflow/
	touch $@
