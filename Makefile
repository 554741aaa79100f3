# Needs Python 3.11 or newer and make; where there is a C++ compiler, what is in C++ is built too.
# Another interpreter: make test PYTHON=python3.13
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed
COMPILED := .venv/compiled
SPOKEN := $(patsubst %.po,%.mo,$(wildcard optimiser/locale/*/LC_MESSAGES/*.po))

# One thread for small matrices: threads make SLSQP tens of times slower, and tests share the machine.
export OPENBLAS_NUM_THREADS = 1

.PHONY: run test tests test-slow test-page robust bench lint style types docs docs-site clean

run: $(STAMP)
	$(BIN)/optimise run smart_manufacturing

# Types are two minutes of one processor: they are checked while the tests run.
test: style $(COMPILED) $(SPOKEN)
	$(MAKE) --no-print-directory --jobs 2 types tests

tests: $(COMPILED) $(SPOKEN)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

test-slow: $(COMPILED)
	$(BIN)/python -m pytest -m "(slow or hypothesis) and not browser" --hypothesis-profile all

# Needs Chromium; screenshots to look at are kept in build/page.
test-page: $(STAMP) $(SPOKEN)
	$(BIN)/python -m pytest -m browser tests/reports/page

# Cases that found something are copied to ROBUST_KEEP.
ROBUST_MINUTES ?= 10
ROBUST_SEED ?= 1
ROBUST_KEEP ?= results/found

robust: $(COMPILED)
	$(BIN)/python -m tests.robustness --minutes $(ROBUST_MINUTES) --count 3 --seed $(ROBUST_SEED) --keep $(ROBUST_KEEP)

bench: $(COMPILED)
	$(BIN)/python -m benchmarks

lint: style types

style: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache --no-logo

types: $(COMPILED) $(SPOKEN)
	$(BIN)/mypy

docs: $(STAMP)
	$(BIN)/python -m docs.messages
	$(BIN)/python -m docs.generate

# The documentation as a site, in build/site; mkdocs would speak of its next version.
docs-site: $(STAMP)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

# What is said in other languages, compiled from its texts.
%.mo: %.po $(STAMP)
	$(BIN)/python hatch_build.py

# What is in C++, where there is a compiler; the installation builds it, this builds it again.
$(COMPILED): $(STAMP) CMakeLists.txt $(wildcard optimiser/engine/*/native/* optimiser/engine/*/*/native/*)
	$(BIN)/python hatch_build.py
	@touch $@

clean:
	find optimiser \( -name '_native*.so' -o -name '_native*.pyd' \) -delete
	rm -rf .venv build dist results .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Bytecode is made here: where the environment keeps Python from writing it, every command would
# compile what it loads, a third of its time. The stamp comes last, so that an interrupted
# installation starts again from nothing.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; choose one with: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	$(BIN)/python -m compileall -q optimiser cli.py
	@touch $@ $(COMPILED)
