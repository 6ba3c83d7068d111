#!/usr/bin/env bash
# Runs Lockstep with spark-submit on this machine:
#
#   submit/local.sh [--dry-run] [spark-submit options] COMMAND [options]
#
# --dry-run, in front of COMMAND, prints the spark-submit command instead, for a shell to run.
#
# Builds what is missing. Uses the Spark of SPARK_HOME if that is set, and else the one that the build gathers in
# target/spark. Configuration for Spark and its logging comes from conf/, or from SPARK_CONF_DIR if that is set.
set -euo pipefail

script=${BASH_SOURCE[0]}
while link=$(readlink -- "$script"); do # this script may be linked to, from ~/bin for example
  [[ $link == /* ]] || link=$(dirname -- "$script")/$link
  script=$link
done
# shellcheck source=submit/submit.sh
source "$(dirname -- "$script")/submit.sh"

submit "$@"
