# Möbius. `make` alone lists what there is.
PYTHON ?= python3
PY := .venv/bin/python
override ASK := $(value ASK)
export ASK
.DEFAULT_GOAL := help
.PHONY: help try test check format model soak bench lock clean run-environment bench-environment dev-environment

help: ## this list
	@echo "Möbius, an AI research assistant for crypto and DeFi that you run yourself."
	@echo
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

try: run-environment ## answer a first question in a simulated market, offer a prompt and the page; ASK="..." answers that and ends
	@if [ -n "$$ASK" ]; then exec $(PY) -m mobius ask --sandbox -- "$$ASK"; else exec $(PY) -m mobius chat --sandbox --page "What's BTC doing today?"; fi

test: dev-environment check ## linters, types, the layer contract and all tests
	$(PY) -m pytest -n 2
	$(PY) -m pytest -n 2 -m slow

check: dev-environment ## formatting, lint, types and layers, without the tests
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -c "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"

format: dev-environment ## format the code and mend what the linter can
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

model: dev-environment ## train the models of intents and moods again; the same bytes every time
	$(PY) -m training.build
	$(PY) -m training.sentiment.build

soak: dev-environment ## long fuzzing and endurance
	$(PY) -m pytest -m soak

bench: bench-environment ## measure the figures of docs/benchmarks.md, rivals beside ours
	.venv-bench/bin/python -m benchmarks.ask
	.venv-bench/bin/python -m benchmarks.cache
	.venv-bench/bin/python -m benchmarks.fetch
	.venv-bench/bin/python -m benchmarks.http

lock: ## resolve the locks anew (needs uv)
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group build pyproject.toml -o requirements/run.lock
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group build --group dev -c requirements/run.lock pyproject.toml -o requirements/dev.lock
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group build --group bench -c requirements/run.lock pyproject.toml -o requirements/bench.lock

clean: ## remove the environments and caches
	rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

run-environment:
	@$(PYTHON) scripts/environment.py .venv requirements/run.lock

bench-environment:
	@$(PYTHON) scripts/environment.py .venv-bench requirements/bench.lock

dev-environment:
	@$(PYTHON) scripts/environment.py .venv requirements/dev.lock
