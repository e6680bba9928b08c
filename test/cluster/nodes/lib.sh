# Settings and functions of the scripts in this folder, which source it. OUTCROP_REPO: the repository under test.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
REPO=${OUTCROP_REPO:-$(cd "$HERE/../../.." && pwd)}
# Programs, images and the state of a running cluster, outside of the repository.
CLUSTER=${CLUSTER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/outcrop-cluster}
BIN=$CLUSTER/bin
IMAGES=$CLUSTER/images
RUN=$CLUSTER/run
# The control plane runs on the first node.
NODES=(node-1 node-2)

# RFC 2544 reserves 198.18.0.0/15 for tests of networks. All addresses are in network namespaces without a default route.
declare -A NODE_IP=([node-1]=198.18.0.1 [node-2]=198.18.0.2)
POD_NET=198.18.128.0/17
SERVICE_NET=198.19.0.0/16
API_SERVICE_IP=198.19.0.1
DNS_IP=198.19.0.10
API=https://${NODE_IP[node-1]}:6443

KUBERNETES=${KUBERNETES_VERSION:-1.34.4}
ETCD=${ETCD_VERSION:-3.6.13}
COREDNS=${COREDNS_VERSION:-1.12.4}
KUBE_ROUTER=${KUBE_ROUTER_VERSION:-2.1.0}
# A previous version has no node_modules.
NODE_BINARY=$HERE/../../../node_modules/.bin/node

log() { printf '%s  %s\n' "$(date +%T)" "$*"; }

# Runs a command and logs its duration: timed TITLE COMMAND…
timed() {
  local title=$1 begun=$EPOCHREALTIME status=0 seconds
  shift
  "$@" || status=$?
  seconds=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
  log "$title: $seconds s$([ $status = 0 ] || echo " (FAILED: $status)")"
  return $status
}

# Runs a command in the namespaces of a node: in_node NODE COMMAND…
in_node() { nsenter -t "$(cat "$RUN/$1/pid")" --net --mount --pid --uts --ipc -- "${@:2}"; }

# Runs kubectl with the files of this machine and the network of the first node.
kubectl() { nsenter -t "$(cat "$RUN/node-1/pid")" --net -- env KUBECONFIG="$RUN/admin.kubeconfig" "$BIN/kubectl" "$@"; }

# Repeats a command until it succeeds: wait_for SECONDS TITLE COMMAND…
wait_for() {
  local end=$((SECONDS + $1)) title=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { log "timeout while waiting for $title"; "$@" || true; return 1; }
    sleep 0.2
  done
}
