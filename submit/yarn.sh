#!/usr/bin/env bash
# Runs Lockstep with spark-submit on YARN:
#
#   submit/yarn.sh [--dry-run] [--deploy-mode cluster] [spark-submit options] COMMAND [options]
#
# HADOOP_CONF_DIR (or YARN_CONF_DIR) names the directory of core-site.xml and yarn-site.xml. The driver runs here, or
# with --deploy-mode cluster on YARN, where it sees no files of this machine but those that --files brings. Otherwise as
# local.sh. docs/operations.md has more.
set -euo pipefail

script=${BASH_SOURCE[0]}
while link=$(readlink -- "$script"); do # this script may be linked to, from ~/bin for example
  [[ $link == /* ]] || link=$(dirname -- "$script")/$link
  script=$link
done
# shellcheck source=submit/submit.sh
source "$(dirname -- "$script")/submit.sh"

configuration=${HADOOP_CONF_DIR:-${YARN_CONF_DIR:-}}
[[ -d $configuration ]] || fail "expected HADOOP_CONF_DIR to be the directory of yarn-site.xml, found '$configuration'"
submit --master yarn "$@"
