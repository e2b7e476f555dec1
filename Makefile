# Six verbs cover the day: setup, test, lint, docs, bench, demo. Everything else is in `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PROPERTIES ?= tests

.PHONY: help setup test lint docs bench demo nightly said mutation fuzz oracle logs proof equal nation lives desk calibrated peer spark deepproof axe covered wheel clean

help:  ## list the verbs
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup: $(STAMP)  ## a virtual environment with everything, in .venv

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

test: $(STAMP)  ## set up, and run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

lint: $(STAMP)  ## style, types, directions of import
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(STAMP)  ## rewrite the generated pages and build the HTML
	$(BIN)/python docs/generate.py
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: $(STAMP)  ## speed and memory, as ratios in one run
	$(BIN)/python bench/run.py

demo: $(STAMP)  ## check the example records and explain one child
	$(BIN)/python examples/demo.py

nightly: $(STAMP)  ## every property with 20,000 examples, for a night; with PROPERTIES="tests/laws tests/test_stateful.py" only these
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -m hypothesis $(PROPERTIES)

said: $(STAMP)  ## after a sentence was changed on purpose: write what the worked cases of law say, and read the difference
	$(BIN)/python -m tests.said

mutation: $(STAMP)  ## break the library in some thousand places, one at a time, and see a test fail: some hours
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'mutmut==3.8.1'
	HYPOTHESIS_PROFILE=mutation $(BIN)/mutmut run
	$(BIN)/python proof/mutation.py --write docs/mutated.md

fuzz: $(STAMP)  ## odd input for everything that reads a file, for some minutes
	$(BIN)/python fuzz/run.py --inputs 100000

oracle:  ## check the calendar against the holidays package and queues against Ciw, in an environment of its own
	$(PYTHON) -m venv .venv-oracle
	.venv-oracle/bin/python -m pip install --quiet --disable-pip-version-check '.[simulation]' holidays ciw
	.venv-oracle/bin/python tests/oracle_holidays.py
	.venv-oracle/bin/python tests/oracle_ciw.py

logs:  ## read our event logs back with pm4py, in an environment of its own: it is under the AGPL, and no dependency
	$(PYTHON) -m venv .venv-logs
	.venv-logs/bin/python -m pip install --quiet --disable-pip-version-check . pm4py
	.venv-logs/bin/python tests/oracle_pm4py.py

proof: $(STAMP)  ## every path through the charts, in time and out of time; the figures are those of docs/proved.md
	$(BIN)/python proof/exhaustive.py --against docs/proved.md

equal: $(STAMP)  ## a million messy children, checked in tables and one by one: no difference in any column
	$(BIN)/python proof/equal.py

nation: $(STAMP)  ## the check of tables over seven million children, and the same five clocks by hand
	$(BIN)/python bench/nation.py --children 7000000

lives: $(STAMP)  ## the simulation, without queues and with them, and a year of England
	$(BIN)/python bench/simulation.py --england

desk: $(STAMP)  ## what is to be done, and the report, in an authority of 20,000 children and in one of twice as many
	$(BIN)/python bench/desk.py

FIGURES ?= dfe_stats
calibrated: $(STAMP)  ## FIGURES=folder of the DfE tables: published beside simulated, into docs/calibrated.md
	$(BIN)/python proof/calibrated.py $(FIGURES) --write docs/calibrated.md

peer: $(STAMP)  ## the check of tables beside pm4py on the same log; pm4py in the environment of `make logs`
	$(PYTHON) -m venv .venv-logs
	.venv-logs/bin/python -m pip install --quiet --disable-pip-version-check . pm4py pyarrow
	$(BIN)/python bench/peer.py --peer .venv-logs/bin/python

spark:  ## the check on Spark, Dask and Ray, in an environment of its own: over a gigabyte, and Java
	java -version
	$(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check '.[spark]' pytest sybil hypothesis 'dask[dataframe]' 'ray[data]'
	.venv-spark/bin/python -m pytest tests/test_tables_spark.py

# chromium is Debian's, and so may npm be: apt-get install chromium npm. What Playwright would download is not needed
AXE := 4.10.3
axe:  ## the pages of the desk in headless Chromium: axe finds no serious fault, no network, readable without scripts
	npm install --silent --no-save --no-package-lock --prefix . axe-core@$(AXE)
	$(PYTHON) -m venv .venv-axe
	.venv-axe/bin/python -m pip install --quiet --disable-pip-version-check '.[desk,simulation]' 'playwright==1.65.2'
	.venv-axe/bin/python proof/accessible.py $(ARGS)

deepproof: $(STAMP)  ## the same with two repetitions in a path: some hours
	$(BIN)/python proof/exhaustive.py --repeats 2

CORE := calendars periods requirements pairing charts compliance timeliness practice standing waits overlays localising
EMPTY :=
COMMA := ,
covered:  ## after `make test ARGS="--cov --cov-report="`: the branches of the core must all be covered
	$(BIN)/python -m coverage report --fail-under=100 --skip-empty \
		--include='$(subst $(EMPTY) ,$(COMMA),$(foreach module,$(CORE),*/childprotect/$(module).py))'

wheel: $(STAMP)  ## build the wheel, install it alone with all extras, and run the tests against it
	bash tests/wheel.sh

clean:  ## remove the environments and what was built
	rm -rf .venv .venv-oracle .venv-logs .venv-spark .venv-axe node_modules build dist docs/_build mutants
