import { hash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayConfig } from '../../src/config/gateway-config.ts';
import { buildConfig } from '../../src/config/load-config.ts';

export interface Size {
  keys: number;
  /** Number of custom models, in addition to the built-in ones. */
  models: number;
}

export const LIMIT_PER_MINUTE = 1e9;
export const MODEL = 'claude-haiku-4-5';
const FIRST_ACCOUNT = 100_000_000_000;
const PROFILE = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';

/** Returns the last configured key, the most expensive one for a linear search. */
export function lastKey({ keys }: Size): string {
  return keyNumber(keys - 1);
}

/** Returns the name of the last custom model, or of a built-in model if there is none. */
export function lastModel({ models }: Size): string {
  return models === 0 ? MODEL : modelNumber(models - 1);
}

/** Returns a validated configuration with the given number of keys and models. */
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

/** Writes a file of keys for `auth.keysFile`, and returns its path and its last key. */
export function keysFileOf(keys: number): { path: string; last: string } {
  const path = join(mkdtempSync(join(tmpdir(), 'outcrop-keys-')), 'keys.jsonl');
  const lines = Array.from({ length: keys }, (_, index) =>
    JSON.stringify({ name: `key-${index}`, hash: `sha256:${hash('sha256', keyNumber(index))}`, models: ['claude-*'] }),
  );
  writeFileSync(path, lines.join('\n'));
  return { path, last: keyNumber(keys - 1) };
}

function keyNumber(index: number): string {
  return `sk-bench-${index}`;
}

/** Returns an inference profile of the same model in another account. The emulator accepts any account. */
function profileNumber(index: number): string {
  return `arn:aws:bedrock:us-east-1:${FIRST_ACCOUNT + index}:inference-profile/${PROFILE}`;
}

function modelNumber(index: number): string {
  return `model-${index}`;
}
