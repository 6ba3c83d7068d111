#!/usr/bin/env bash
# Runs benchmarks, prints their tables and writes them to target/benchmarks.md:
#
#   src/bench/run.sh [kernels] [step] [accuracy] [growth] [tables] [peers]
#
# Without a name it runs all, which takes about half an hour. Nothing else should run on the machine meanwhile. PyTorch and
# scikit-learn are compared where the Python that PYTHON names, or python3, has torch and sklearn.
set -euo pipefail

CDPATH= cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
mvn --quiet --batch-mode --no-transfer-progress -Pbench package -DskipTests
exec mvn --quiet --batch-mode --no-transfer-progress -Pbench exec:exec -Dbenchmarks="$*"
