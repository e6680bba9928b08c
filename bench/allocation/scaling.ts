import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { readKeysFile } from '../../src/config/keys-file/with-file-keys.ts';
import { MemoryThrottlerStorage } from '../../src/shared-state/throttling/memory-throttler-storage.ts';
import { ApiKeyService } from '../../src/governance/api-key.service.ts';
import { ModelRegistryService } from '../../src/models/model-registry.service.ts';
import { chatRequest } from '../../src/translation/openai-chat/request/chat-request.ts';
import { configOf, keysFileOf, lastKey, lastModel, LIMIT_PER_MINUTE } from '../pieces/config.ts';
import { chatRequestOf, translationContext } from '../pieces/requests.ts';
import { streamThrough } from '../pieces/stream.ts';
import type { Count, Meter } from './meter.ts';

/** Cost of one unit of work in a small and in a large case. Both must be equal. */
export interface ScalingCost {
  name: string;
  few: Count;
  many: Count;
}

const TIMES = 2_000;
const MINUTE_MS = 60_000;

export async function measureScaling(meter: Meter): Promise<ScalingCost[]> {
  return [
    {
      name: 'a delta, in answers of 10 and of 10,000',
      few: await perDelta(meter, 10, 100),
      many: await perDelta(meter, 10_000, 1),
    },
    {
      name: 'a kilobyte of conversation, in requests of 40 KB and of 4 MB',
      few: await perKilobyte(meter, 40_000, 10),
      many: await perKilobyte(meter, 4_000_000, 1),
    },
    { name: 'checking a key, of 1 and of 1,000', few: await perKey(meter, 1), many: await perKey(meter, 1_000) },
    {
      name: 'reading a key of a file, of 1,000 and of 10,000',
      few: await perReadKey(meter, 1_000),
      many: await perReadKey(meter, 10_000),
    },
    { name: 'finding a model, beside 1 and 500', few: await perModel(meter, 1), many: await perModel(meter, 500) },
    {
      name: 'counting a request, after 10 and 100,000 in the window',
      few: await perHit(meter, 10),
      many: await perHit(meter, 100_000),
    },
  ];
}

/** Returns the cost of a delta, without the cost of an answer that does not depend on its length. */
async function perDelta(meter: Meter, deltas: number, times: number): Promise<Count> {
  const answers = async (length: number): Promise<void> => {
    for (let time = 0; time < times; time++) await streamThrough(length);
  };
  const one = await meter.count(() => answers(1));
  const many = await meter.count(() => answers(deltas + 1));
  return divided({ bytes: many.bytes - one.bytes, operations: many.operations - one.operations }, deltas * times);
}

async function perKilobyte(meter: Meter, bytes: number, times: number): Promise<Count> {
  const request = chatRequestOf(bytes);
  const kilobytes = JSON.stringify(request).length / 1_000;
  const options = translationContext();
  const count = await meter.count(async () => {
    for (let time = 0; time < times; time++) JSON.stringify(chatRequest(request, options).inputs);
  });
  return divided(count, kilobytes * times);
}

function perKey(meter: Meter, keys: number): Promise<Count> {
  const service = new ApiKeyService(configOf({ keys, models: 0 }));
  const key = lastKey({ keys, models: 0 });
  return repeated(meter, () => service.verify(key));
}

async function perReadKey(meter: Meter, keys: number): Promise<Count> {
  const { path } = keysFileOf(keys);
  const count = await meter.count(async () => void (await readKeysFile(path)));
  rmSync(dirname(path), { recursive: true });
  return divided(count, keys);
}

function perModel(meter: Meter, models: number): Promise<Count> {
  const registry = new ModelRegistryService(configOf({ keys: 1, models }));
  const name = lastModel({ keys: 1, models });
  return repeated(meter, () => registry.resolve(name));
}

async function perHit(meter: Meter, hits: number): Promise<Count> {
  // The clock stands still, so that no window ends during the measurement.
  const storage = new MemoryThrottlerStorage(undefined, () => 1e12);
  for (let hit = 0; hit < hits; hit++) await storage.increment('key', MINUTE_MS, LIMIT_PER_MINUTE);
  return repeated(meter, () => storage.increment('key', MINUTE_MS, LIMIT_PER_MINUTE));
}

async function repeated(meter: Meter, work: () => unknown): Promise<Count> {
  const count = await meter.count(async () => {
    for (let time = 0; time < TIMES; time++) await work();
  });
  return divided(count, TIMES);
}

export function divided({ bytes, operations }: Count, by: number): Count {
  return { bytes: bytes / by, operations: operations / by };
}
