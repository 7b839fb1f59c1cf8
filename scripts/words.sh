# shellcheck shell=bash
# Lists in variables: a line for each word, in which \n and \t stand for what they mean. For bash of version 3.2 too.

# The words of a command, as far as they are known.
words=()

# Appends the words of a list, each after the option where one is given: add_words LIST [OPTION]
add_words() {
  local word
  while IFS= read -r word; do
    printf -v word %b "$word"
    words+=(${2:+"$2"} "$word")
  done < <(printf %s "$1")
}
