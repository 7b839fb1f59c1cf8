#!/bin/sh
# Watches network namespaces while a packet goes through them. Boxes have no bash: for any POSIX shell.
# Arguments: watch | clean
#
# NAMESPACES  one a line: KEY FILE; without FILE the namespace of this shell
# POINTS      chains of iptables in which tracing begins, one a line: KEY TABLE CHAIN FILE
# MATCHES     what iptables matches, one a line; the first that the kernel accepts is taken
# FILTER      what is captured, in tcpdump's words
#
# `watch` writes `ready` when all is listening. Given a line, it writes `trace KEY BASE64` and `pcap KEY BASE64` for each
# namespace, and ends. Whatever ends it (its input is closed when vethlab ends, even by kill -9), it takes everything out
# again, and writes `cleaned`.
set -f

# Runs a command in a namespace, in the place of this shell: within FILE COMMAND...
within() {
  file=$1
  shift
  [ -z "$file" ] || set -- nsenter --net="$file" "$@"
  exec "$@"
}

# Calls a function with the words of each line, until a call fails: each FUNCTION LINES
each() {
  while read -r line; do
    # shellcheck disable=SC2086
    [ -z "$line" ] || "$1" $line || return
  done <<LINES
$2
LINES
}

# The functions of NAMESPACES: KEY [FILE], and of POINTS: KEY TABLE CHAIN [FILE]

# 192 bytes of each packet: enough for the payload by which a ping is known.
capture() {
  within "$2" tcpdump -i any -y LINUX_SLL2 -Z root -n -U --immediate-mode --time-stamp-precision=nano -s 192 \
    -w "$work/$1.pcap" "$FILTER" 2>"$work/$1.err" &
  pids="$pids $!"
}

# Writes the kernel's trace down, once for each namespace.
monitor() {
  [ ! -e "$work/$1.trace" ] || return 0
  : >"$work/$1.trace"
  within "$4" xtables-monitor --trace >"$work/$1.trace" 2>&1 &
  monitors="$monitors $!"
}

insert_rule() {
  problem=
  while read -r match; do
    # shellcheck disable=SC2086
    problem=$(within "$4" iptables -w 5 -t "$2" -I "$3" $match 2>&1) && return
  done <<LINES
$MATCHES
LINES
  echo "refused $1 $(printf %s "$problem" | base64 | tr -d '\n')"
}

delete_rule() {
  while read -r match; do
    # shellcheck disable=SC2086
    (within "$4" iptables -w 5 -t "$2" -D "$3" $match)
  done <<LINES
$MATCHES
LINES
  true
}

captures() { grep -q 'listening on' "$work/$1.err"; }

listening() {
  each captures "$NAMESPACES" || return
  # 00000100: the group of the kernel's trace events
  for pid in $monitors; do
    grep -q '^[^ ]* *12 .* 00000100 ' "/proc/$pid/net/netlink" || return
  done
}

report() {
  for kind in trace pcap; do
    [ ! -e "$work/$1.$kind" ] || echo "$kind $1 $(base64 "$work/$1.$kind" | tr -d '\n')"
  done
}

clean() {
  trap - EXIT
  # shellcheck disable=SC2086
  { each delete_rule "$POINTS"; kill $pids $monitors; rm -rf "$work"; } >/dev/null 2>&1
  echo cleaned
}

watch() {
  work=$(mktemp -d /tmp/vethlab-trace.XXXXXX) pids='' monitors=''
  trap clean EXIT
  trap 'exit 1' HUP INT TERM PIPE
  each capture "$NAMESPACES"
  each monitor "$POINTS"
  each insert_rule "$POINTS"
  tries=0
  # at most 3 s
  until listening || [ "$tries" -ge 150 ]; do
    tries=$((tries + 1))
    sleep 0.02
  done
  echo ready
  read -r _ || exit
  # what the kernel has just reported is on its way to those who read it
  sleep 0.1
  # shellcheck disable=SC2086
  kill $pids $monitors 2>/dev/null
  wait
  pids='' monitors=''
  each report "$NAMESPACES"
}

case $1 in
  watch) watch ;;
  clean) each delete_rule "$POINTS" 2>/dev/null ;;
esac
