#!/usr/bin/env bash
# Runs Lockstep with spark-submit on this machine:
#
#   submit/local.sh [spark-submit options] COMMAND [options]
#
# Builds what is missing. Uses the Spark of SPARK_HOME if that is set, and else the one that the build gathers in
# target/spark. Configuration for Spark and its logging comes from conf/, or from SPARK_CONF_DIR if that is set.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar=$home/target/lockstep.jar
export SPARK_CONF_DIR=${SPARK_CONF_DIR:-$home/conf}

# Everything up to the first word that is neither an option nor an option's value belongs to spark-submit.
spark_options=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --help | -h | --version | -V) break ;;
    --verbose | -v | --supervise | --load-spark-defaults | --*=*) spark_options+=("$1") ;;
    -*)
      if [[ $# -lt 2 ]]; then
        echo "local.sh: expected a value after $1" >&2
        exit 2
      fi
      spark_options+=("$1" "$2")
      shift
      ;;
    *) break ;;
  esac
  shift
done

if [[ ! -f $jar || (-z ${SPARK_HOME:-} && ! -f $home/target/spark/RELEASE) ]]; then
  echo "local.sh: building $jar; the first time this downloads Spark" >&2
  mvn --file "$home/pom.xml" --quiet --batch-mode --no-transfer-progress package -DskipTests >&2
fi

if [[ -n ${SPARK_HOME:-} ]]; then
  exec "$SPARK_HOME/bin/spark-submit" "${spark_options[@]}" "$jar" "$@"
fi

# What bin/spark-submit of a Spark installation does: Spark's launcher works out the java command, whose words it
# prints with a NUL after each, behind a line of one NUL that ends anything that the JVM itself may have printed.
export SPARK_HOME=$home/target/spark SPARK_SCALA_VERSION=2.13
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
command=()
while IFS= read -r -d '' word; do
  command+=("$word")
done < <(
  status=0
  "$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \
    org.apache.spark.deploy.SparkSubmit "${spark_options[@]}" "$jar" "$@" || status=$?
  printf '%d\0' "$status"
)
status=${command[-1]}
if [[ $status != 0 ]]; then
  exit "$status"
fi
command=("${command[@]:1:${#command[@]}-2}") # without the lone NUL in front and the status at the end
command[0]=${command[0]#$'\n'}
exec "${command[@]}"
