# Two commands on a bare machine: `make run` and `make test`. The rest is for those who work on Gramlab.
PYTHON ?= python3
PORT ?= 8501
PIP = .venv/bin/python -m pip install --disable-pip-version-check --quiet

.PHONY: run quick test check bench fuzz clean

run: .venv/for-run
	.venv/bin/streamlit run app.py --server.port $(PORT)

test: .venv/for-test check
	.venv/bin/python -m pytest --numprocesses 2 --dist loadgroup

# under a minute on two cores: no browser, and nothing that starts a network or another Python
quick: .venv/for-test check
	.venv/bin/python -m pytest --numprocesses 2 -m "not slow and not browser"

check: .venv/for-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

# some twenty thousand cases within ten minutes; `make fuzz SEED=7` tries others
SEED ?= 0
fuzz: .venv/for-test
	.venv/bin/python -m tests.fuzz --seed $(SEED)

bench: .venv/for-test
	.venv/bin/python -m tests.bench

clean:
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Gramlab needs Python 3.11 or newer; name one with make PYTHON=python3.12'; exit 1; }
	$(PYTHON) -m venv .venv

# a stamp for each set of packages: the second time there is nothing to do
.venv/for-run: requirements.txt | .venv/bin/python
	@echo 'Setting up .venv: the first time this downloads about 2.5 GB (see README for the small CPU-only way) ...'
	$(PIP) -r requirements.txt
	@touch $@

.venv/for-test: requirements.txt tests/requirements.txt | .venv/bin/python
	@echo 'Setting up .venv for tests ...'
	$(PIP) -r tests/requirements.txt
	@touch .venv/for-run $@
