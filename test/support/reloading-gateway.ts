import { mkdtempSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createApplication } from '../../src/bootstrap/application.ts';
import { ConfigSource } from '../../src/config/reload/config-source.ts';
import { EMULATOR_ENVIRONMENT } from './gateway.ts';

export interface ReloadingGateway {
  url: string;
  app: NestExpressApplication;
  emulator: Emulator;
  /** Path of the configuration file. */
  folder: string;
  /** Overwrites the file in place. */
  write(text: string): void;
  /** Sends one raw request. */
  send(path: string, key: string, body?: unknown): Promise<Response>;
  metric(name: string): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Starts the real application with a file that it watches; `prepare` may lay the file out differently. */
export async function startReloading(
  text: string,
  prepare: (folder: string, text: string) => void = (folder, initial) => {
    writeFileSync(join(folder, 'gateway.yaml'), initial);
  },
): Promise<ReloadingGateway> {
  Object.assign(process.env, EMULATOR_ENVIRONMENT);
  const emulator = await startEmulator({ port: 0, paceMs: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-reload-'));
  const path = join(folder, 'gateway.yaml');
  prepare(folder, text);
  const source = await ConfigSource.open({
    GATEWAY_CONFIG: path,
    AWS_ENDPOINT_URL: emulator.url,
    AWS_REGION: 'us-east-1',
    FOLDER: folder,
  });
  const app = await createApplication(source.accepted.config, source);
  await app.listen(0, '127.0.0.1');
  const server: Server = app.getHttpServer();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    app,
    emulator,
    folder,
    write: (content) => writeFileSync(path, content),
    send: (route, key, body) =>
      fetch(url + route, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    metric: async (name) => {
      const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
      const line = lines.find((candidate) => candidate.startsWith(`${name} `));
      return line === undefined ? undefined : Number(line.slice(name.length));
    },
    close: async () => {
      server.closeAllConnections();
      await app.close();
      await emulator.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * Lays the file out as the kubelet mounts a ConfigMap: the path leads through `..data` to a folder that is never
 * modified.
 */
export function asConfigMap(folder: string, text: string): void {
  const version = `..${process.hrtime.bigint()}`;
  mkdirSync(join(folder, version));
  writeFileSync(join(folder, version, 'gateway.yaml'), text);
  symlinkSync(version, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  try {
    symlinkSync('..data/gateway.yaml', join(folder, 'gateway.yaml'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
