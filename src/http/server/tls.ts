import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import { Logger } from '@nestjs/common';
import type { TlsConfig } from '../../config/gateway-config.ts';
import type { MetricsService } from '../../telemetry/metrics/metrics.service.ts';

const POLL_MS = 5_000;
const HANDSHAKE_MS = 10_000;

/** Certificate and private key in PEM format. */
export interface KeyPair {
  cert: Buffer;
  key: Buffer;
}

function readKeyPair(tls: TlsConfig): KeyPair {
  return { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
}

/** Returns the certificate with a timeout for handshakes. An unfinished handshake would delay a shutdown. */
export function httpsOptions(tls: TlsConfig): KeyPair & { handshakeTimeout: number } {
  return { ...readKeyPair(tls), handshakeTimeout: HANDSHAKE_MS };
}

/**
 * Loads a renewed certificate without a restart. Polls the files, because Kubernetes changes a mounted Secret by swapping
 * symbolic links, which file events miss. If certificate and key do not match, the former ones stay in use. Returns a
 * function that stops polling.
 */
export function reloadCertificateOnChange(server: Server, tls: TlsConfig, metrics: MetricsService): () => void {
  const logger = new Logger('Tls');
  const reportExpiry = ({ cert }: KeyPair): void => metrics.certificateServed(new X509Certificate(cert).validToDate);
  reportExpiry(readKeyPair(tls));
  const reload = (): void => {
    try {
      const pair = readKeyPair(tls);
      server.setSecureContext(pair);
      reportExpiry(pair);
      logger.log('TLS certificate reloaded');
    } catch (error) {
      logger.error(`cannot reload the TLS certificate; the former one stays in use: ${(error as Error).message}`);
    }
  };
  for (const file of [tls.certFile, tls.keyFile]) watchFile(file, { interval: POLL_MS, persistent: false }, reload);
  return () => [tls.certFile, tls.keyFile].forEach((file) => unwatchFile(file, reload));
}
