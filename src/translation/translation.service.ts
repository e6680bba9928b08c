import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import type { Caller } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import type { Route } from '../models/model.ts';
import { ThoughtStore, type ThoughtPlace } from '../storage/thoughts/thought-store.ts';
import type { SignedThought } from './converse/signed-thoughts.ts';
import { decodeThoughts, encodeThoughts } from './converse/thought-codec.ts';
import type {
  CallReference,
  Dialect,
  DialectRequest,
  KeepThoughts,
  Reply,
  Translation,
  TranslationContext,
} from './dialect.ts';

/** Gives the pure translators what they may not fetch themselves: rules, defaults, ids, time, kept thoughts. */
@Injectable()
export class TranslationService {
  private readonly defaultMaxTokens: number;

  constructor(
    config: GatewayConfig,
    private readonly thoughts: ThoughtStore,
  ) {
    this.defaultMaxTokens = config.models.defaultMaxTokens;
  }

  /** Throws GatewayError 400 with `param` for what the model cannot be told. */
  async prepare<Request extends DialectRequest, Answer>(
    dialect: Dialect<Request, Answer>,
    request: Request,
    route: Route,
    caller: Caller | undefined,
  ): Promise<Translation> {
    const needs = dialect.needs?.(request);
    const context: TranslationContext = {
      model: route.model,
      thinkingByName: route.thinkingByName,
      defaultMaxTokens: this.defaultMaxTokens,
      thoughts: await this.keptThoughts(needs?.calls ?? [], route, caller),
    };
    return dialect.toConverse(request, context);
  }

  /** Identity of one answer, the same in all of its chunks. */
  reply(route: Route, caller: Caller | undefined): Reply {
    const { name, rules } = route.model;
    return {
      id: randomUUID().replaceAll('-', ''),
      created: Math.floor(Date.now() / 1_000),
      model: name,
      thinkingByName: route.thinkingByName,
      ...(rules.thinking?.bound && { thoughtsBoundTo: name }),
      ...(rules.signatures && { keepThoughts: this.keeperFor(route, caller) }),
    };
  }

  private async keptThoughts(
    calls: readonly CallReference[],
    route: Route,
    caller: Caller | undefined,
  ): Promise<ReadonlyMap<string, readonly SignedThought[]>> {
    const thoughts = new Map<string, readonly SignedThought[]>();
    if (calls.length === 0 || !route.model.rules.signatures) return thoughts;
    const found = await this.thoughts.find(calls.map((call) => placeOf(call, route, caller)));
    for (const [id, bytes] of found) thoughts.set(id, decodeThoughts(bytes) ?? []);
    return thoughts;
  }

  private keeperFor(route: Route, caller: Caller | undefined): KeepThoughts {
    return (call, thoughts) => {
      const bytes = encodeThoughts(thoughts);
      return bytes ? this.thoughts.keep(placeOf(call, route, caller), bytes) : call.id;
    };
  }
}

/** Thoughts are given back to the key that made them, by the model that made them, for the tool they led to. */
function placeOf({ id, name }: CallReference, route: Route, caller: Caller | undefined): ThoughtPlace {
  return { callId: id, context: JSON.stringify([caller?.id ?? '', route.model.name, name]) };
}
