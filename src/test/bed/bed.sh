#!/usr/bin/env bash
# A cluster of N hosts on one Linux machine, for measuring and breaking networks. Each host is a network namespace with
# one link to a bridge, limited in both directions; host 0 has the driver and the standalone master, each other host a
# worker. Needs root and iproute2.
#
#   bed.sh run [--hosts N] [--rate RATE] [--cores N] [--memory SIZE] [--conf KEY=VALUE]… DIR COMMAND…
#       starts it with logs in DIR, runs COMMAND on host 0 with MASTER and BED in its environment, and takes all down
#   bed.sh link HOST up|down        plugs a host's cable in or out, of the bed named by BED
#   bed.sh rate HOST RATE           limits a link anew, for example to 20mbit
#   bed.sh clean                    takes down beds whose script is gone
set -euo pipefail

home=$(CDPATH='' cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd)
network=10.77.0
port=7077

fail() {
  printf 'bed.sh: %s\n' "$1" >&2
  exit 2
}

# The namespace of a host; that of the bridge has the name of the bed.
namespace() {
  printf '%s-%s' "$BED" "$1"
}

on_host() {
  local host=$1
  shift
  ip netns exec "$(namespace "$host")" "$@"
}

address() {
  printf '%s.%d' "$network" "$(($1 + 1))"
}

# limit HOST RATE: on both ends of its cable.
limit() {
  on_host "$1" tc qdisc replace dev eth0 root tbf rate "$2" burst 32kb latency 400ms
  ip netns exec "$BED" tc qdisc replace dev "port$1" root tbf rate "$2" burst 32kb latency 400ms
}

add_host() {
  local host=$1 rate=$2 name
  name=$(namespace "$host")
  ip netns add "$name"
  ip link add eth0 netns "$name" type veth peer name "port$host" netns "$BED"
  ip netns exec "$BED" ip link set "port$host" master bridge up
  on_host "$host" ip link set lo up
  on_host "$host" ip address add "$(address "$host")/24" dev eth0
  on_host "$host" ip link set eth0 up
  limit "$host" "$rate"
}

# Ends what runs in the namespaces of a bed and removes them.
remove() {
  local bed=$1 name process
  disown -a # or bash would tell of each that it was killed
  for name in $(ip netns list | awk '{ print $1 }'); do
    [[ $name == "$bed" || $name == "$bed"-* ]] || continue
    for process in $(ip netns pids "$name"); do
      kill -KILL "$process" 2> /dev/null || true
    done
    ip netns delete "$name"
  done
}

# The number in the name of a bed is that of the process that made it.
clean() {
  local name
  for name in $(ip netns list | awk '{ print $1 }'); do
    [[ $name =~ ^lockstep([0-9]+)$ ]] || continue
    kill -0 "${BASH_REMATCH[1]}" 2> /dev/null || remove "$name"
  done
}

# launch HOST LOG CLASS [arguments]: a Java process of Spark's.
launch() {
  local host=$1 log=$2
  shift 2
  SPARK_HOME=$spark SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP=$(address "$host") on_host "$host" \
    "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "${properties[@]}" \
    -cp "$spark/jars/*" "$@" > "$log" 2>&1 < /dev/null &
}

# await LOG TEXT [COUNT]
await() {
  local second
  for ((second = 0; second < 120; second++)); do
    if [[ $(grep -cF "$2" "$1" 2> /dev/null) -ge ${3:-1} ]]; then
      return 0
    fi
    sleep 1
  done
  fail "expected '$2' in $1 within two minutes"
}

run() {
  local hosts=8 rate=200mbit cores=1 memory=1g properties=(-Dlockstep.bed=1) directory host status=0
  while [[ ${1:-} == --* ]]; do
    [[ $# -gt 1 ]] || fail "expected a value after $1"
    case $1 in
      --hosts) hosts=$2 ;;
      --rate) rate=$2 ;;
      --cores) cores=$2 ;;
      --memory) memory=$2 ;;
      --conf) properties+=("-D$2") ;;
      *) fail "expected --hosts, --rate, --cores, --memory or --conf, found $1" ;;
    esac
    shift 2
  done
  [[ $# -ge 2 ]] || fail "expected a directory and a command"
  [[ $(id -u) == 0 ]] || fail "expected to run as root, found user $(id -un)"
  directory=$1
  shift
  spark=${SPARK_HOME:-$home/target/spark}
  clean
  MASTER=spark://$(address 0):$port
  export MASTER BED=lockstep$$

  trap 'remove "$BED"' EXIT
  trap 'exit 130' INT TERM HUP
  # shellcheck disable=SC2016 # the other bash expands it
  # Also when this script is killed. In a session of its own, so that a signal to this one's group does not reach it.
  setsid bash -c 'tail --pid="$1" -f /dev/null; "$2" clean' watch $$ "$home/src/test/bed/bed.sh" < /dev/null > /dev/null 2>&1 &

  mkdir -p "$directory"
  ip netns add "$BED"
  ip netns exec "$BED" ip link add bridge type bridge
  ip netns exec "$BED" ip link set bridge up
  for ((host = 0; host <= hosts; host++)); do
    add_host "$host" "$rate"
  done
  rm -f "$directory"/*.log
  launch 0 "$directory/master.log" org.apache.spark.deploy.master.Master \
    --host "$(address 0)" --port "$port" --webui-port 8080
  await "$directory/master.log" "New state: ALIVE"
  for ((host = 1; host <= hosts; host++)); do
    launch "$host" "$directory/worker-$host.log" org.apache.spark.deploy.worker.Worker --host "$(address "$host")" \
      --webui-port 8081 --cores "$cores" --memory "$memory" --work-dir "$directory/work-$host" "$MASTER"
  done
  await "$directory/master.log" "Registering worker" "$hosts"
  SPARK_LOCAL_IP=$(address 0) on_host 0 "$@" & # so that a signal does not have to wait for its end
  wait "$!" || status=$?
  return "$status"
}

case ${1:-} in
  run)
    shift
    run "$@"
    ;;
  link) ip netns exec "${BED:?}" ip link set "port$2" "$3" ;;
  rate) limit "$2" "$3" ;;
  clean) clean ;;
  *) fail "expected run, link, rate or clean, found '${1:-}'" ;;
esac
