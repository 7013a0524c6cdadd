#!/bin/sh
# Writes packaging/requirements.lock: every dependency, exact version, with hashes, for Python 3.11 to 3.13.
# Needs `uv` on the PATH (pip install uv).
set -eu
cd "$(dirname "$0")/.."
printf 'hatchling\neditables\n' > "${TMPDIR:-/tmp}/build-tools.in"
uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra test \
    pyproject.toml "${TMPDIR:-/tmp}/build-tools.in" --output-file packaging/requirements.lock
