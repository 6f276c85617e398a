# Two commands on a bare machine: `make run` and `make test`. The rest is for those who work on Gramlab.
PYTHON ?= python3
PORT ?= 8501
# what is never imported need not be compiled
PIP = .venv/bin/python -m pip install --disable-pip-version-check --quiet --no-compile

# what is imported is compiled once, into .venv: tests start Python some hundred times
export PYTHONDONTWRITEBYTECODE =
export PYTHONPYCACHEPREFIX = $(CURDIR)/.venv/bytecode

.PHONY: run scheduler worker quick test all-tests check check-python check-browser-side-if-there check-browser-side format bench fuzz load
.PHONY: soak audit clean

# with SCHEDULER=tcp://…, the address of `make scheduler`, style transfers are made by those who `make worker` for it
run: .venv/for-run $(if $(SCHEDULER),.venv/for-workers)
	$(if $(SCHEDULER),GRAMLAB_SCHEDULER='$(SCHEDULER)') .venv/bin/streamlit run app.py --server.port $(PORT)

scheduler: .venv/for-workers
	DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL=1s .venv/bin/dask scheduler --host 0.0.0.0 --port 8786 --no-dashboard

worker: .venv/for-workers
	@test -n '$(SCHEDULER)' || { echo 'Whose? make worker SCHEDULER=tcp://192.168.1.7:8786'; exit 1; }
	.venv/bin/python -m gramlib.worker '$(SCHEDULER)' $(if $(THREADS),--threads $(THREADS))

test: check all-tests

# beside the checks, where make is given two jobs: types are looked at by one processor alone
all-tests: .venv/for-test
	.venv/bin/python -m pytest --numprocesses 2 --dist worksteal

# about a minute on two cores: no browser, nothing that starts a network or another Python, one language, fewer examples
LATER = --ignore tests/browser --ignore tests/bench --ignore tests/fuzz
quick: .venv/for-test check
	.venv/bin/python -m pytest --numprocesses 2 --dist worksteal -m "not slow and not browser" --hypothesis-profile quick $(LATER)

check: check-python check-browser-side-if-there

check-python: .venv/for-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

check-browser-side-if-there:
	@if ! command -v node >/dev/null || ! command -v npm >/dev/null; then why='there is no node'; \
	elif $(MAKE) --no-print-directory -s $(TOOLS)/.installed; then $(MAKE) --no-print-directory check-browser-side; exit; \
	else echo "not checked: the browser's side, because its tools cannot be fetched"; test -z "$$GITHUB_ACTIONS"; exit; fi; \
	echo "not checked: the browser's side, because $$why"; test -z "$$CI"

# JavaScript and CSS: formatted and linted by Biome, typed by TypeScript from what the comments say
TOOLS = tests/javascript/node_modules
BROWSER_SIDE = --config-path=tests/javascript pages tests/browser/stage.js tests/browser/type.js
check-browser-side: $(TOOLS)/.installed
	$(TOOLS)/.bin/biome ci $(BROWSER_SIDE)
	$(TOOLS)/.bin/tsc --project tests/javascript

format: .venv/for-test $(TOOLS)/.installed
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	$(TOOLS)/.bin/biome check --write $(BROWSER_SIDE)

$(TOOLS)/.installed: tests/javascript/package.json tests/javascript/package-lock.json
	@echo 'Setting up tests/javascript/node_modules ...'
	cd tests/javascript && npm ci --silent --no-audit --no-fund
	@touch $@

# some twenty thousand cases within ten minutes; `make fuzz SEED=7` tries others
SEED ?= 0
fuzz: .venv/for-test
	.venv/bin/python -m tests.fuzz --seed $(SEED)

bench: .venv/for-test
	.venv/bin/python -m tests.bench

# a room on this machine, people without browsers: how long they wait, how quickly they paint
READERS ?= 30
TRANSFERS ?= 8
SECONDS ?= 60
load: .venv/for-test
	.venv/bin/python -m tests.load --readers $(READERS) --painters $(TRANSFERS) --seconds $(SECONDS)

# a long day, two hours of it: what the server takes stays flat, and is given back
MINUTES ?= 120
soak: .venv/for-test
	.venv/bin/python -m tests.load.soak --minutes $(MINUTES)

# whether a library that is pinned has a known fault; it needs the internet, and a tool that nothing else here needs
audit: .venv/bin/python
	@test -x .venv/audit/bin/pip-audit || { $(PYTHON) -m venv .venv/audit && \
		.venv/audit/bin/python -m pip install --disable-pip-version-check --quiet pip-audit==2.10.1; }
	.venv/audit/bin/pip-audit --strict --no-deps --disable-pip -r requirements.txt

clean:
	rm -rf .venv $(TOOLS)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Gramlab needs Python 3.11 or newer; name one with make PYTHON=python3.12'; exit 1; }
	$(PYTHON) -m venv .venv

# a stamp for each set of packages: the second time there is nothing to do
.venv/for-run: requirements.txt | .venv/bin/python
	@echo 'Setting up .venv: the first time this downloads about 2.5 GB (see README for the small CPU-only way) ...'
	$(PIP) -r requirements.txt
	@touch $@

.venv/for-workers: requirements-workers.txt .venv/for-run
	$(PIP) -r requirements-workers.txt
	@touch $@

.venv/for-test: requirements.txt requirements-workers.txt tests/requirements.txt | .venv/bin/python
	@echo 'Setting up .venv for tests ...'
	$(PIP) -r tests/requirements.txt
	@touch .venv/for-run .venv/for-workers $@
