#!/bin/sh
# Tries out what a kernel can do, in a container of its own: for each trial a line MARK, name, exit status, last line of output.
#   MARK    tells these lines from other output
#   TRIALS  a line for each: name, command

echo "$TRIALS" | while read -r name trial; do
  said=$( (eval "$trial") 2>&1 )
  echo "$MARK $name $? $(printf %s "$said" | tail -n 1)"
done
