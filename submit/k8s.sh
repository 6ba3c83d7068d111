#!/usr/bin/env bash
# Runs Lockstep with spark-submit on Kubernetes, the driver in a pod too:
#
#   submit/k8s.sh [--dry-run] k8s://https://HOST:PORT IMAGE [spark-submit options] COMMAND [options]
#
# IMAGE is one that k8s/Dockerfile makes. Options for Spark are those of k8s/driver.yaml and k8s/executor.yaml and of
# conf/spark-defaults.conf, unless the command line has others. Data, and --output, must be where pods reach them.
# docs/operations.md has more.
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
[[ ${1:-} == k8s://* ]] || fail "expected the URL of the API server, k8s://https://HOST:PORT, found '${1:-}'"
[[ -n ${2:-} && $2 != -* ]] || fail "expected the name of an image after $1, found '${2:-}'"
master=$1 image=$2
shift 2
application=local:///opt/lockstep/lockstep.jar
submit --master "$master" --deploy-mode cluster \
  --conf spark.kubernetes.container.image="$image" \
  --conf spark.kubernetes.driver.podTemplateFile="$(file_uri "$home/submit/k8s/driver.yaml")" \
  --conf spark.kubernetes.executor.podTemplateFile="$(file_uri "$home/submit/k8s/executor.yaml")" \
  --conf spark.kubernetes.authenticate.driver.serviceAccountName=lockstep \
  "$@"
