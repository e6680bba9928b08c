#!/usr/bin/env bash
# Signs an image or chart of a registry by digest, and verifies the signature: sign.sh REFERENCE@sha256:…
#
# Without COSIGN_KEY, cosign signs with the identity of the workflow (keyless) and records the signature in the public
# transparency log. With COSIGN_KEY and COSIGN_PUBLIC_KEY, it signs with a key pair and needs no service.
set -euo pipefail
reference=$1
[[ $reference =~ @sha256:[0-9a-f]{64}$ ]] || { echo "$reference has no digest: a tag can change after it is signed" >&2; exit 1; }

if [ -n "${COSIGN_KEY:-}" ]; then
  cosign sign --yes --key "$COSIGN_KEY" --tlog-upload=false "$reference"
  cosign verify --key "$COSIGN_PUBLIC_KEY" --insecure-ignore-tlog=true "$reference" >/dev/null
else
  cosign sign --yes "$reference"
  cosign verify \
    --certificate-oidc-issuer https://token.actions.githubusercontent.com \
    --certificate-identity "https://github.com/$GITHUB_REPOSITORY/.github/workflows/release.yml@$GITHUB_REF" \
    "$reference" >/dev/null
fi
echo "signed and verified: $reference"
