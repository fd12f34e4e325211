# Two commands are all it takes: make run, make test.
PYTHON_IN_VENV = .venv/bin/python

.PHONY: help setup run test lint check bench bench-data reset lock

help:
	@echo "make run     set up everything and serve (PORT=8000, WAYBILL_DEMO=0 for an empty company)"
	@echo "make test    set up everything and run all tests (ARGS='tests/kernel -k money')"
	@echo "make lint    formatting, types, floors, templates"
	@echo "make check   lint and test: what CI runs"
	@echo "make bench   speed against two floors (CASE=api-spread for one case); needs wrk"
	@echo "make reset   empty instance/: data, logins, logs"
	@echo "make bench-data N=1000000   fill an empty instance/ with that many orders (WAYBILL_INSTANCE=... for another)"
	@echo "make lock    resolve requirements*.in anew"

setup:
	@bin/setup requirements.txt requirements-dev.txt

run:
	@bin/setup requirements.txt && exec $(PYTHON_IN_VENV) -m app.installation.up

test: setup
	@exec $(PYTHON_IN_VENV) -m pytest -n $${WAYBILL_TEST_PROCESSES:-2} --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup
	@exec $(PYTHON_IN_VENV) -m lint

check: lint test

# Not part of check: it wants the machine for itself for a quarter of an hour.
bench: setup
	@CASE="$(CASE)" ROUNDS="$(ROUNDS)" SECONDS_EACH="$(SECONDS_EACH)" exec $(PYTHON_IN_VENV) -m tests.bench

reset:
	@bin/setup requirements.txt && exec $(PYTHON_IN_VENV) -m app.installation.reset

bench-data: setup
	@exec $(PYTHON_IN_VENV) -m tests.bench.data $(N)

COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--excludes requirements-excluded.in --custom-compile-command "make lock"
lock: setup
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) -c requirements.txt requirements-dev.in -o requirements-dev.txt
