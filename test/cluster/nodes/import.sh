#!/usr/bin/env bash
# Imports image archives into the containerd of each running node: import.sh ARCHIVE…
source "$(dirname "$0")/lib.sh"
for name in "${NODES[@]}"; do
  for archive in "$@"; do in_node "$name" ctr --namespace k8s.io images import "$archive" >/dev/null; done
done
