import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import type { RequestContext } from '../request/request-context.ts';
import { guardrailRefusal } from '../config/configured-places.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { permissionDenied } from '../errors/errors.ts';
import { RestoredContent } from '../limits/restored-content.ts';
import type { MediaReference } from '../media/media-reference.ts';
import { RemoteMediaService } from '../media/remote-media.service.ts';
import type { Route } from '../models/types/model.ts';
import { modelInRegion } from '../models/rules/region-rules.ts';
import { OutputDefault } from '../routing/quotas/estimates/output-default.ts';
import { ThinkingStore, type ThinkingStoreKey } from '../shared-state/thinking/thinking-store.ts';
import { charactersOf, type SignedThinking } from './thinking-blocks/signed-thinking.ts';
import { decodeThinking, encodeThinking } from './thinking-blocks/thinking-codec.ts';
import type {
  ToolCallRef,
  Dialect,
  DialectRequest,
  SaveThinking,
  AnswerOptions,
  SealedContentKind,
  Translation,
  TranslationOptions,
} from './dialect.ts';
import type { HistoryConcessions } from './history/history-concessions.ts';
import {
  invokeMediaReferences,
  toInvokeBody,
  type MessagesHeaderFields,
  type MessagesTranslation,
} from './anthropic/invoke-model/request/invoke-body.ts';
import type { MessagesRequest } from './anthropic/types.ts';
import { refuseLosses } from './parameters/refuse-losses.ts';
import type { SchemaFallback } from './json-schema/expected-output.ts';
import type { Caller } from '../request/caller.ts';
import { SHARED_WORK } from '../request/work-keys.ts';

/** Gives the pure translators what they may not fetch themselves: rules, defaults, ids, time, kept thoughts. */
@Injectable()
export class TranslationService {
  constructor(
    private readonly config: GatewayConfig,
    private readonly media: RemoteMediaService,
    private readonly thoughts: ThinkingStore,
    private readonly outputDefault: OutputDefault,
  ) {}

  /**
   * Gathers first what the translation needs from outside; a retry finds it gathered.
   * Throws GatewayError 400 with `param` for what the model cannot be told; where the settings reject what is
   * unsupported, for every field of which nothing would come, too.
   */
  async prepare<Request extends DialectRequest, Answer>(
    dialect: Dialect<Request, Answer>,
    request: Request,
    route: Route,
    context: Pick<RequestContext, 'once' | 'signal' | 'caller'>,
    concessions: SchemaFallback = {},
    history: HistoryConcessions = {},
  ): Promise<Translation> {
    const references = dialect.mediaReferences?.(request, route.model) ?? [];
    const calls = route.model.rules.signatures ? (dialect.callReferences?.(request) ?? []) : [];
    const translation = dialect.toConverse(request, {
      ...(await this.contextOf(route, context, references)),
      concessions,
      history,
      ...(calls.length > 0 && {
        thoughts: await context.once('thoughts', () => this.keptThoughts(calls, route, context.caller)),
      }),
    });
    if (this.config.guardrail.allowRequestGuardrail) this.refuseGuardrail(translation);
    refuseLosses(translation.adjusted, this.config, route.model.name);
    return translation;
  }

  private refuseGuardrail({ inputs }: Translation): void {
    const id = inputs[0]?.guardrailConfig?.guardrailIdentifier;
    const refusal = id === undefined ? undefined : guardrailRefusal(id, this.config);
    if (refusal !== undefined) throw permissionDenied(refusal, 'guardrailConfig.guardrailIdentifier');
  }

  /** The same for a request in Anthropic's words to a model that speaks them: the body of InvokeModel. */
  async prepareMessages(
    request: MessagesRequest,
    head: MessagesHeaderFields,
    route: Route,
    context: Pick<RequestContext, 'once' | 'signal' | 'caller'>,
    history: HistoryConcessions = {},
  ): Promise<MessagesTranslation> {
    const options = await this.contextOf(route, context, invokeMediaReferences(request, route.model));
    const translation = toInvokeBody(request, head, { ...options, history });
    refuseLosses(translation.adjusted, this.config, route.model.name);
    return translation;
  }

  private async contextOf(
    route: Route,
    context: Pick<RequestContext, 'once' | 'signal' | 'caller'>,
    references: readonly MediaReference[],
  ): Promise<TranslationOptions> {
    return {
      model: modelInRegion(route.targets[0]?.region, route.model),
      thinkingByName: route.thinkingByName,
      ...(route.longContext && { longContext: true }),
      defaultMaxTokens: this.outputDefault.tokensFor(route),
      policy: this.config,
      caller: context.caller?.name,
      unseal: (text, kind) => this.thoughts.unseal(text, sealContext(kind, context.caller)),
      ...(references.length > 0 && {
        fetchedMedia: await context.once(mediaWork(references), () => this.fetched(references, context)),
      }),
    };
  }

  /** Media are fetched once, and sent to the model as often as the request names them. */
  private async fetched(
    references: readonly MediaReference[],
    context: Pick<RequestContext, 'signal'>,
  ): Promise<ReadonlyMap<string, string>> {
    const fetched = await this.media.fetchAll(references, context.signal.abortSignal);
    const restored = new RestoredContent();
    for (const { url, param } of references) restored.take(fetched.get(url)?.length ?? 0, param);
    return fetched;
  }

  /** Identity of one answer, the same in all of its chunks. */
  reply(route: Route, caller: Caller | undefined): AnswerOptions {
    const { name, rules } = route.model;
    return {
      id: randomUUID().replaceAll('-', ''),
      created: secondsSinceEpoch(),
      clock: secondsSinceEpoch,
      model: name,
      thinkingByName: route.thinkingByName,
      seal: (bytes, kind) => this.thoughts.seal(bytes, sealContext(kind, caller)),
      ...(rules.thinking?.bound && { thoughtsBoundTo: name }),
      ...(rules.signatures && { keepThoughts: this.keeperFor(route, caller) }),
    };
  }

  private async keptThoughts(
    calls: readonly ToolCallRef[],
    route: Route,
    caller: Caller | undefined,
  ): Promise<ReadonlyMap<string, readonly SignedThinking[]>> {
    const thoughts = new Map<string, readonly SignedThinking[]>();
    const found = await this.thoughts.find(calls.map((call) => placeOf(call, route, caller)));
    const lengths = new Map<string, number>();
    for (const [id, bytes] of found) {
      const kept = decodeThinking(bytes) ?? [];
      thoughts.set(id, kept);
      lengths.set(
        id,
        kept.reduce((sum, thought) => sum + charactersOf(thought), 0),
      );
    }
    // A history may name one call many times, and every call gets its thinking back.
    const restored = new RestoredContent();
    for (const { id } of calls) restored.take(lengths.get(id) ?? 0, 'messages');
    return thoughts;
  }

  private keeperFor(route: Route, caller: Caller | undefined): SaveThinking {
    return (call, thoughts) => {
      const bytes = encodeThinking(thoughts);
      return bytes ? this.thoughts.save(placeOf(call, route, caller), bytes) : call.id;
    };
  }
}

/** Models differ in the media that they see, so that the key names what is fetched. */
function mediaWork(references: readonly MediaReference[]): string {
  return `${SHARED_WORK}media ${references.map(({ url, maxBytes }) => `${maxBytes} ${url}`).join(' ')}`;
}

function secondsSinceEpoch(): number {
  return Math.floor(Date.now() / 1_000);
}

/** Thoughts are given back to the key that made them, by the model that made them, for the tool they led to. */
function placeOf({ id, name }: ToolCallRef, route: Route, caller: Caller | undefined): ThinkingStoreKey {
  const owner = caller?.id ?? '';
  return { owner, callId: id, context: JSON.stringify([owner, route.model.name, name]) };
}

/** Not the model: thoughts that are bound to one carry its name, all others pass from one to the next. */
function sealContext(kind: SealedContentKind, caller: Caller | undefined): string {
  return JSON.stringify(['sealed', kind, caller?.id ?? '']);
}
