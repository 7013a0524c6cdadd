# BorderDesk: `make demo` shows it, `make test` checks it. Both set up what they need in a fresh clone.

VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: demo test check fuzz fuzz-guided screens shift setup real-parts lint lock clean

demo: setup  ## show the product at work (a window, or screenshots where there is no display)
	$(BIN)/borderdesk demo

test: real-parts lint  ## everything that must be true of a commit
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest -n $(WORKERS) --dist loadgroup

check: setup  ## the tests of one room while working on it: make check ROOM=documents
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest tests/$(ROOM)

fuzz: setup  ## the property tests with new random examples, until they find something or are through
	BORDERDESK_EXAMPLES=fuzz QT_QPA_PLATFORM=offscreen $(BIN)/pytest -m "not long" -k "any or fuzz or hostile" --timeout 3600

fuzz-guided: setup  ## coverage-guided, with atheris in an environment of its own: make fuzz-guided TARGET=names SECONDS=120
	test -d $(VENV)-fuzz || { $(BIN)/python -m venv $(VENV)-fuzz && $(VENV)-fuzz/bin/pip install -q atheris; }
	PYTHONPATH=.:$$($(BIN)/python -c "import site; print(site.getsitepackages()[0])") \
		$(VENV)-fuzz/bin/python tests/fuzz/guided.py $(or $(TARGET),mrz) -max_total_time=$(or $(SECONDS),120) -timeout=10

screens: setup  ## a picture of every screen in every language, and a sheet of them per language, in screens/
	QT_QPA_PLATFORM=offscreen PYTHONPATH=. $(BIN)/python -m tests.desktop.screens screens

shift: setup  ## eight hours of scans through the real window, compressed: memory and threads all the way
	QT_QPA_PLATFORM=offscreen $(BIN)/borderdesk bench desk --hours $(or $(HOURS),8) --json

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

real-parts:  ## setup, and the servers and devices that tests talk to
	@VENV=$(VENV) packaging/setup-checkout.sh --real-parts

setup:
	@VENV=$(VENV) packaging/setup-checkout.sh

lock:  ## pin the newest versions pyproject.toml allows, with hashes, for Python 3.11 to 3.13
	packaging/lock.sh

clean:
	rm -rf $(VENV) $(VENV)-fuzz demo-output .pytest_cache .mypy_cache .ruff_cache
