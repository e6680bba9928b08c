import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { schemaRejectionOf, type SchemaRejection } from '../../bedrock/errors/schema-rejections.ts';
import type { Model } from '../../models/types/model.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';
import {
  betterWay,
  bothFallbacks,
  nextFormat,
  type SchemaFallback,
  type EnforcedSchemas,
} from '../../translation/json-schema/expected-output.ts';
import type { AttemptOperation } from './attempt-operation.ts';

const MAX_REMEMBERED = 1_000;
/** Models learn and accounts change; Claude's compiled grammars live for a day. */
const REMEMBERED_MS = 6 * 60 * 60 * 1_000;
/** The owner of what at least two keys have met; no id of a key has blanks. */
const EVERY_KEY = 'every key';

/** The model and the operation that enforce schemas, and the API key that sends them. */
export interface SchemaSender {
  /** Id of the API key. */
  owner: string;
  model: Model;
  operation: AttemptOperation;
}

/**
 * Decides the output format after Bedrock rejects a schema, and remembers rejections in this process. A rejection of the
 * feature counts for the model. A rejection of a schema counts for that schema alone, so that one client's large schema
 * does not cost other clients their grammar. A rejection applies to the API key that met it. It applies to all
 * keys once a second key has met it, because clients can provoke messages that look like a rejection of the feature.
 */
@Injectable()
export class RejectedSchemas {
  private readonly memory = new FairCache<SchemaFallback>({ limits: () => ({ maxEntries: MAX_REMEMBERED }) });

  get isEmpty(): boolean {
    return this.memory.size === 0;
  }

  /** Returns the fallback that earlier rejections require for these schemas. */
  known({ owner, model, operation }: SchemaSender, schemas: EnforcedSchemas['schemas']): SchemaFallback {
    // The usual case: without a rejection nothing has to be hashed.
    if (this.memory.size === 0) return {};
    const ofModel = this.knownOf(owner, keyOf(model, operation));
    return bothFallbacks(ofModel, this.knownOf(owner, keyOf(model, operation, schemas)));
  }

  /**
   * Returns what to send less of after a failure; undefined if the failure is no rejection of a schema, or if nothing is
   * left to send less of. Remembers the rejection where its wording is known.
   */
  after(failure: unknown, sender: SchemaSender, sent: EnforcedSchemas | undefined): SchemaFallback | undefined {
    if (sent === undefined) return undefined;
    const rejection = schemaRejectionOf(failure);
    const more = rejection && fallbackAfter(rejection, sent);
    if (rejection === undefined || more === undefined) return undefined;
    if (rejection.scope !== 'request') {
      this.remember(sender, rejection.scope === 'model' ? undefined : sent.schemas, more);
    }
    return more;
  }

  private knownOf(owner: string, key: string): SchemaFallback {
    return bothFallbacks(this.memory.get(ownKey(owner, key)) ?? {}, this.memory.get(ownKey(EVERY_KEY, key)) ?? {});
  }

  private remember(
    { owner, model, operation }: SchemaSender,
    schemas: EnforcedSchemas['schemas'] | undefined,
    more: SchemaFallback,
  ): void {
    const key = keyOf(model, operation, schemas);
    for (const other of this.memory.otherOwners(owner)) {
      const shared = inCommon(this.memory.get(ownKey(other, key)) ?? {}, more);
      if (shared.way || shared.strictTools) this.add(EVERY_KEY, key, shared);
    }
    this.add(owner, key, more);
  }

  private add(owner: string, key: string, more: SchemaFallback): void {
    const own = ownKey(owner, key);
    this.memory.set(owner, own, bothFallbacks(this.memory.get(own) ?? {}, more), REMEMBERED_MS);
  }
}

/** Returns what to send less of after a rejection; undefined if nothing is left that it can be about. */
function fallbackAfter(
  { about }: SchemaRejection,
  { expected, strictTools }: EnforcedSchemas,
): SchemaFallback | undefined {
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

/** Returns what two rejections have in common: the better of the two formats, and loose tools if both dropped `strict`. */
function inCommon(one: SchemaFallback, other: SchemaFallback): SchemaFallback {
  const way = one.way && other.way && betterWay(one.way, other.way);
  const strictTools = one.strictTools && other.strictTools;
  return { ...(way && { way }), ...(strictTools && { strictTools }) };
}

function ownKey(owner: string, key: string): string {
  return `${owner} ${key}`;
}

function keyOf({ name }: Model, operation: AttemptOperation, schemas?: EnforcedSchemas['schemas']): string {
  const feature = `${operation} ${name}`;
  return schemas ? `${feature} ${hash('sha256', JSON.stringify(schemas))}` : feature;
}
