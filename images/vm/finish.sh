#!/bin/sh
# Runs inside the new root, as the last step of both ways of building; see box/finish.sh.
set -e
cd /
[ -e /usr/bin/sh ] || busybox ln -s dash /usr/bin/sh
# what no package brought, busybox has
for applet in $(busybox --list); do
  [ -e "/usr/bin/$applet" ] || [ -e "/usr/sbin/$applet" ] || busybox ln -s busybox "/usr/bin/$applet"
done
[ -s /etc/passwd ] || cp /usr/share/base-passwd/passwd.master /etc/passwd
[ -s /etc/group ] || cp /usr/share/base-passwd/group.master /etc/group

# what QEMU has for other machines, and what nobody needs in a container that is thrown away
rm -rf /usr/bin/qemu-system-i386 /usr/bin/qemu-nbd /usr/bin/qemu-io /usr/bin/qemu-storage-daemon \
  /usr/share/qemu/*.dtb /usr/share/qemu/hppa* /usr/share/qemu/skiboot.lid /usr/share/qemu/u-boot* \
  /usr/share/qemu/npcm* /usr/share/qemu/palcode* /usr/share/qemu/openbios* \
  /etc/apt /var/lib/apt /var/lib/dpkg /usr/lib/apt /usr/bin/apt* /usr/lib/dpkg /usr/share/dpkg /usr/bin/dpkg* \
  /usr/bin/perl* /usr/lib/*/perl* /usr/share/perl* /usr/share/doc /usr/share/man /usr/share/info /usr/share/locale \
  /usr/lib/*/gconv /usr/lib/systemd /usr/lib/udev /boot/* /var/log/* /tmp/*
ldconfig
rm -rf /var/cache/*
# compiled once, not at each start
python3 -m compileall -q /usr/local/lib/vethlab /usr/lib/python3.* >/dev/null 2>&1 || true
