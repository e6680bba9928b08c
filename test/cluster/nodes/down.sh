#!/usr/bin/env bash
# Ends the cluster. With process 1 of a node, the kernel ends all processes, mounts and interfaces of the node. Programs and
# images stay in $CLUSTER_DIR.
source "$(dirname "$0")/lib.sh"
cd /
for name in "${NODES[@]}"; do
  [ -e "$RUN/$name/pid" ] || continue
  pid=$(cat "$RUN/$name/pid")
  # Checks the command, because another process may have the number by now.
  if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q "^$BIN/pause"; then
    kill -9 "$pid"
    wait_for 20 "the end of $name" sh -c "! kill -0 $pid"
  fi
done
for controller in /sys/fs/cgroup/*/; do
  [ ! -d "${controller}outcrop-cluster" ] || find "${controller}outcrop-cluster" -depth -type d -exec rmdir {} + || true
done
if [ -e "$RUN/sysctls" ]; then
  while IFS='= ' read -r name value; do sysctl -qw "$name=$value"; done <"$RUN/sysctls"
fi
rm -rf "$RUN"
for path in /var/lib/kubelet /var/lib/cni /var/log/pods /var/log/containers; do rmdir "$path" 2>/dev/null || true; done
log 'the cluster is down'
