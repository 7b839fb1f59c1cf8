#!/bin/sh
# Runs inside the new root before box/finish.sh, in both ways of building.
set -e
cd /

# bash is /bin/sh's elder: people who enter a lab host expect it
[ -e /usr/bin/docker-init ] || busybox ln -s tini-static /usr/bin/docker-init

# what the alternatives system would have linked; vethlab-host turns to legacy where the kernel has no nf_tables
for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  busybox ln -sf xtables-nft-multi "/usr/sbin/$tool"
done
busybox grep -q ^docker: /etc/group 2>/dev/null || echo docker:x:999: >>/usr/share/base-passwd/group.master

# tools for debugging containerd, and shims of engines before 20.10: 60 MB
busybox rm -rf /usr/bin/ctr /usr/bin/containerd-stress /usr/bin/containerd-shim /usr/bin/containerd-shim-runc-v1
