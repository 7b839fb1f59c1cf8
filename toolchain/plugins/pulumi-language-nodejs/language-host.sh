#!/bin/sh
# What the CLI starts as language host, in the program's folder. The language host that can be built is older than the
# CLI, which does not hand it the options of the runtime in Pulumi.yaml.
folder=$PWD
until [ -e "$folder/Pulumi.yaml" ] || [ "$folder" = / ]; do folder=$(dirname "$folder"); done

option() { sed -n "s/^ *$1: *//p" "$folder/Pulumi.yaml"; }

typescript=$(option typescript)
exec "$(dirname "$0")/../pulumi/language-nodejs/pulumi-language-nodejs" \
  -typescript="${typescript:-true}" -nodeargs="$(option nodeargs)" -tsconfig="$(option tsconfig)" "$@"
