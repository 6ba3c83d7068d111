#!/usr/bin/env bash
# Makes the archive of classes with which local.sh and standalone.sh start faster, by a short training:
#
#   submit/archive.sh
#
# The build calls it. Everything works without an archive, so a failure is only a warning.
set -euo pipefail

unset SPARK_HOME SPARK_CONF_DIR HADOOP_CONF_DIR YARN_CONF_DIR
# shellcheck source=submit/submit.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/submit.sh"
data=$home/data/mnist/t10k-images-idx3-ubyte.gz
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
rm -f -- "$archive" "$archive.stamp"

make_archive() {
  build_what_is_missing() { :; } # the build is what calls this
  making_archive=yes
  submit --master 'local[2]' train --config "$home/conf/mnist.properties" --train "$data" --test "$data" --hidden 16 \
    --epochs 1 --output "$scratch/run"
}

if (make_archive) > "$scratch/log" 2>&1 && [[ -f $archive ]]; then
  require_java
  stamp > "$archive.stamp"
else
  echo "archive.sh: no archive of classes, so each start takes longer: $(tail -n 1 "$scratch/log")" >&2
fi
