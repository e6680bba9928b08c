import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { selfSigned } from '../support/certificate.ts';
import type { Settings } from '../support/gateway-process.ts';

const VALUES = 'helm/outcrop/values.yaml';
const UNITS: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

interface ChartValues {
  config: Settings;
  resources: { limits: { memory: string } };
}

/** Returns the default values of the chart. */
function chartValues(): ChartValues {
  return parse(readFileSync(VALUES, 'utf8')) as ChartValues;
}

/** Returns `resources.limits.memory` of the chart in bytes. */
export function chartMemoryBytes(): number {
  const { memory } = chartValues().resources.limits;
  const [, amount, unit] = /^(\d+)(Ki|Mi|Gi)$/.exec(memory) ?? [];
  if (unit === undefined) throw new Error(`${VALUES}: resources.limits.memory is ${memory}, expected Ki, Mi or Gi`);
  return Number(amount) * UNITS[unit]!;
}

/** Returns the chart's `config` with these settings applied section by section; later ones take precedence. */
export function laidOverChart(...layers: readonly Settings[]): Settings {
  const { auth: _, ...config } = chartValues().config;
  const whole: Settings = config;
  for (const layer of layers) {
    for (const [section, value] of Object.entries(layer)) {
      const isSection = typeof value === 'object' && value !== null && !Array.isArray(value);
      whole[section] = isSection ? { ...(whole[section] as Settings | undefined), ...value } : value;
    }
  }
  return whole;
}

/** Writes a certificate and its key into `folder`. Resolves with the settings that use it. */
export function tlsSettings(folder: string): Settings {
  const { cert, key } = selfSigned('localhost');
  const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key, { mode: 0o600 });
  return { server: { tls: { certFile, keyFile } } };
}
