#!/usr/bin/env bash
# Runs a command on a machine over ssh, with a terminal where there is one. ssh joins what it is given with spaces, and the
# login shell over there reads the line: so each word is put in single quotes first.
#   OPTIONS  a list (words.sh): the words of ssh before the command
# Arguments: the command.
set -euo pipefail
source words.sh

add_words "$OPTIONS"
line=
quote="'" escaped="'\\''"
for word; do line="$line '${word//$quote/$escaped}'"; done
terminal=-T
if [ -t 0 ] && [ -t 1 ]; then terminal=-t; fi
exec ssh "$terminal" "${words[@]}" "$line"
