#!/bin/sh
# Runs inside the new root before host/finish.sh and box/finish.sh, in both ways of building: the kernel, its modules,
# and what mounts the disk.
set -e
cd /
version=$(ls /usr/lib/modules)
modules=/usr/lib/modules/$version/kernel
mkdir -p /usr/lib/vethlab
cp "/boot/vmlinuz-$version" /usr/lib/vethlab/vmlinuz

# modules that no lab uses: 80 MB
for unused in sound drivers/md drivers/xen drivers/scsi drivers/vfio drivers/vhost drivers/target drivers/watchdog \
  drivers/nvme drivers/infiniband drivers/gpu drivers/video drivers/input drivers/hid drivers/usb drivers/hv \
  net/sunrpc net/sctp net/rds net/tipc net/ceph net/smc net/mptcp net/bluetooth net/wireless net/mac80211; do
  rm -rf "${modules:?}/$unused"
done
for filesystem in "$modules"/fs/*; do
  case ${filesystem##*/} in
    overlayfs | nls | fuse | ext4 | jbd2) ;;
    *) rm -rf "$filesystem" ;;
  esac
done
# an emulated processor takes long to unpack them
busybox find "$modules" -name '*.xz' -exec busybox unxz {} +
depmod "$version"

# the initial RAM disk only finds and mounts the root
initrd=/tmp/initrd
mkdir -p $initrd/bin $initrd/dev $initrd/root
cp "$(command -v busybox)" $initrd/bin/busybox
for library in $(ldd "$(command -v busybox)" | grep -o '/[^ ]*'); do
  mkdir -p "$initrd${library%/*}"
  cp "$library" "$initrd$library"
done
cp "$modules/drivers/block/virtio_blk.ko" $initrd/
cat >$initrd/init <<'INIT'
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox insmod /virtio_blk.ko
tries=0
while [ ! -b /dev/vda ] && [ $tries -lt 300 ]; do /bin/busybox usleep 20000; tries=$((tries + 1)); done
/bin/busybox mount -t ext4 -o noatime,discard /dev/vda /root || exit 1
/bin/busybox mount --move /dev /root/dev
exec /bin/busybox switch_root /root /usr/sbin/vethlab-init
INIT
chmod 755 $initrd/init
(cd $initrd && busybox find . | busybox cpio -o -H newc -R 0:0) >/usr/lib/vethlab/initrd
rm -rf $initrd
python3 -m compileall -q /usr/local/lib/vethlab 2>/dev/null || true
