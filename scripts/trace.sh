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

insert_rules() {
  while read -r key table chain file; do
    [ -n "$key" ] || continue
    accepted=
    while read -r match; do
      # shellcheck disable=SC2086
      problem=$(within "$file" iptables -w 5 -t "$table" -I "$chain" $match 2>&1) && accepted=1 && break
    done <<LINES
$MATCHES
LINES
    [ -n "$accepted" ] || echo "refused $key $(printf %s "$problem" | base64 | tr -d '\n')"
  done <<LINES
$POINTS
LINES
}

delete_rules() {
  while read -r key table chain file; do
    [ -n "$key" ] || continue
    while read -r match; do
      # shellcheck disable=SC2086
      (within "$file" iptables -w 5 -t "$table" -D "$chain" $match)
    done <<LINES
$MATCHES
LINES
  done <<LINES
$POINTS
LINES
}

capture() {
  # 192 bytes of each packet: enough for the payload by which a ping is known
  while read -r key file; do
    within "$file" tcpdump -i any -y LINUX_SLL2 -Z root -n -U --immediate-mode --time-stamp-precision=nano -s 192 \
      -w "$work/$key.pcap" "$FILTER" 2>"$work/$key.err" &
    pids="$pids $!"
  done <<LINES
$NAMESPACES
LINES
}

# Has the kernel's trace written down, once for each namespace in which tracing begins.
monitor() {
  last=
  while read -r key _ _ file; do
    [ "$key" != "$last" ] || continue
    last=$key
    within "$file" xtables-monitor --trace >"$work/$key.trace" 2>&1 &
    monitors="$monitors $!"
  done <<LINES
$POINTS
LINES
}

listening() {
  while read -r key _; do
    grep -q 'listening on' "$work/$key.err" || return 1
  done <<LINES
$NAMESPACES
LINES
  # 00000100: the group of the kernel's trace events
  for pid in $monitors; do
    grep -q '^[^ ]* *12 .* 00000100 ' "/proc/$pid/net/netlink" || return 1
  done
}

clean() {
  trap - EXIT
  # shellcheck disable=SC2086
  { delete_rules; kill $pids $monitors; rm -rf "$work"; } >/dev/null 2>&1
  echo cleaned
}

watch() {
  work=$(mktemp -d /tmp/vethlab-trace.XXXXXX) pids='' monitors=''
  trap clean EXIT
  trap 'exit 1' HUP INT TERM PIPE
  capture
  monitor
  insert_rules
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
  while read -r key _; do
    for kind in trace pcap; do
      [ ! -e "$work/$key.$kind" ] || echo "$kind $key $(base64 "$work/$key.$kind" | tr -d '\n')"
    done
  done <<LINES
$NAMESPACES
LINES
}

case $1 in
  watch) watch ;;
  clean)
    delete_rules 2>/dev/null
    true
    ;;
esac
