#!/usr/bin/env bash
# Runs as process 1 of a node, in new namespaces: node.sh NAME FOLDER PAUSE. A node uses the files of this machine, except
# for the folders to which containerd and the kubelet write.
set -euo pipefail
name=$1 folder=$2 pause=$3
hostname "$name"
mount --make-rshared /
for path in /var/lib/kubelet /var/lib/containerd /var/lib/cni /var/log/pods /var/log/containers /etc/cni/net.d; do
  mkdir -p "$path" "$folder$path"
  mount --bind "$folder$path" "$path"
done
mount -t tmpfs -o mode=755 tmpfs /run
printf 'nameserver 127.0.0.1\n' >"$folder/resolv.conf"
ip link set lo up
sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.ip_local_port_range='20000 60999'
exec "$pause"
