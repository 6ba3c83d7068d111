# shellcheck shell=bash
# What the scripts of this folder have in common: the function submit. Runs under bash 3.2, which macOS has: no array is
# ever expanded empty, which set -u forbids there, and none is indexed from its end.

home=$(CDPATH='' cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
jar=$home/target/lockstep.jar
application= # where Spark finds the jar, if that is not here
dry_run=
archive=$home/target/classes.archive
export SPARK_CONF_DIR=${SPARK_CONF_DIR:-$home/conf}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# Runs spark-submit in the place of this process: submit [--dry-run] [spark-submit options] COMMAND [options]
# With --dry-run, or dry_run=yes, prints the command instead. Behind COMMAND it is an option of Lockstep's.
submit() {
  use_utf8
  require_class_path
  require_java
  build_what_is_missing
  export SPARK_HOME=${SPARK_HOME:-$home/target/spark} SPARK_SCALA_VERSION=2.13
  require_spark
  use_a_home_directory

  # Everything up to the first word that is neither an option nor an option's value belongs to spark-submit. It would
  # find the class in the jar's manifest too, but asks Hadoop for the jar before Lockstep can say what is wrong.
  local command=(--class io.lockstep.cli.Main) master='' conf_master='' defaults=$SPARK_CONF_DIR/spark-defaults.conf
  while [[ $# -gt 0 ]]; do
    case $1 in
      --help | -h | --version | -V) break ;;
      --dry-run) dry_run=yes ;;
      --verbose | -v | --supervise | --load-spark-defaults) command+=("$1") ;;
      --*=*)
        command+=("$1")
        note_option "${1%%=*}" "${1#*=}"
        ;;
      -*)
        [[ $# -gt 1 ]] || fail "expected a value after $1"
        command+=("$1" "$2")
        note_option "$1" "$2"
        shift
        ;;
      *) break ;;
    esac
    shift
  done
  command+=("${application:-$(file_uri "$jar")}" "$@")

  use_loopback
  if [[ -x $SPARK_HOME/bin/spark-submit ]]; then
    become "$SPARK_HOME/bin/spark-submit" "${command[@]}"
  else
    launch "${command[@]}"
  fi
}

# Runs a command in the place of this process, or prints it as a shell would take it, with what it needs from the
# environment.
become() {
  local name
  [[ -n $dry_run ]] || exec "$@"
  for name in JAVA_HOME SPARK_HOME SPARK_CONF_DIR SPARK_SCALA_VERSION SPARK_LOCAL_IP SPARK_SUBMIT_OPTS HADOOP_CONF_DIR \
    YARN_CONF_DIR LC_ALL; do
    [[ -z ${!name:-} ]] || printf '%s=%q ' "$name" "${!name}"
  done
  printf '%q' "$1"
  shift
  printf ' %q' "$@"
  printf '\n'
}

fail() {
  printf '%s: %s\n' "$(basename -- "$0")" "$1" >&2
  exit 2
}

# Java takes the encoding of arguments and file names from the locale. With C, POSIX, none, or one that is not installed
# that is ASCII, and réseau becomes r??seau.
use_utf8() {
  local name
  if ! command -v locale > /dev/null; then
    export LC_ALL=C.UTF-8 # Alpine has no such command, and this locale always
    return
  fi
  case $(locale charmap 2>&1) in
    *:* | ANSI_X3.4-1968 | US-ASCII | '') ;; # a message has a colon
    *) return ;;
  esac
  for name in C.UTF-8 en_US.UTF-8; do # macOS has only the second
    if [[ $(env LC_ALL="$name" locale charmap 2>&1) == UTF-8 ]]; then
      export LC_ALL=$name
      return
    fi
  done
}

require_class_path() {
  local path
  for path in "${SPARK_HOME:-$home}" "$SPARK_CONF_DIR"; do
    [[ $path != *:* ]] || fail "expected a path without a colon, which ends a path on Java's class path, found $path"
  done
}

require_java() {
  local pattern='version "(1\.)?([0-9]+)'
  java_build=$("$java" -version 2>&1) || true
  [[ $java_build =~ $pattern ]] ||
    fail "expected Java 17 or later, found no working $java; install it or set JAVA_HOME"
  java_version=${BASH_REMATCH[2]}
  java_build=${java_build#*version } # without the lines on options that Java has found in the environment
  [[ $java_version -ge 17 ]] || fail "expected Java 17 or later, found Java $java_version, $java; set JAVA_HOME"
}

build_what_is_missing() {
  if [[ ! -f $jar || (-z ${SPARK_HOME:-} && ! -f $home/target/spark/RELEASE) ]]; then
    command -v mvn > /dev/null || fail "expected Maven on the PATH to build $jar, found no mvn"
    echo "$(basename -- "$0"): building $jar; the first time this downloads Spark" >&2
    mvn --file "$home/pom.xml" --quiet --batch-mode --no-transfer-progress package -DskipTests >&2
  fi
}

require_spark() {
  local core
  for core in "$SPARK_HOME"/jars/spark-core_*.jar; do
    [[ ${core##*/} != spark-core_2.13-[4-9].* ]] || return 0
  done
  [[ -f $core ]] || core="no spark-core_*.jar in jars"
  fail "expected Spark 4 for Scala 2.13 in SPARK_HOME=$SPARK_HOME, found ${core##*/}"
}

# For a user id without a name, as in containers, Java 17 calls the home directory "?", which Spark cannot use.
use_a_home_directory() {
  if ! id -un > /dev/null 2>&1; then
    [[ ${HOME:-} == /* ]] || HOME=/nonexistent
    export SPARK_SUBMIT_OPTS="-Duser.home=\"$HOME\" ${SPARK_SUBMIT_OPTS:-}"
  fi
}

# Notes what an option of spark-submit says about the master.
note_option() {
  case $1=$2 in
    --master=*) master=$2 ;;
    --conf=spark.master=* | -c=spark.master=*) conf_master=${2#*=} ;;
    --properties-file=*) defaults=$2 ;;
  esac
}

# In local mode nobody else has to reach the driver, and the name of this machine need not have an address.
# What is in the environment wins, and so does spark.driver.host.
use_loopback() {
  local line='^[[:space:]]*spark\.master[[:space:]=:]\{1,\}\([^[:space:]]*\).*' default_master=''
  if [[ -f $defaults ]]; then
    default_master=$(sed -n "s/$line/\\1/p" "$defaults" | tail -n 1)
  fi
  master=${master:-${conf_master:-${default_master:-${MASTER:-local}}}} # in Spark's order
  if [[ -z ${SPARK_LOCAL_IP:-}${SPARK_LOCAL_HOSTNAME:-} && ($master == local || $master == local\[*) ]]; then
    export SPARK_LOCAL_IP=127.0.0.1
  fi
}

# The path as a URI, because spark-submit takes a # for the end of a path and a comma for the end of a list's entry.
file_uri() {
  local uri=$1 character code
  for character in % '#' ',' ' ' '"' '<' '>' "\\" '^' '`' '{' '|' '}' '[' ']' '?'; do
    printf -v code '%%%02X' "'$character"
    uri=${uri//"$character"/$code}
  done
  printf 'file://%s' "$uri"
}

# What bin/spark-submit of a Spark installation does: Spark's launcher works out the java command, whose words it prints
# with a NUL after each, behind a line of one NUL that ends anything that the JVM itself may have printed.
launch() {
  local words=() word last launchers=("$SPARK_HOME"/jars/spark-launcher_*.jar) collector=-XX:+UseSerialGC
  case "${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${_JAVA_OPTIONS:-}" in
    *-XX:+Use*GC*) collector=-XX:TieredStopAtLevel=1 ;; # Java refuses to be given two
  esac
  while IFS= read -r -d '' word; do
    # Spark opens this package, which Java no longer has and warns of.
    [[ $java_version -ge 25 && $word == --add-opens=java.base/sun.security.action=* ]] || words+=("$word")
  done < <(
    status=0
    # It runs for a tenth of a second, if Java finds its jar first and neither optimises nor collects in parallel.
    "$java" -Xmx128m -XX:TieredStopAtLevel=1 "$collector" -cp "${launchers[0]}:$SPARK_HOME/jars/*" \
      org.apache.spark.launcher.Main org.apache.spark.deploy.SparkSubmit "$@" || status=$?
    printf '%d\0' "$status"
  )
  last=$((${#words[@]} - 1))
  if [[ ${words[last]} != 0 ]]; then
    [[ ${words[last]} != *$'\n'* ]] || printf '%s\n' "${words[last]%$'\n'*}" >&2 # why Java has not even started
    exit "${words[last]##*$'\n'}"
  fi
  words=("${words[@]:1:last-1}") # without the lone NUL in front and the status at the end
  words[0]=${words[0]#$'\n'}
  use_archive
  become "${words[@]}"
}

# Tells which Java the archive is for, and its size: Java checks all else, but crashes if the archive was cut off.
stamp() {
  printf '%s\n%s' "$java_build" "$(wc -c < "$archive")"
}

# Lets the java command in words take classes from the archive that the build has made (archive.sh), or make it. It
# holds for one build of Java, and for a class path that begins with the jars that it was made with, so Spark's
# configuration directory, which comes first, goes behind them. If the archive does not fit, Java runs without it.
use_archive() {
  local options jars="$SPARK_HOME/jars/*" path=${words[2]#"${SPARK_CONF_DIR%/}"} configuration=:$SPARK_CONF_DIR
  path=${path#/}
  if [[ -n ${making_archive:-} ]]; then
    configuration= # no archive is made with a directory
    options=(-XX:ArchiveClassesAtExit="$archive" '-Xlog:cds*=off')
    [[ $java_version -lt 25 ]] || options=(-XX:AOTCacheOutput="$archive")
  elif [[ -r $archive && -r $archive.stamp && $(< "$archive.stamp") == "$(stamp)" ]]; then
    options=(-XX:SharedArchiveFile="$archive" '-Xlog:cds*=off')
    [[ $java_version -lt 25 ]] || options=(-XX:AOTCache="$archive" '-Xlog:cds*=off,aot*=off')
  else
    return 0
  fi
  case "$path ${words[*]} ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${_JAVA_OPTIONS:-}" in
    # The user's own archives: Java ends with an error if it is to use two.
    *-XX:SharedArchiveFile* | *-XX:ArchiveClassesAtExit* | *-XX:+AutoCreateSharedArchive* | *-XX:AOT* | *-Xshare*) ;;
    :*"$jars"*)
      path=${path#:}
      words[2]=${path%%"$jars"*}$jars:$jar$configuration${path#*"$jars"}
      words=("${words[0]}" "${options[@]}" "${words[@]:1}")
      ;;
  esac
}
