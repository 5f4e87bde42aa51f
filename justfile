# The tasks of this repository; `just` alone does what CI does.

default: ci

# everything that CI does: install, lint, types, layers, wheel, main job, tests
ci:
    bash .ci/run

# the environment with everything that the tests need
install:
    uv sync

# ruff
lint:
    uv run ruff check

# types and import layers
check:
    uv run pyright
    uv run lint-imports

# the tests and every documented snippet
test *args:
    uv run pytest {{args}}

# engine against its peers, phase by phase
bench *args:
    uv run --group bench python -m benchmarks {{args}}

# the main job
run *args:
    uv run orepact run {{args}}

# write the reference pages that are generated from the code
docs:
    uv run python docs/generate.py
