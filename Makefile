# A thin front for those who type "make": every target is one command of the project.

.PHONY: run test setup lint types corpus schemas docs clean

run:
	./bootstrap run

test:
	./bootstrap test

setup:
	./bootstrap setup

lint:
	./bootstrap test -e lint

types:
	./bootstrap test -e types

docs:
	./bootstrap test -e docs

corpus: setup
	.venv/bin/pgp-accord vectors build

schemas: setup
	.venv/bin/python -m harness.schema --write

clean:
	rm -rf .venv .tox .mypy_cache .pytest_cache .ruff_cache .hypothesis
