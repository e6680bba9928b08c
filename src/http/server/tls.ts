import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import { Logger } from '@nestjs/common';
import type { TlsConfig } from '../../config/gateway-config.ts';
import type { MetricsService } from '../../telemetry/metrics/metrics.service.ts';

const POLL_MS = 5_000;
const HANDSHAKE_MS = 10_000;

export interface KeyPair {
  cert: Buffer;
  key: Buffer;
}

function readKeyPair(tls: TlsConfig): KeyPair {
  return { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
}

/** A handshake that nobody finishes is no connection that a shutdown could end: it would be waited for. */
export function httpsOptions(tls: TlsConfig): KeyPair & { handshakeTimeout: number } {
  return { ...readKeyPair(tls), handshakeTimeout: HANDSHAKE_MS };
}

/**
 * Serves a renewed certificate without a restart. Polled, because a Secret mounted by Kubernetes changes by
 * a swap of symbolic links, which file events miss. A pair that does not fit is refused; the old one stays.
 */
export function reloadCertificateOnChange(server: Server, tls: TlsConfig, metrics: MetricsService): () => void {
  const logger = new Logger('Tls');
  const tell = ({ cert }: KeyPair): void => metrics.certificateServed(new X509Certificate(cert).validToDate);
  tell(readKeyPair(tls));
  const reload = (): void => {
    try {
      const pair = readKeyPair(tls);
      server.setSecureContext(pair);
      tell(pair);
      logger.log('TLS certificate reloaded');
    } catch (error) {
      logger.error(`TLS certificate not reloaded, the old one stays: ${(error as Error).message}`);
    }
  };
  for (const file of [tls.certFile, tls.keyFile]) watchFile(file, { interval: POLL_MS, persistent: false }, reload);
  return () => [tls.certFile, tls.keyFile].forEach((file) => unwatchFile(file, reload));
}
