# Each target does all its set-up: on a fresh machine it needs Python 3.11+, make and the package
# index. The environment lives in .venv and is made again when pyproject.toml changes.

PYTHON ?= python3
TESTS ?=
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test check bench fuzz format clean

demo: $(READY)
	@$(BIN)/cartflow demo

# the checkers run beside the tests; what they say comes after them, in one piece
test: $(READY)
	@$(MAKE) --no-print-directory check >build/check.txt 2>&1 & checking=$$!; \
	$(BIN)/pytest -n auto --dist loadgroup $(TESTS); tested=$$?; \
	wait $$checking; checked=$$?; cat build/check.txt; \
	exit $$((tested != 0 ? tested : checked))

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p cartflow -p tests

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
