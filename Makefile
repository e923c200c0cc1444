# serve: check, build and serve this publication    test: prove that it works    check: format, lint, types, tests
# bench: measure it beside its peers    bench-growth: measure how it grows
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TURTLE := ontology data shapes tests/site tests/shapes
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PYTHONDONTWRITEBYTECODE # the tests start Python a thousand times: it compiles the program once

.PHONY: serve test check build format messages screenshots lock bench bench-growth clean

serve: $(VENV)/ready frontend/node_modules/ready
	$(BIN)/axisld serve

build: $(VENV)/ready frontend/node_modules/ready
	$(BIN)/axisld build

test: $(VENV)/ready frontend/node_modules/ready tests/javascript/node_modules/ready
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/ready
	$(BIN)/ruff format --check src tests bench server.py
	$(BIN)/ruff check src tests bench server.py
	$(BIN)/mypy
	$(BIN)/turtlefmt --check $(TURTLE)
	$(MAKE) test

format: $(VENV)/ready
	$(BIN)/ruff format src tests bench server.py
	$(BIN)/ruff check --fix src tests bench server.py
	$(BIN)/turtlefmt $(TURTLE)

# Every word of the interface that is new or gone, in the catalogues: write its translations there.
messages: $(VENV)/ready
	mkdir -p build
	$(BIN)/pybabel --quiet extract -F babel.cfg -k Message --project axisld --no-location --sort-output --omit-header \
	  -o build/axisld.pot src/axisld/web
	for language in ar fa; do \
	  $(BIN)/pybabel --quiet update -i build/axisld.pot -d src/axisld/web/locale -D axisld -l $$language \
	    --no-fuzzy-matching --ignore-obsolete --width 110 --ignore-pot-creation-date; done

# The pictures of the README, of what this folder publishes.
screenshots: $(VENV)/ready frontend/node_modules/ready
	$(BIN)/python -m tests.browser.screenshots

# Peers are installed into bench/.cache on the first run; bench/README.md says what to install by hand.
bench: $(VENV)/ready frontend/node_modules/ready
	$(BIN)/python bench/measure.py

bench-growth: $(VENV)/ready frontend/node_modules/ready
	$(BIN)/python bench/growth.py

# The pinned versions of everything, hashed; the files name no host they come from.
lock: $(VENV)/ready
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --no-header --allow-unsafe -o requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --no-header --allow-unsafe --extra dev -o requirements-dev.lock pyproject.toml

$(VENV)/ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# The optional scripts of the pages; without Node the pages work without them.
frontend/node_modules/ready: frontend/package-lock.json frontend/build.mjs $(wildcard frontend/src/*)
	if command -v npm > /dev/null; then npm ci --prefix frontend --no-audit --no-fund --silent && npm run --prefix frontend --silent build; \
	  else echo "npm is not here: the pages will do without their optional scripts"; mkdir -p $(@D); fi
	touch $@

# Independent parsers in JavaScript; their tests say aloud that they were skipped where there is no Node.
tests/javascript/node_modules/ready: tests/javascript/package-lock.json
	if command -v npm > /dev/null; then npm ci --prefix tests/javascript --no-audit --no-fund --silent; \
	  else echo "npm is not here: the tests with JavaScript parsers will be skipped"; mkdir -p $(@D); fi
	touch $@

clean:
	rm -rf $(VENV) releases bench/.cache frontend/node_modules src/axisld/web/built tests/javascript/node_modules .mypy_cache .ruff_cache .pytest_cache
