#!/bin/sh
# Builds one of Pulumi's binaries from the Go module proxy, for machines that cannot reach Pulumi's download server.
#
#   build.sh                    prints the names, one a line
#   build.sh NAME               downloads the modules of NAME
#   build.sh NAME OUTPUT_FILE   builds NAME; OUTPUT_FILE appears whole or not at all
#
# Needs Go. NAME is a folder beside this script, whose go.mod and go.sum fix every version. What several of them import
# they take in one version, so that it is compiled once (a quarter of all packages).
set -eu

names='pulumi pulumi-language-nodejs pulumi-resource-docker pulumi-resource-command'
sdk=github.com/pulumi/pulumi/sdk/v3/go/common/version.Version

if [ $# -eq 0 ]; then
  printf '%s\n' $names
  exit
fi
if [ $# -gt 2 ]; then
  echo "usage: $0 [NAME [OUTPUT_FILE]]" >&2
  exit 2
fi

tags=
case $1 in
  pulumi)
    package=github.com/pulumi/pulumi/pkg/v3/cmd/pulumi version=$sdk=v3.259.0 ;;
  pulumi-language-nodejs)
    # Later SDKs keep it in a module that the proxy does not serve; this one works with CLI and SDK 3.259.
    package=github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs version=$sdk=v3.68.0 ;;
  pulumi-resource-docker)
    package=. version=main.version=5.2.0 tags=no_compose ;;
  pulumi-resource-command)
    package=. version=main.version=1.2.1 ;;
  *)
    echo "$0: no such name: $1; there are: $names" >&2
    exit 2 ;;
esac

here=$(cd "$(dirname "$0")" && pwd)
# The compiler is a process of seconds: it need not collect its garbage.
export CGO_ENABLED=0 GOFLAGS=-mod=readonly GOWORK=off GOGC=400

work=$(mktemp -d)
part=
trap 'rm -rf "$work" "$part"' EXIT
trap 'exit 130' HUP INT TERM
if [ $# -eq 2 ]; then
  mkdir -p "$(dirname "$2")"
  output=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
  part=$(mktemp "$output.XXXXXX")
fi
cd "$here/$1"

# NAME/without holds packages, by import path, that stand in for what no lab uses, such as the drivers of clouds: with
# those, half as much again would have to be compiled. Their modules are copied, and in the copies they take its place.
cp go.mod go.sum "$work"
if [ -d without ]; then
  packages=$(cd without && find . -name without.go | sed 's,^\./,,; s,/without.go$,,')
  # shellcheck disable=SC2086 # each is a word
  go list -find -f '{{with .Module}}{{.Path}} {{.Dir}}{{end}} {{.ImportPath}}' $packages >"$work/packages"
  while read -r module folder path; do
    copy=$work/$module
    if [ ! -d "$copy" ]; then
      mkdir -p "$copy"
      cp -R "$folder/." "$copy"
      chmod -R u+w "$copy"
      go mod edit -replace "$module=$copy" "$work/go.mod"
    fi
    package_folder=$copy${path#"$module"}
    rm -f "$package_folder"/*.go
    cp "without/$path/without.go" "$package_folder"
  done <"$work/packages"
fi

if [ $# -eq 1 ]; then
  go list -modfile "$work/go.mod" -tags "$tags" -deps "$package" >/dev/null
  exit
fi
go build -modfile "$work/go.mod" -trimpath -buildvcs=false -tags "$tags" -ldflags "-s -w -X $version" \
  -o "$part" "$package"
chmod 755 "$part"
mv "$part" "$output"
