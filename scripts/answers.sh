# shellcheck shell=sh
# Functions by which a shell that runs many commands at once writes their answers; reach/protocol.ts reads them. For any
# POSIX shell, and without a fork wherever a builtin will do.
#
# ROUND   number of the round of questions
# PIECE   a pattern: as many ? as a piece has characters
# LINE    the character that stands for an end of line
# BORDER  the character between stderr and stdout

export LC_ALL=C RES_OPTIONS='timeout:1 attempts:2'
set -f
# Answers are written to 4: what a place is entered by takes 1 for its errors.
exec 4>&1

# Writes a frame: emit KEY STATUS TEXT
emit() {
  key=$1 status=$2
  IFS='
'
  # shellcheck disable=SC2086
  set -- $3
  IFS=$LINE
  text="$*"
  unset IFS
  while [ "${#text}" -gt "${#PIECE}" ]; do
    # shellcheck disable=SC2295
    rest=${text#$PIECE}
    printf '@ %s %s + %s\n' "$ROUND" "$key" "${text%"$rest"}"
    text=$rest
  done
  printf '@ %s %s %s %s\n' "$ROUND" "$key" "$status" "$text"
}

# Runs a command and writes its frame: ask KEY COMMAND...
ask() {
  asked=$1
  shift
  answer=$( { out=$("$@" 2>&3 </dev/null); got=$?; printf '\n%s\n%s' "$BORDER" "$out"; exit $got; } 3>&1 )
  emit "$asked" $? "$answer"
}

# Enters a place, whose shell writes frames of its own, and writes how that ended: visit KEY COMMAND...
visit() {
  visited=$1
  shift
  problem=$("$@" 2>&1 >&4)
  emit "$visited" $? "$problem"
}

# Has names looked up as a container does, in a mount namespace that the container is not in: names_as RESOLV_CONF HOSTS
names_as() {
  mount --bind "$1" /etc/resolv.conf && mount --bind "$2" /etc/hosts || exit
}
