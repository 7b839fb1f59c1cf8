#!/usr/bin/env bash
# The power of a lab host.
set -euo pipefail

case $1 in
  # Kills the engine and all that it runs at one moment, and keeps it from coming up: what supervises it (vethlab-host) is
  # stopped. The host itself stays, so that it can be started from within.
  lose)
    kill -STOP "$(pgrep -ox vethlab-host)"
    own=$(readlink /proc/self/ns/pid)
    # Containers are in process namespaces of their own.
    inside=()
    for one in /proc/[0-9]*; do
      [ "$(readlink "$one/ns/pid")" = "$own" ] || inside+=("${one#/proc/}")
    done
    # shellcheck disable=SC2046 # numbers
    kill -KILL $(pgrep '^(dockerd|containerd)') "${inside[@]}" 2>/dev/null || true
    umount /run/docker/netns/* 2>/dev/null || true
    ;;
  return)
    kill -CONT "$(pgrep -ox vethlab-host)"
    timeout 60 bash -c 'until docker version >/dev/null 2>&1; do sleep 0.1; done'
    ;;
esac
