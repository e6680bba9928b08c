import { hash } from 'node:crypto';
import type { GatewayConfig } from '../../src/config/gateway-config.ts';
import { buildConfig } from '../../src/config/load-config.ts';

export interface Size {
  keys: number;
  /** Custom models beside those of the table. */
  models: number;
}

export const LIMIT_PER_MINUTE = 1e9;
export const MODEL = 'claude-haiku-4-5';
const FIRST_ACCOUNT = 100_000_000_000;
const PROFILE = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';

/** The last of the configured keys, for whoever searches a list from its beginning. */
export function lastKey({ keys }: Size): string {
  return keyNumber(keys - 1);
}

/** The last of the configured models, or the table's where none is configured. */
export function lastModel({ models }: Size): string {
  return models === 0 ? MODEL : modelNumber(models - 1);
}

/** A configuration as it comes from a file, with so many keys and models. */
export function configOf(size: Size, endpoint = 'http://127.0.0.1:9'): GatewayConfig {
  const keys = Array.from({ length: size.keys }, (_, index) => ({
    name: `key-${index}`,
    hash: `sha256:${hash('sha256', keyNumber(index))}`,
  }));
  const custom = Array.from({ length: size.models }, (_, index) => ({
    name: modelNumber(index),
    id: profileNumber(index),
    rulesOf: MODEL,
  }));
  return buildConfig({
    environment: {
      GATEWAY__BEDROCK__ENDPOINT: endpoint,
      GATEWAY__BEDROCK__REGION: 'us-east-1',
      GATEWAY__LIMITS__REQUESTS_PER_MINUTE: String(LIMIT_PER_MINUTE),
      GATEWAY__AUTH__KEYS: JSON.stringify(keys),
      GATEWAY__MODELS__CUSTOM: JSON.stringify(custom),
    },
    readFile: () => '',
  });
}

function keyNumber(index: number): string {
  return `sk-bench-${index}`;
}

/** The profile of the same model in another account: the emulator knows them all. */
function profileNumber(index: number): string {
  return `arn:aws:bedrock:us-east-1:${FIRST_ACCOUNT + index}:inference-profile/${PROFILE}`;
}

function modelNumber(index: number): string {
  return `model-${index}`;
}
