import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { schemaRejectionOf, type SchemaRejection } from '../../bedrock/errors/schema-rejections.ts';
import type { Model } from '../../models/types/model.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';
import type { Translation } from '../../translation/dialect.ts';
import {
  betterWay,
  weakerFormat,
  nextFormat,
  type SchemaFallback,
  type EnforcedSchemas,
} from '../../translation/json-schema/expected-output.ts';

/** From Bedrock's own words to a tool, from the tool to instructions. */
const MOST_MORE_TRIES = 2;
const MOST_REMEMBERED = 1_000;
/** Models learn and accounts change; Claude's compiled grammars live for a day. */
const REMEMBERED_MS = 6 * 60 * 60 * 1_000;
/** The owner of what at least two keys have met; no id of a key has blanks. */
const EVERY_KEY = 'every key';

/**
 * Sends requests with schemas in the best way that Bedrock takes: a refused schema is sent the next way at once, and
 * what was refused is remembered in this process. A refusal of the feature counts for the model, a refusal of a
 * schema for that schema alone: one client's huge schema must not cost the others their grammar. What one key was
 * refused applies to that key, and to all others once another key has met the same refusal: clients can provoke words
 * that read like a refusal of the model.
 */
@Injectable()
export class SchemaConcessions {
  private readonly memory = new FairCache<SchemaFallback>({ limits: () => ({ maxEntries: MOST_REMEMBERED }) });

  constructor(private readonly metrics: MetricsService) {}

  /**
   * `owner` is the id of the API key. `prepare` may be called again with more concessions, `send` with what it made of
   * them.
   */
  async inTurn<Result>(
    model: Model,
    owner: string,
    prepare: (concessions: SchemaFallback) => Translation | Promise<Translation>,
    send: (translation: Translation) => Promise<Result>,
  ): Promise<Result> {
    let translation = await prepare({});
    const schemas = translation.schemaUse?.schemas;
    if (!schemas) return send(translation);
    let known = this.known(owner, model, schemas);
    if (known.way || known.strictTools) translation = await prepare(known);
    for (let left = MOST_MORE_TRIES; ; left -= 1) {
      try {
        return await send(translation);
      } catch (error) {
        const refusal = schemaRejectionOf(error);
        const more = refusal && translation.schemaUse && concede(translation.schemaUse, refusal);
        if (!more || left === 0) throw error;
        if (refusal.scope !== 'request') {
          this.remember(owner, model, refusal.scope === 'model' ? undefined : schemas, more);
        }
        this.metrics.requestRetried('schema_refused');
        known = both(known, more);
        translation = await prepare(known);
      }
    }
  }

  private known(owner: string, model: Model, schemas: EnforcedSchemas['schemas']): SchemaFallback {
    // Nothing was refused yet, as is usual: nothing has to be hashed.
    if (this.memory.size === 0) return {};
    return both(this.knownOf(owner, keyOf(model)), this.knownOf(owner, keyOf(model, schemas)));
  }

  private knownOf(owner: string, key: string): SchemaFallback {
    return both(this.memory.get(ownKey(owner, key)) ?? {}, this.memory.get(ownKey(EVERY_KEY, key)) ?? {});
  }

  private remember(
    owner: string,
    model: Model,
    schemas: EnforcedSchemas['schemas'] | undefined,
    more: SchemaFallback,
  ): void {
    const key = keyOf(model, schemas);
    for (const other of this.memory.otherOwners(owner)) {
      const shared = inCommon(this.memory.get(ownKey(other, key)) ?? {}, more);
      if (shared.way || shared.strictTools) this.add(EVERY_KEY, key, shared);
    }
    this.add(owner, key, more);
  }

  private add(owner: string, key: string, more: SchemaFallback): void {
    const own = ownKey(owner, key);
    this.memory.set(owner, own, both(this.memory.get(own) ?? {}, more), REMEMBERED_MS);
  }
}

/** Sets the attempts of one request apart, so that one way's answers are never taken for another's. */
export function labelOf(use: EnforcedSchemas | undefined): string {
  return use ? `${use.expected?.way ?? 'text'}/${use.strictTools}/` : '';
}

/** What to give up after this refusal; undefined where nothing is left that it can be about. */
function concede({ expected, strictTools }: EnforcedSchemas, { about }: SchemaRejection): SchemaFallback | undefined {
  const way = expected && nextFormat(expected.way);
  const lesser: SchemaFallback | undefined = way && { way };
  const loose: SchemaFallback | undefined = strictTools > 0 ? { strictTools: 'dropped' } : undefined;
  switch (about) {
    case 'format':
      return lesser ?? loose;
    case 'strict-tools':
    case 'schemas':
      return loose ?? lesser;
    case 'tool-choice':
      return expected?.way === 'tool' ? lesser : undefined;
    default:
      return about satisfies never;
  }
}

function both(one: SchemaFallback, other: SchemaFallback): SchemaFallback {
  const way = one.way && other.way ? weakerFormat(one.way, other.way) : (one.way ?? other.way);
  const strictTools = one.strictTools ?? other.strictTools;
  return { ...(way && { way }), ...(strictTools && { strictTools }) };
}

/** What two refusals have in common: the better of the two ways, and loose tools where both had to give them up. */
function inCommon(one: SchemaFallback, other: SchemaFallback): SchemaFallback {
  const way = one.way && other.way && betterWay(one.way, other.way);
  const strictTools = one.strictTools && other.strictTools;
  return { ...(way && { way }), ...(strictTools && { strictTools }) };
}

/** Returns the key under which `owner` remembers what `key` stands for. */
function ownKey(owner: string, key: string): string {
  return `${owner} ${key}`;
}

function keyOf({ name }: Model, schemas?: EnforcedSchemas['schemas']): string {
  return schemas ? `${name} ${hash('sha256', JSON.stringify(schemas))}` : name;
}
