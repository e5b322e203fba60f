#!/usr/bin/env bash
# The peer of the SSH bench: a loop of plain `ssh` processes over one control master per host.
#   ssh-loop.sh ten|rolling CONFIG SOCKETS ADDRESS...
set -euo pipefail
if [ "$1" = host ]; then
  work=$2 config=$3 sockets=$4 host=$5
  over=(ssh -F "$config" -o "ControlPath=$sockets/%C")
  "${over[@]}" -o ControlMaster=yes -o ControlPersist=yes -fN "$host" </dev/null >/dev/null 2>&1
  if [ "$work" = ten ]; then
    steps=(true true true true 'printf %01024d 0' true true true true true)
  else
    steps=("echo draining > state.$host" "echo v2 > version.$host" "echo up > state.$host"
      "test \"\$(cat version.$host)\" = v2 && test \"\$(cat state.$host)\" = up")
  fi
  for step in "${steps[@]}"; do "${over[@]}" "$host" "$step" </dev/null >/dev/null || exit 255; done
  "${over[@]}" -O exit "$host" 2>/dev/null
  exit
fi
work=$1 config=$2 sockets=$3
shift 3
each() { xargs -P "$1" -n 1 "${BASH_SOURCE[0]}" host "$work" "$config" "$sockets"; }
if [ "$work" = ten ]; then
  printf '%s\n' "$@" | each 50
else
  size=5
  while [ $# -gt 0 ]; do
    printf '%s\n' "${@:1:size}" | each "$size"
    shift $(($# < size ? $# : size))
    size=20
  done
fi
