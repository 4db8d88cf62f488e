#!/usr/bin/env bash
# Builds gradus, makes an environment with the pinned peers, runs both side by side, writes RESULTS.md.
# Needs the Rust toolchain, python3 with venv, and taskset (Linux). GRADUS_BENCH_PYTHON names another Python that has
# the peers already.
set -euo pipefail
cd "$(dirname "$0")"
python=${GRADUS_BENCH_PYTHON:-.venv/bin/python}
if [ ! -x "$python" ]; then
    python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check -r peers/requirements.txt
fi
target=${CARGO_TARGET_DIR:-target}
cargo build --release
exec "$python" run.py --gradus "$target/release/gradus-bench" "$@"
