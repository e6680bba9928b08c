# Outcrop, and with the target "emulator" its emulator of Bedrock.
#
#   docker build -t outcrop .
#   docker build -t outcrop-emulator --target emulator .
#   docker run outcrop dist/cli/check.js /etc/outcrop/gateway.yaml
#
# Mirrors: --build-arg NODE_IMAGE=… --build-arg BASE_IMAGE=…
# Releases use both images by digest (sha256:…), which .github/workflows/release.yml resolves:
#   docker build --build-arg RELEASE=true --build-arg NODE_DIGEST=@sha256:… --build-arg BASE_DIGEST=@sha256:… -t outcrop .
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG NODE_DIGEST=
# This image has no shell and no package manager, only the C++ runtime of Node, certificates and time zones.
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12
ARG BASE_DIGEST=

FROM ${NODE_IMAGE}${NODE_DIGEST} AS build
ARG RELEASE
ARG NODE_DIGEST
ARG BASE_DIGEST
# Fails for a release without both digests.
RUN [ -z "$RELEASE" ] || { echo "$NODE_DIGEST" && echo "$BASE_DIGEST"; } | grep -cE '^@sha256:[0-9a-f]{64}$' | grep -qx 2
WORKDIR /app
COPY package.json package-lock.json ./
COPY tools tools
# No package requires an install script.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY .swcrc LICENSE ./
COPY scripts/bundle.ts scripts/bundle.ts
COPY scripts/bundle scripts/bundle
COPY src src
# The gateway is a bundle: its files contain the packages. The emulator runs from its sources with the installed packages. Its
# bill of materials lists the remaining packages (npm sbom --omit=dev of npm 11 omits packages that dev dependencies share).
# Types, source maps of packages and unused builds of Swagger UI are a third of the size.
RUN node scripts/bundle.ts && mv bundle/dist dist \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && npm pkg delete devDependencies && npm run --silent sbom > sbom.json \
 && find node_modules -type f '(' -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name 'swagger-ui-es-*' ')' -delete
COPY emulator emulator
COPY deploy/image deploy/image
COPY config/gateway.yaml /etc/outcrop/gateway.yaml
# Node's compile cache depends on version, processor, user id and path, so it is created here with those of the final image.
# Other user ids compile at each start. The cache is read-only afterwards.
RUN mkdir .compile-cache && chown 65532:65532 .compile-cache \
 && NODE_COMPILE_CACHE=/app/.compile-cache setpriv --reuid=65532 --regid=65532 --clear-groups node deploy/image/warm-up.mjs \
 && chown -R 0:0 .compile-cache && chmod -R a+rX,go-w /app /etc/outcrop

FROM ${BASE_IMAGE}${BASE_DIGEST} AS base
# The same Node binary as in the build, because another version could not use the compile cache.
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
# A home folder that exists for all user ids. The AWS SDK reads .aws/config there.
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
      org.opencontainers.image.description="Offline emulator of the AWS Bedrock API, for tests and trials" \
      org.opencontainers.image.licenses="Apache-2.0"

FROM base AS gateway
COPY --from=build /app/bundle/package.json /app/bundle/sbom.json /app/bundle/THIRD-PARTY-LICENSES.txt ./
COPY --from=build /app/bundle/node_modules ./node_modules
COPY --from=build /app/deploy/image ./deploy/image
COPY --from=build /app/dist ./dist
COPY --from=build /app/.compile-cache ./.compile-cache
COPY --from=build /etc/outcrop /etc/outcrop
ENV GATEWAY_CONFIG=/etc/outcrop/gateway.yaml NODE_COMPILE_CACHE=/app/.compile-cache
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["/usr/local/bin/node", "deploy/image/healthcheck.mjs"]
# V8's default young generation of 64 MB uses 100 MB more under load and saves little CPU: docs/notebooks/performance.md.
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
