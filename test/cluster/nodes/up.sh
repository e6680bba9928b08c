#!/usr/bin/env bash
# Starts the cluster: two nodes, each a set of namespaces. etcd and the control plane run on the first node. Requires the
# results of tools.sh and images.sh.
source "$(dirname "$0")/lib.sh"
[ ! -e "$RUN/node-1/pid" ] || { log "$RUN exists: end the previous cluster with down.sh"; exit 1; }
mkdir -p "$RUN/pki" && cd "$RUN"
CGROUP=outcrop-cluster
# The kubelet changes these for the whole machine. down.sh restores them.
sysctl vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys kernel.keys.root_maxbytes >sysctls

# ---- certificates ----
certificate() { # NAME SUBJECT [SAN]
  openssl req -newkey rsa:2048 -nodes -keyout "pki/$1.key" -out "pki/$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "pki/$1.csr" -CA pki/ca.crt -CAkey pki/ca.key -CAcreateserial -days 30 -out "pki/$1.crt" \
    -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\n%s' "${3:+subjectAltName=$3}") 2>/dev/null
}
kubeconfig() { # NAME FILE
  cat >"$2" <<KUBECONFIG
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: $API, certificate-authority-data: $(base64 -w0 <pki/ca.crt)}}]
users: [{name: u, user: {client-certificate-data: $(base64 -w0 <"pki/$1.crt"), client-key-data: $(base64 -w0 <"pki/$1.key")}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
KUBECONFIG
}
pki() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout pki/ca.key -out pki/ca.crt -days 30 -subj /CN=outcrop-cluster-ca 2>/dev/null
  openssl genrsa -out pki/sa.key 2048 2>/dev/null
  openssl rsa -in pki/sa.key -pubout -out pki/sa.pub 2>/dev/null
  certificate apiserver /CN=kube-apiserver "IP:127.0.0.1,IP:${NODE_IP[node-1]},IP:$API_SERVICE_IP,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc"
  certificate admin /O=system:masters/CN=admin
  certificate controller-manager /CN=system:kube-controller-manager
  certificate scheduler /CN=system:kube-scheduler
  certificate proxy /CN=system:kube-proxy
  local name
  for name in admin controller-manager scheduler proxy; do kubeconfig $name $name.kubeconfig; done
  for name in "${NODES[@]}"; do
    certificate "$name" "/O=system:nodes/CN=system:node:$name" "DNS:$name,IP:${NODE_IP[$name]}"
    kubeconfig "$name" "$name.kubeconfig"
  done
}

# ---- nodes ----
node() {
  local name=$1 folder=$RUN/$1 outer
  mkdir -p "$folder/log"
  setsid unshare --net --mount --propagation private --pid --fork --mount-proc --uts --ipc --kill-child \
    "$HERE/node.sh" "$name" "$folder" "$BIN/pause" >"$folder/log/init.log" 2>&1 </dev/null &
  outer=$!
  wait_for 10 "$name" grep -q . "/proc/$outer/task/$outer/children"
  tr -d ' ' <"/proc/$outer/task/$outer/children" >"$folder/pid"
  wait_for 10 "process 1 of $name" sh -c "tr '\\0' ' ' </proc/$(cat "$folder/pid")/cmdline | grep -q '^$BIN/pause'"
  cgroups "$name"
}
# Creates the parent cgroup of a node's pods.
cgroups() {
  local name=$1 controller file
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mkdir -p "/sys/fs/cgroup/$CGROUP/$name"
    for file in /sys/fs/cgroup "/sys/fs/cgroup/$CGROUP"; do
      for controller in cpu cpuset io memory pids; do echo "+$controller" >"$file/cgroup.subtree_control" || true; done
    done
    return
  fi
  for controller in /sys/fs/cgroup/*/; do
    [ "$controller" != /sys/fs/cgroup/unified/ ] || continue
    mkdir -p "$controller$CGROUP/$name"
    [ "$controller" != /sys/fs/cgroup/cpuset/ ] || for file in cpuset.cpus cpuset.mems; do
      cat "$controller$file" >"$controller$CGROUP/$file"
      cat "$controller$file" >"$controller$CGROUP/$name/$file"
    done
  done
}
wire() {
  ip link add eth0 netns "$(cat node-1/pid)" type veth peer name eth0 netns "$(cat node-2/pid)"
  local name
  for name in "${NODES[@]}"; do
    in_node "$name" ip address add "${NODE_IP[$name]}/24" dev eth0
    in_node "$name" ip link set eth0 up
    # kube-proxy translates addresses of Services only if a route to them exists. No other route leaves the node.
    in_node "$name" ip route add $SERVICE_NET dev eth0
    in_node "$name" ip route add unreachable default
  done
}
daemon() { # NODE NAME COMMAND…
  local node=$1 name=$2
  shift 2
  setsid nsenter -t "$(cat "$RUN/$node/pid")" --net --mount --pid --uts --ipc -- "$@" >>"$RUN/$node/log/$name.log" 2>&1 </dev/null &
}

# ---- control plane ----
control_plane() {
  daemon node-1 etcd "$BIN/etcd" --data-dir "$RUN/etcd" --unsafe-no-fsync --listen-client-urls http://127.0.0.1:2379 \
    --advertise-client-urls http://127.0.0.1:2379 --listen-peer-urls http://127.0.0.1:2380 --log-level warn
  daemon node-1 apiserver "$BIN/kube-apiserver" --etcd-servers http://127.0.0.1:2379 \
    --advertise-address "${NODE_IP[node-1]}" --service-cluster-ip-range $SERVICE_NET --allow-privileged \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction \
    --client-ca-file "$RUN"/pki/ca.crt --tls-cert-file "$RUN"/pki/apiserver.crt --tls-private-key-file "$RUN"/pki/apiserver.key \
    --kubelet-client-certificate "$RUN"/pki/admin.crt --kubelet-client-key "$RUN"/pki/admin.key --kubelet-certificate-authority "$RUN"/pki/ca.crt \
    --kubelet-preferred-address-types InternalIP \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$RUN"/pki/sa.pub --service-account-signing-key-file "$RUN"/pki/sa.key
  wait_for 120 'the API server' kubectl get --raw /readyz || return
  daemon node-1 controller-manager "$BIN/kube-controller-manager" --kubeconfig "$RUN/controller-manager.kubeconfig" \
    --root-ca-file "$RUN"/pki/ca.crt --service-account-private-key-file "$RUN"/pki/sa.key --use-service-account-credentials \
    --cluster-signing-cert-file "$RUN"/pki/ca.crt --cluster-signing-key-file "$RUN"/pki/ca.key \
    --allocate-node-cidrs --cluster-cidr $POD_NET --node-cidr-mask-size 24 --leader-elect=false
  daemon node-1 scheduler "$BIN/kube-scheduler" --kubeconfig "$RUN/scheduler.kubeconfig" --leader-elect=false
}

# ---- processes of each node ----
runtime() {
  local name=$1 folder=$RUN/$1
  cat >"$folder/containerd.toml" <<CONTAINERD
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "outcrop.test/pause:1"
  # Without CAP_SYS_RESOURCE, the kernel rejects scores below the score of containerd.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
CONTAINERD
  daemon "$name" containerd containerd --config "$folder/containerd.toml"
  wait_for 20 "containerd of $name" in_node "$name" ctr version || return
  local archive
  for archive in pause coredns redis postgres gateway emulator; do
    in_node "$name" ctr --namespace k8s.io images import "$IMAGES/$archive.tar" >/dev/null
  done
}
kubelet() {
  local name=$1 folder=$RUN/$1
  cat >"$folder/kubelet.yaml" <<KUBELET
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $RUN/pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $RUN/pki/$name.crt
tlsPrivateKeyFile: $RUN/pki/$name.key
cgroupDriver: cgroupfs
cgroupRoot: /$CGROUP/$name
failCgroupV1: false
failSwapOn: false
clusterDNS: [$DNS_IP]
clusterDomain: cluster.local
resolvConf: $folder/resolv.conf
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
# The kubelet must not delete images, because no registry can replace them.
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: 200Mi, nodefs.available: 3%}
KUBELET
  daemon "$name" kubelet "$BIN/kubelet" --config "$folder/kubelet.yaml" --kubeconfig "$RUN/$name.kubeconfig" \
    --hostname-override "$name" --node-ip "${NODE_IP[$name]}" --node-labels "topology.kubernetes.io/zone=zone-${name#node-}" --v 2
}
has_pod_range() { kubectl get node "$1" -o jsonpath='{.spec.podCIDR}' | grep -q .; }
network() {
  local name=$1 folder=$RUN/$1 range other
  range=$(kubectl get node "$name" -o jsonpath='{.spec.podCIDR}')
  for other in "${NODES[@]}"; do
    [ "$other" = "$name" ] || in_node "$other" ip route replace "$range" via "${NODE_IP[$name]}"
  done
  cat >"$folder/etc/cni/net.d/10-outcrop.conflist" <<CNI
{"cniVersion": "0.4.0", "name": "outcrop", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$range"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
CNI
  cat >"$folder/kube-proxy.yaml" <<PROXY
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
hostnameOverride: $name
clusterCIDR: $POD_NET
clientConnection: {kubeconfig: $RUN/proxy.kubeconfig}
conntrack: {maxPerCore: 0, min: 0}
PROXY
  daemon "$name" kube-proxy "$BIN/kube-proxy" --config "$folder/kube-proxy.yaml"
  # Enforces NetworkPolicies only.
  daemon "$name" kube-router "$BIN/kube-router" --kubeconfig "$RUN/admin.kubeconfig" --hostname-override "$name" \
    --run-router=false --run-service-proxy=false --run-firewall=true --service-cluster-ip-range $SERVICE_NET --health-port 0 --metrics-port 0
}

timed 'certificates' pki
for name in "${NODES[@]}"; do timed "$name" node "$name"; done
wire
timed 'control plane' control_plane
imports=()
for name in "${NODES[@]}"; do
  timed "images into $name" runtime "$name" &
  imports+=($!)
done
for import in "${imports[@]}"; do wait "$import"; done
for name in "${NODES[@]}"; do kubelet "$name"; done
for name in "${NODES[@]}"; do
  wait_for 60 "$name to register" has_pod_range "$name"
  network "$name"
done
timed 'nodes ready' kubectl wait --for=condition=Ready node --all --timeout=120s
kubectl apply -f - <<<"$(sed "s/DNS_IP/$DNS_IP/" "$HERE/addons.yaml")" >/dev/null
timed 'CoreDNS' kubectl --namespace kube-system wait --for=condition=Available deployment/coredns --timeout=120s
for folder in "$CLUSTER"/crds/*/; do kubectl apply --server-side -f "$folder" >/dev/null; done
