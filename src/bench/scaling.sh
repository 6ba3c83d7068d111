#!/usr/bin/env bash
# Measures what the exchange of a step takes on the test bed: trains on 1 to 8 hosts whose links are limited, and writes
# a line for each run to target/scaling.csv. src/bench/scaling.py fits the cost model of docs/scaling.md to such lines.
# Needs root, iproute2, a build, and the Python packages of notebooks/requirements.txt for the Python that PYTHON names,
# or python3. It takes half an hour, and nothing else should run on the machine meanwhile.
set -euo pipefail

cd "$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)/../.."
runs=target/scaling

# measure EXCHANGE HOSTS MBIT HIDDEN BATCH EPOCHS [options]
measure() {
  local exchange=$1 hosts=$2 mbit=$3 hidden=$4 batch=$5 epochs=$6
  shift 6
  local run=$runs/$exchange-$hosts-$mbit-$hidden-$batch
  src/test/bed/bed.sh run --hosts "$hosts" --rate "${mbit}mbit" "$run.bed" submit/standalone.sh \
    spark://10.77.0.1:7077 --executor-memory 700m --driver-memory 1g train \
    --train data/mnist/train-images-idx3-ubyte.gz --hidden "$hidden" --batch-size "$batch" --epochs "$epochs" \
    --shards 32 --partitions "$hosts" --engine resident --exchange "$exchange" --learning-rate 0.1 --keep last \
    --output "$run" "$@" > "$run.log" 2>&1 || {
    tail -5 "$run.log" >&2
    exit 1
  }
  "${PYTHON:-python3}" src/bench/scaling.py line "$run" >> target/scaling.csv
  tail -1 target/scaling.csv
}

rm -rf "$runs"
mkdir -p "$runs"
"${PYTHON:-python3}" src/bench/scaling.py header > target/scaling.csv
for exchange in driver executors; do
  for hosts in 1 2 4 8; do
    measure "$exchange" "$hosts" 200 256 2048 7 --validation-fraction 0
  done
  for mbit in 1000 10000; do
    measure "$exchange" 8 "$mbit" 256 2048 7 --validation-fraction 0
  done
  measure "$exchange" 6 200 512 4096 7 --validation-fraction 0
  # Three steps an epoch, of 40 MB.
  for hosts in 4 8; do
    measure "$exchange" "$hosts" 200 12579 2048 2 --validation-fraction 0.9
  done
done
