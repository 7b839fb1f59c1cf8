#!/bin/sh
# Runs inside the new root, as the last step of both ways of building. Does what the packages' own scripts do
# where they have not run (mmdebstrap only unpacks: a fifth of the time), and strips what no lab needs.
set -e
cd /

[ -e /usr/bin/sh ] || busybox ln -s dash /usr/bin/sh
[ -e /usr/bin/nc ] || busybox ln -s nc.openbsd /usr/bin/nc

# what no package brought, busybox has
for applet in $(busybox --list); do
  [ -e "/usr/bin/$applet" ] || [ -e "/usr/sbin/$applet" ] || busybox ln -s busybox "/usr/bin/$applet"
done

[ -s /etc/passwd ] || cp /usr/share/base-passwd/passwd.master /etc/passwd
[ -s /etc/group ] || cp /usr/share/base-passwd/group.master /etc/group
[ -s /etc/nsswitch.conf ] || cp /usr/share/libc-bin/nsswitch.conf /etc/nsswitch.conf

# no package manager, no documentation, no translations: a box is thrown away, never upgraded
rm -rf /etc/apt /var/lib/apt /var/lib/dpkg /var/cache/* /var/log/* \
  /usr/lib/apt /usr/bin/apt* /usr/lib/dpkg /usr/share/dpkg /usr/bin/dpkg* /usr/bin/perl* /usr/lib/*/perl* /usr/share/perl* \
  /usr/share/doc /usr/share/man /usr/share/info /usr/share/locale /usr/share/i18n /usr/share/lintian \
  /usr/share/bash-completion /usr/share/zsh /usr/share/common-licenses /usr/share/bug /usr/share/menu \
  /usr/lib/*/gconv /usr/lib/locale /usr/lib/systemd /usr/lib/udev /lib/systemd \
  /usr/share/GeoIP /usr/share/iproute2 /usr/share/zoneinfo \
  /usr/lib/tc /usr/lib/*/e2fsprogs /boot/* /tmp/*
ldconfig
rm -rf /var/cache/*
