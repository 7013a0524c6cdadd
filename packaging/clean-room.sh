#!/bin/sh
# Proves that a newcomer's two commands work: `make test` and `make demo`, from a clean clone of the committed state, in
# a Debian 12 with nothing prepared. Run as root; needs debootstrap and network for Debian's and Python's packages.
#
#   packaging/clean-room.sh [--base DIR] [--keep DIR] [TARGET...]
#
#   --base DIR   a pristine debootstrap tree to copy from (made there when it does not exist)
#   --keep DIR   leave the room and its screenshots in DIR instead of a temporary folder
#   TARGET       make targets to run in it (default: test demo)
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
base= keep=
while [ $# -gt 0 ]; do
    case $1 in
        --base) base=$2; shift 2 ;;
        --keep) keep=$2; shift 2 ;;
        -*) echo "clean-room: unknown option $1" >&2; exit 2 ;;
        *) break ;;
    esac
done
[ $# -gt 0 ] || set -- test demo
[ "$(id -u)" = 0 ] || { echo "clean-room: needs root for debootstrap and chroot. Nothing was changed." >&2; exit 2; }

room=${keep:-$(mktemp -d /var/tmp/borderdesk-clean-room.XXXXXX)}
mkdir -p "$room"
leave() {
    for mount in dev/shm dev/pts dev proc; do umount -l "$room/$mount" 2>/dev/null || true; done
    [ -n "$keep" ] || rm -rf --one-file-system "$room"
}
trap leave EXIT INT TERM

if [ -n "$base" ]; then
    [ -e "$base/etc/debian_version" ] || debootstrap --variant=minbase --include=ca-certificates,make,git bookworm "$base"
    cp -a "$base/." "$room/"
else
    debootstrap --variant=minbase --include=ca-certificates,make,git bookworm "$room"
fi
cp /etc/resolv.conf /etc/hosts "$room/etc/" 2>/dev/null || true
# Whoever this machine trusts (a company's own authority, say), the room trusts too.
cp -L /etc/ssl/certs/ca-certificates.crt "$room/etc/ssl/certs/ca-certificates.crt"
mount -t proc proc "$room/proc"
mount --bind /dev "$room/dev"
# A bind does not bring along what is mounted below: pseudo-terminals stand for readers on a serial line.
mount --bind /dev/pts "$room/dev/pts"
mkdir -p "$room/dev/shm" && mount -t tmpfs tmpfs "$room/dev/shm" 2>/dev/null || true
git clone --quiet "$here" "$room/root/borderdesk"
for target in "$@"; do
    echo "== make $target in an empty Debian $(cat "$room/etc/debian_version")"
    chroot "$room" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        PIP_CERT=/etc/ssl/certs/ca-certificates.crt make -C /root/borderdesk "$target"
done
