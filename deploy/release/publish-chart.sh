#!/usr/bin/env bash
# Packages the chart, pushes it to a registry, and prints its reference with the digest: publish-chart.sh oci://REGISTRY/PATH
# Further arguments are passed to "helm push".
set -euo pipefail
registry=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
helm package helm/outcrop --destination "$folder" >&2
pushed=$(helm push "$folder"/outcrop-*.tgz "$@" 2>&1) || { echo "$pushed" >&2; exit 1; }
digest=$(sed -n 's/^Digest: \(sha256:[0-9a-f]\{64\}\)$/\1/p' <<<"$pushed")
[ -n "$digest" ] || { echo "helm push printed no digest: $pushed" >&2; exit 1; }
echo "${registry#oci://}/outcrop@$digest"
