#!/usr/bin/env bash
# Runs Lockstep with spark-submit on a standalone cluster:
#
#   submit/standalone.sh [--dry-run] spark://HOST:PORT [spark-submit options] COMMAND [options]
#
# The driver runs here, so data and --output must be on a file system that all machines share. Otherwise as local.sh.
set -euo pipefail

script=${BASH_SOURCE[0]}
while link=$(readlink -- "$script"); do # this script may be linked to, from ~/bin for example
  [[ $link == /* ]] || link=$(dirname -- "$script")/$link
  script=$link
done
# shellcheck source=submit/submit.sh
source "$(dirname -- "$script")/submit.sh"

if [[ ${1:-} == --dry-run ]]; then
  dry_run=yes
  shift
fi
if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  echo "usage: $(basename -- "$0") [--dry-run] spark://HOST:PORT [spark-submit options] COMMAND [options]"
  echo "for example: $(basename -- "$0") spark://host:7077 train --help"
  exit 0
fi
[[ ${1:-} == spark://* ]] || fail "expected the master's URL, spark://HOST:PORT, found '${1:-}'"
submit --master "$@"
