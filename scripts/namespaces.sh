#!/bin/sh
# Lists the network namespaces of a lab host and the networks of its engine, one a line:
#
#   iptables VERSION
#   namespace INODE host
#   namespace INODE netns NAME FILE
#   namespace INODE container NAME FILE   of all that run: a packet may be sent on to a container that is no node
#   namespace INODE overlay NAME FILE     where the engine keeps the bridge of an overlay
#   network ID NAME BRIDGE                ID has twelve digits; BRIDGE may be empty

. ./overlay-namespace.sh

namespace() {
  file=$1
  shift
  inode=$(stat -L -c %i "$file") && echo "namespace $inode $*"
}

echo "iptables $(iptables --version 2>&1)"
namespace /proc/self/ns/net host
ip netns list | while read -r name _; do
  namespace "/run/netns/$name" netns "$name" "/run/netns/$name"
done
docker ps -q | xargs -r docker inspect --format '{{.State.Pid}} {{.Name}}' | while read -r pid name; do
  namespace "/proc/$pid/ns/net" container "${name#/}" "/proc/$pid/ns/net"
done
docker network ls -q --no-trunc --filter driver=overlay --format '{{.ID}} {{.Name}}' | while read -r id name; do
  overlay_namespace "$id" | while read -r file; do namespace "$file" overlay "$name" "$file"; done
done
format='network {{slice .Id 0 12}} {{.Name}} {{or (index .Options "com.docker.network.bridge.name") ""}}'
docker network ls -q | xargs -r docker network inspect --format "$format"
