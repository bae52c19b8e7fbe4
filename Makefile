# Two commands do all the set-up on a machine with Python (>= 3.11) and make: `make demo` and `make test`.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/ready
WORKERS ?= 3
SOURCES := core adapters plugins tests benchmarks

.PHONY: demo days test check bench soak format clean

demo: $(READY)  ## the service with a lively sample on a simulated clock; prints addresses and sign-ins
	$(BIN)/tanpan demo $(ARGS)

days: $(READY)  ## drive the published days of 2021 through the kernel and compare them with the bulletins
	$(BIN)/tanpan replay tests/data/cea_trades_2021q3.csv --pack cea_shanghai \
		--against tests/data/cea_bulletins_2021q3.csv

test: $(READY)  ## everything CI needs: features, kernel, contract, store, command line; short proofs
	$(BIN)/python -m pytest -n $(WORKERS) -m 'not soak and not alone'
	$(BIN)/python -m pytest -m 'alone and not soak'

check: $(READY)  ## style, types, and who may import whom
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## what it costs, beside peers and limits; writes benchmarks/latest.json
	$$($(PYTHON) benchmarks/environment.py | tail -n 1) -m benchmarks $(ARGS)

soak: $(READY)  ## the long versions of the proofs
	$(BIN)/python -m pytest -m soak

format: $(READY)
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv .venv-bench
