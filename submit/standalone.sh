#!/usr/bin/env bash
# Runs Lockstep with spark-submit on a standalone cluster:
#
#   submit/standalone.sh spark://HOST:PORT [spark-submit options] COMMAND [options]
#
# The driver runs here, so data and --output must be on a file system that all machines share.
set -euo pipefail

if [[ ${1:-} != spark://* ]]; then
  echo "standalone.sh: expected the master's URL, spark://HOST:PORT, found '${1:-}'" >&2
  exit 2
fi
exec "$(dirname "${BASH_SOURCE[0]}")/local.sh" --master "$@"
