import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { schemaRejectionOf, type SchemaRejection } from '../../bedrock/errors/schema-rejections.ts';
import type { Model } from '../../models/types/model.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';
import {
  betterFormat,
  combinedFallback,
  nextFormat,
  type SchemaFallback,
  type EnforcedSchemas,
} from '../../translation/json-schema/expected-output.ts';
import type { AttemptOperation } from './attempt-operation.ts';

const MAX_REMEMBERED = 1_000;
/** Lifetime of a rejection. Models and accounts change, and Claude's compiled grammars live for a day. */
const REMEMBERED_MS = 6 * 60 * 60 * 1_000;
/** Owner of rejections that at least two keys have received. Not an id of a key, because ids contain no blanks. */
const EVERY_KEY = 'every key';

/** The model and the operation that enforce schemas, and the API key that sends them. */
export interface SchemaScope {
  /** Id of the API key. */
  owner: string;
  model: Model;
  operation: AttemptOperation;
}

/**
 * Decides the output format after Bedrock rejects a schema, and remembers rejections in this process. A rejection of the
 * feature counts for the model. A rejection of a schema counts only for that schema, so that a large schema of one client
 * does not affect other clients. A rejection first applies to the API key that received it. It applies to all keys when a
 * second key has received it, because clients can provoke messages that look like a rejection of the feature.
 */
@Injectable()
export class RejectedSchemas {
  private readonly memory = new FairCache<SchemaFallback>({ limits: () => ({ maxEntries: MAX_REMEMBERED }) });

  get isEmpty(): boolean {
    return this.memory.size === 0;
  }

  /** Returns the fallback that earlier rejections require for these schemas. */
  known({ owner, model, operation }: SchemaScope, schemas: EnforcedSchemas['schemas']): SchemaFallback {
    // Without a rejection, which is the usual case, no schema must be hashed.
    if (this.memory.size === 0) return {};
    const ofModel = this.knownOf(owner, keyOf(model, operation));
    return combinedFallback(ofModel, this.knownOf(owner, keyOf(model, operation, schemas)));
  }

  /**
   * Returns the format to send after a failure. Undefined if the failure is not the rejection of a schema, or if there is no
   * weaker format. Remembers the rejection if its message is known.
   */
  after(failure: unknown, scope: SchemaScope, sent: EnforcedSchemas | undefined): SchemaFallback | undefined {
    if (sent === undefined) return undefined;
    const rejection = schemaRejectionOf(failure);
    const more = rejection && fallbackAfter(rejection, sent);
    if (rejection === undefined || more === undefined) return undefined;
    if (rejection.scope !== 'request') {
      this.remember(scope, rejection.scope === 'model' ? undefined : sent.schemas, more);
    }
    return more;
  }

  private knownOf(owner: string, key: string): SchemaFallback {
    return combinedFallback(this.memory.get(ownKey(owner, key)) ?? {}, this.memory.get(ownKey(EVERY_KEY, key)) ?? {});
  }

  private remember(
    { owner, model, operation }: SchemaScope,
    schemas: EnforcedSchemas['schemas'] | undefined,
    more: SchemaFallback,
  ): void {
    const key = keyOf(model, operation, schemas);
    for (const other of this.memory.otherOwners(owner)) {
      const shared = commonFallback(this.memory.get(ownKey(other, key)) ?? {}, more);
      if (shared.format || shared.strictTools) this.add(EVERY_KEY, key, shared);
    }
    this.add(owner, key, more);
  }

  private add(owner: string, key: string, more: SchemaFallback): void {
    const own = ownKey(owner, key);
    this.memory.set(owner, own, combinedFallback(this.memory.get(own) ?? {}, more), REMEMBERED_MS);
  }
}

/** Returns the next weaker format after a rejection; undefined if the request has no schema left that Bedrock can reject. */
function fallbackAfter(
  { about }: SchemaRejection,
  { expected, strictTools }: EnforcedSchemas,
): SchemaFallback | undefined {
  const format = expected && nextFormat(expected.format);
  const lesser: SchemaFallback | undefined = format && { format };
  const loose: SchemaFallback | undefined = strictTools > 0 ? { strictTools: 'dropped' } : undefined;
  switch (about) {
    case 'format':
      return lesser ?? loose;
    case 'strict-tools':
    case 'schemas':
      return loose ?? lesser;
    case 'tool-choice':
      return expected?.format === 'tool' ? lesser : undefined;
    default:
      return about satisfies never;
  }
}

/** Returns what two rejections have in common: the better of the two formats, and loose tools if both dropped `strict`. */
function commonFallback(one: SchemaFallback, other: SchemaFallback): SchemaFallback {
  const format = one.format && other.format && betterFormat(one.format, other.format);
  const strictTools = one.strictTools && other.strictTools;
  return { ...(format && { format }), ...(strictTools && { strictTools }) };
}

function ownKey(owner: string, key: string): string {
  return `${owner} ${key}`;
}

function keyOf({ name }: Model, operation: AttemptOperation, schemas?: EnforcedSchemas['schemas']): string {
  const feature = `${operation} ${name}`;
  return schemas ? `${feature} ${hash('sha256', JSON.stringify(schemas))}` : feature;
}
