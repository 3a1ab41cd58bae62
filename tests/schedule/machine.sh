#!/bin/bash
# usage: unshare --mount --pid --fork --ipc --uts --cgroup --net machine.sh WORK SCRIPT
# Becomes a machine whose init is a real systemd: the root is an overlay of this machine's with WORK/files laid over it, all that
# is written vanishes, except WORK/results, which is /results. systemd starts nothing but SCRIPT (a path in there) and ends
# when that ends. Ends with 77 and the reason when such a machine can not be made here.
set -Eeuo pipefail
trap 'echo "SKIPPED: cannot make a machine for systemd here: $BASH_COMMAND"; exit 77' ERR
work=$1
script=$2
root=$work/root
mount --make-rprivate /
mkdir -p "$work/layer" "$root"
mount -t tmpfs layer "$work/layer"
mkdir "$work/layer/up" "$work/layer/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/layer/up,workdir=$work/layer/work" "$root"
mkdir -p "$root/results" "$root/oldroot"
mount --bind "$work/results" "$root/results"
rm -rf "$root/etc/systemd/system/"* "$root/etc/lakewarden" "$root/var/lib/lakewarden" "$root/var/lib/private/lakewarden"
cp -r "$work/files/." "$root"
cat >"$root/etc/systemd/system/script.service" <<END
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
StandardOutput=append:/results/script.log
StandardError=append:/results/script.log
ExecStart=/bin/bash $script
ExecStopPost=systemctl --force --force exit
END

mount -t tmpfs dev "$root/dev"
for device in null zero full random urandom tty; do
    cp -a "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue" "$root/dev/hugepages"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /results/systemd.log "$root/dev/kmsg" # where systemd says why it could not start something
touch "$work/results/systemd.log"

mount -t tmpfs run "$root/run"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys" # this machine's settings are not for it to change
mount -o remount,ro,bind "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
if [ -d /sys/fs/cgroup/systemd ]; then
    mount -t tmpfs cgroup "$root/sys/fs/cgroup"
    mkdir "$root/sys/fs/cgroup/systemd" "$root/sys/fs/cgroup/unified"
    mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/unified"
else
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
fi
cd "$root"
pivot_root . oldroot
exec /usr/sbin/chroot . /usr/bin/env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /bin/sh -c "umount -l /oldroot
    exec /lib/systemd/systemd --system --unit=script.service --log-target=kmsg --log-level=info --show-status=no"
