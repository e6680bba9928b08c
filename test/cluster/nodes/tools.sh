#!/usr/bin/env bash
# Builds Kubernetes from Go modules, and installs containerd, runc, CNI plugins, iptables and ipset from Debian. Skips
# programs that exist. The first run takes about 35 minutes on two cores.
source "$(dirname "$0")/lib.sh"
export CGO_ENABLED=0
mkdir -p "$BIN" "$CLUSTER/modules" "$CLUSTER/crds"

debian() {
  local packages=(containerd runc containernetworking-plugins iptables ipset iproute2 openssl redis-server postgresql)
  dpkg -s "${packages[@]}" >/dev/null 2>&1 && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
}

# Uses the go.mod of Kubernetes, with the published modules in place of its staging folders.
kubernetes() {
  local missing=() name
  for name in kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl; do
    [ -x "$BIN/$name" ] || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return
  local module=$CLUSTER/modules/kubernetes source
  mkdir -p "$module" && cd "$module"
  source=$(cd / && GO111MODULE=on go mod download -json "k8s.io/kubernetes@v$KUBERNETES" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  sed -e 's|^module .*|module outcrop.test/kubernetes|' \
    -e "s|=> ./staging/src/\(\S*\)|=> \1 v0.${KUBERNETES#1.}|" "$source/go.mod" >go.mod
  cp -f "$source/go.sum" go.sum && chmod u+w go.mod go.sum
  go mod edit -require="k8s.io/kubernetes@v$KUBERNETES"
  local version=k8s.io/component-base/version flags
  flags="-s -w -X $version.gitVersion=v$KUBERNETES -X $version.gitMajor=1 -X $version.gitMinor=$(cut -d. -f2 <<<"$KUBERNETES")"
  flags+=" ${flags//component-base/client-go\/pkg}"
  for name in "${missing[@]}"; do
    timed "build $name" go build -mod=mod -trimpath -ldflags "$flags" -o "$BIN/$name" "k8s.io/kubernetes/cmd/$name"
  done
}

# Builds one program: program NAME MODULE@VERSION PACKAGE
program() {
  [ -x "$BIN/$1" ] && return
  local module=$CLUSTER/modules/$1
  mkdir -p "$module" && cd "$module"
  [ -f go.mod ] || go mod init "outcrop.test/$1" 2>/dev/null
  go get "$2" 2>/dev/null
  timed "build $1" go build -mod=mod -trimpath -ldflags '-s -w' -o "$BIN/$1" "$3"
}

coredns() {
  [ -x "$BIN/coredns" ] && return
  local module=$CLUSTER/modules/coredns
  mkdir -p "$module" && cd "$module" && cp "$HERE/coredns/main.go" .
  [ -f go.mod ] || go mod init outcrop.test/coredns 2>/dev/null
  go get "github.com/coredns/coredns@v$COREDNS" 2>/dev/null
  go mod tidy 2>/dev/null
  timed 'build coredns' go build -trimpath -ldflags '-s -w' -o "$BIN/coredns" .
}

pause() {
  [ -x "$BIN/pause" ] || (cd "$HERE/pause" && go build -trimpath -ldflags '-s -w' -o "$BIN/pause" .)
}

# Uses the helm of test/deploy and its cache.
helm_of_the_tests() {
  [ -e "$BIN/helm" ] && return
  cd "$REPO"
  local path
  path=$("$NODE_BINARY" --input-type=module -e '
    const { goTools } = await import(`${process.argv[1]}/test/deploy/go-tools.ts`);
    console.log((await goTools())?.helm ?? "");' "$REPO" | tail -n 1)
  ln -s "$path" "$BIN/helm"
}

# Copies CRDs from a Go module: crds NAME MODULE@VERSION GLOB
crds() {
  [ -d "$CLUSTER/crds/$1" ] && return
  local source
  source=$(cd / && go mod download -json "$2" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  mkdir "$CLUSTER/crds/$1" && cp "$source"/$3 "$CLUSTER/crds/$1/" && chmod u+w "$CLUSTER/crds/$1"/*
}

timed 'Debian packages' debian
timed 'pause' pause
timed 'Kubernetes' kubernetes
timed 'etcd' program etcd "go.etcd.io/etcd/server/v3@v$ETCD" go.etcd.io/etcd/server/v3
timed 'CoreDNS' coredns
timed 'kube-router' program kube-router "github.com/cloudnativelabs/kube-router/v2@v$KUBE_ROUTER" github.com/cloudnativelabs/kube-router/v2/cmd/kube-router
timed 'helm' helm_of_the_tests
timed 'CRDs of the Gateway API' crds gateway-api sigs.k8s.io/gateway-api@v1.4.1 'config/crd/standard/*.yaml'
timed 'CRDs of the Prometheus operator' crds prometheus-operator github.com/prometheus-operator/prometheus-operator@v0.85.0 'example/prometheus-operator-crd/*.yaml' || log 'omitted'
timed 'CRDs of KEDA' crds keda github.com/kedacore/keda/v2@v2.17.2 'config/crd/bases/*.yaml' || log 'omitted'
