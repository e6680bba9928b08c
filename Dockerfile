# Outcrop and, as the target "emulator", Bedrock without AWS.
#
#   docker build -t outcrop .
#   docker build -t outcrop-emulator --target emulator .
#   docker run outcrop dist/cli/check.js /etc/outcrop/gateway.yaml
#
# Mirrors: --build-arg NODE_IMAGE=… --build-arg BASE_IMAGE=…
# Releases are built with both images by digest, sha256:…, which .github/workflows/release.yml looks up:
#   docker build --build-arg RELEASE=true --build-arg NODE_DIGEST=@sha256:… --build-arg BASE_DIGEST=@sha256:… -t outcrop .
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG NODE_DIGEST=
# No shell and no package manager: only the C++ runtime that Node needs, certificates and time zones.
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12
ARG BASE_DIGEST=

FROM ${NODE_IMAGE}${NODE_DIGEST} AS build
ARG RELEASE
ARG NODE_DIGEST
ARG BASE_DIGEST
# A release without both digests ends here.
RUN [ -z "$RELEASE" ] || { echo "$NODE_DIGEST" && echo "$BASE_DIGEST"; } | grep -cE '^@sha256:[0-9a-f]{64}$' | grep -qx 2
WORKDIR /app
COPY package.json package-lock.json ./
COPY tools tools
# Without install scripts: no package needs one.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY nest-cli.json .swcrc tsconfig.json tsconfig.build.json ./
COPY src src
# Types and source maps are a third of what is left, and nothing reads them here; of Swagger UI one bundle is served. The
# bill of materials lists what is left of the packages (npm sbom --omit=dev would leave out shared ones, npm 11).
RUN node_modules/.bin/nest build \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && npm pkg delete devDependencies && npm run --silent sbom > sbom.json \
 && find dist node_modules -type f '(' -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name 'swagger-ui-es-*' ')' -delete
COPY emulator emulator
COPY deploy/image deploy/image
COPY config/gateway.yaml /etc/outcrop/gateway.yaml
# Node keys its compile cache by version, processor and user id: made here by the user and at the paths that use it.
# Any other user id finds none and compiles; nobody can write to it later.
RUN mkdir .compile-cache && chown 65532:65532 .compile-cache \
 && NODE_COMPILE_CACHE=/app/.compile-cache setpriv --reuid=65532 --regid=65532 --clear-groups node deploy/image/warm-up.mjs \
 && chown -R 0:0 .compile-cache && chmod -R a+rX,go-w /app /etc/outcrop

FROM ${BASE_IMAGE}${BASE_DIGEST} AS base
# The very binary of the build: a second Node image could be of another version and miss the compile cache.
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
# A home that exists for every user id; the AWS SDK looks there for .aws/config.
ENV NODE_ENV=production HOME=/app
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/node"]

FROM base AS emulator
COPY --from=build /app/package.json /app/sbom.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/deploy/image ./deploy/image
COPY --from=build /app/emulator ./emulator
ENV EMULATOR_HOST=0.0.0.0 EMULATOR_PORT=8090
EXPOSE 8090
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/usr/local/bin/node", "deploy/image/healthcheck.mjs", "http://127.0.0.1:8090/__emulator/stats"]
CMD ["emulator/main.ts"]
LABEL org.opencontainers.image.title="outcrop-emulator" \
      org.opencontainers.image.description="Speaks AWS Bedrock's protocol offline; for tests and trials" \
      org.opencontainers.image.licenses="Apache-2.0"

FROM base AS gateway
COPY --from=build /app/package.json /app/sbom.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/deploy/image ./deploy/image
COPY --from=build /app/dist ./dist
COPY --from=build /app/.compile-cache ./.compile-cache
COPY --from=build /etc/outcrop /etc/outcrop
ENV GATEWAY_CONFIG=/etc/outcrop/gateway.yaml NODE_COMPILE_CACHE=/app/.compile-cache
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["/usr/local/bin/node", "deploy/image/healthcheck.mjs"]
# V8's own young generation of 64 MB takes 100 MB more under load and saves next to nothing: docs/notebooks/performance.md.
CMD ["--max-semi-space-size=16", "dist/main.js"]
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="outcrop" \
      org.opencontainers.image.description="OpenAI-compatible API gateway in front of AWS Bedrock, Claude above all" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
