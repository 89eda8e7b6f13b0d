# Each target does all its set-up: on a fresh machine it needs Python 3.11+, make and the package
# index; the tests also the registry of npm, for clients that are written in JavaScript. The
# environment lives in .venv and is made again when pyproject.toml changes, the clients live in
# build/clients. Node.js and npm are packages of the environment: no others are asked.

PYTHON ?= python3
TESTS ?=
BIN := .venv/bin
READY := .venv/.ready
CLIENTS := build/clients/.ready

.PHONY: demo test check bench fuzz clients format clean

demo: $(READY)
	@$(BIN)/cartflow demo

# Tests wait for disks, servers and clients as long as they work: one worker more than processors.
# The checkers run beside them; what they say comes after, in one piece.
test: $(READY) $(CLIENTS)
	@$(MAKE) --no-print-directory check >build/check.txt 2>&1 & checking=$$!; \
	processors=$$(nproc 2>/dev/null || sysctl -n hw.ncpu); \
	$(BIN)/pytest -n $$((processors + 1)) --dist worksteal $(TESTS); tested=$$?; \
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
	$(BIN)/python -m tests.actions.doors

clients: $(CLIENTS)

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

$(CLIENTS): tests/clients/package.json tests/clients/package-lock.json tests/clients/.npmrc | $(READY)
	mkdir -p $(@D)
	cp $^ $(@D)
	@cd $(@D) && NODE_USE_SYSTEM_CA=1 ../../$(BIN)/npm ci --loglevel=error || { printf '%s\n' >&2 \
		"error: the clients from npm could not be installed; the tests cannot do without them" \
		"  make the registry reachable that '$(BIN)/npm config get registry' names, or set another;" \
		"  npm reads ~/.npmrc and the variables HTTPS_PROXY and NODE_EXTRA_CA_CERTS. Then run make again"; exit 1; }
	touch $@
