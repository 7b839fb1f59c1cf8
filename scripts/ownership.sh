# shellcheck shell=bash
# Whose a thing on a host is: the resource's that was applied last. A resource that gets another name in the program finds
# the thing there; Pulumi undoes the one of the former name after that, which must then leave the thing alone.
#   OWNER   the resource
#   OWNERS  the folder with a file for each thing, in which its resource stands; empty: nobody owns anything

# Notes that a thing is this resource's: own THING
own() {
  [ -n "$OWNERS" ] || return 0
  (umask 077 && mkdir -p "$OWNERS")
  printf %s "$OWNER" >"$OWNERS/$1"
}

# owns THING
owns() { [ -e "$OWNERS/$1" ] && [ "$(<"$OWNERS/$1")" = "$OWNER" ]; }

# Forgets a thing, and the folder with those above it once nothing is in them.
release() {
  local folder=$OWNERS
  rm -f "$OWNERS/$1"
  while [ "$folder" != /tmp ] && rmdir "$folder" 2>/dev/null; do
    folder=${folder%/*}
  done
}
