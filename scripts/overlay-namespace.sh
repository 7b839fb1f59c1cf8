# shellcheck shell=sh

# The file of the namespace that this host's engine keeps for an overlay: overlay_namespace NETWORK-ID. Its name is a
# number, "-" and the beginning of the id. It is there while a container is on the overlay.
overlay_namespace() {
  find /var/run/docker/netns -name "*-$(printf %.9s "$1")*"
}
