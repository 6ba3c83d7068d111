#!/usr/bin/env bash
# Makes a Java for ARM64 that runs on this machine under emulation, from Debian's packages:
#
#   arm64-java.sh DIRECTORY
#
# DIRECTORY can then be used as JAVA_HOME. Needs Debian's apt-get and dpkg-deb, and installs nothing outside of DIRECTORY.
set -euo pipefail

directory=$1
mkdir -p "$directory"
directory=$(cd -- "$directory" && pwd)
if [[ -x $directory/bin/java ]]; then
  exit 0
fi

# fetch ARCHITECTURE PACKAGE…: with all that they depend on, unpacked into DIRECTORY/ARCHITECTURE
fetch() {
  local architecture=$1 state=$directory/apt-$1
  shift
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$directory/$architecture"
  touch "$state/status"
  local options=(
    -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" -o "Dir::State=$state"
    -o "Dir::State::status=$state/status" -o "Dir::Cache=$state/cache" -o APT::Sandbox::User=root
    -o Debug::NoLocking=true --quiet --yes --no-install-recommends
  )
  apt-get "${options[@]}" update
  apt-get "${options[@]}" --download-only install "$@"
  local package
  for package in "$state"/cache/archives/*.deb; do
    dpkg-deb -x "$package" "$directory/$architecture"
  done
  rm -rf -- "$state"
}

fetch "$(dpkg --print-architecture)" qemu-user-static
fetch arm64 openjdk-17-jre-headless

emulator=$(echo "$directory"/*/usr/bin/qemu-aarch64-static)
java=$(echo "$directory"/arm64/usr/lib/jvm/java-17-openjdk-arm64)
mkdir -p "$directory/bin"
# The JVM's own helper, which starts other programs, would itself need emulation.
cat > "$directory/bin/java.new" << END
#!/bin/sh
exec '$emulator' -L '$directory/arm64' '$java/bin/java' -Djdk.lang.Process.launchMechanism=VFORK "\$@"
END
chmod +x "$directory/bin/java.new"
mv "$directory/bin/java.new" "$directory/bin/java"
