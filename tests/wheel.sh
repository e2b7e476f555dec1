#!/usr/bin/env bash
# The wheel, installed alone with all extras in a new environment, passes tests with no source folder in sight.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$root/.venv/bin/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$work" "$root"
wheel=$(ls "$work"/*.whl)
"$work/env/bin/python" -m pip install --quiet --disable-pip-version-check "$wheel[all]" pytest
mkdir "$work/project"
cp -r "$root/tests" "$root/examples" "$work/project"
cd "$work/project"
"$work/env/bin/childprotect" --version
"$work/env/bin/childprotect" check examples/data/census.xml --show 0 | tail -n 3
"$work/env/bin/python" -m pytest -q -p no:cacheprovider tests/test_law.py tests/test_examples.py tests/test_cli.py \
    tests/test_testing.py -k "not everything_shrinks"
