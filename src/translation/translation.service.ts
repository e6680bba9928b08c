import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import type { RequestContext } from '../request/request-context.ts';
import { guardrailRejection } from '../config/configured-locations.ts';
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
import {
  invokeMediaReferences,
  toInvokeBody,
  type MessagesHeaderFields,
  type MessagesTranslation,
} from './anthropic/invoke-model/request/invoke-body.ts';
import type { MessagesRequest } from './anthropic/types.ts';
import { rejectOtherGuardrailIn } from './bedrock-options/guardrail.ts';
import { withFixedGuardrail } from './policy.ts';
import { rejectUnsupportedFields } from './parameters/reject-unsupported-fields.ts';
import type { Caller } from '../request/caller.ts';
import { SHARED_WORK } from '../request/work-keys.ts';

/** The model that a request is translated for, and what Bedrock rejected of it before. */
export interface TranslationTask extends Pick<TranslationOptions, 'schemaFallback' | 'history' | 'rejectedBefore'> {
  readonly route: Route;
  readonly context: Pick<RequestContext, 'once' | 'signal' | 'caller' | 'report'>;
}

/** Runs the translators with the data that they do not load themselves: rules, defaults, ids, time, media, stored thinking. */
@Injectable()
export class TranslationService {
  constructor(
    private readonly config: GatewayConfig,
    private readonly media: RemoteMediaService,
    private readonly thinkingStore: ThinkingStore,
    private readonly outputDefault: OutputDefault,
  ) {}

  /**
   * Converts a request to Converse. Fetches media and stored thinking first, once for all retries of a request.
   *
   * @param schemaFallback - the output format and strictness to which earlier rejections by Bedrock limit the request
   * @param history - parts of the history that Bedrock rejected in an earlier attempt
   * @throws GatewayError 400 with `param` if the model cannot take a field, or a field has no effect and
   * `requests.unsupportedFields` is `reject`
   * @throws GatewayError 403 for a guardrail that the settings or the team of the caller do not allow
   */
  async prepare<Request extends DialectRequest, Answer>(
    dialect: Dialect<Request, Answer>,
    request: Request,
    { route, context, schemaFallback, history, rejectedBefore }: TranslationTask,
  ): Promise<Translation> {
    const references = dialect.mediaReferences?.(request, route.model) ?? [];
    const calls = route.model.rules.signatures ? (dialect.callReferences?.(request) ?? []) : [];
    const options = await this.contextOf(route, context, references);
    const guardrail = options.policy?.guardrail;
    if (guardrail?.requiredBy !== undefined) rejectOtherGuardrailIn(request, guardrail);
    const translation = dialect.toConverse(request, {
      ...options,
      schemaFallback,
      history,
      rejectedBefore,
      ...(calls.length > 0 && {
        storedThinking: await context.once('thoughts', () => this.findThinking(calls, route, context.caller)),
      }),
    });
    const isChosen = this.config.guardrail.allowRequestGuardrail && context.caller?.access?.guardrail === undefined;
    if (isChosen) this.rejectGuardrail(translation);
    rejectUnsupportedFields(translation.adjusted, this.config, route.model.name);
    return translation;
  }

  private rejectGuardrail({ inputs }: Translation): void {
    const id = inputs[0]?.guardrailConfig?.guardrailIdentifier;
    const problem = id === undefined ? undefined : guardrailRejection(id, this.config);
    if (problem !== undefined) throw permissionDenied(problem, 'guardrailConfig.guardrailIdentifier');
  }

  /**
   * Converts a request of Anthropic's Messages API to the body of InvokeModel, for Claude models.
   *
   * @param head - the request headers that change the body
   * @throws GatewayError as `prepare`
   */
  async prepareMessages(
    request: MessagesRequest,
    head: MessagesHeaderFields,
    { route, context, schemaFallback, history, rejectedBefore }: TranslationTask,
  ): Promise<MessagesTranslation> {
    const options = await this.contextOf(route, context, invokeMediaReferences(request, route.model));
    const translation = toInvokeBody(request, head, { ...options, schemaFallback, history, rejectedBefore });
    rejectUnsupportedFields(translation.adjusted, this.config, route.model.name);
    return translation;
  }

  private async contextOf(
    route: Route,
    context: Pick<RequestContext, 'once' | 'signal' | 'caller' | 'report'>,
    references: readonly MediaReference[],
  ): Promise<TranslationOptions> {
    return {
      model: modelInRegion(route.targets[0]?.region, route.model),
      thinkingByName: route.thinkingByName,
      ...(route.longContext && { longContext: true }),
      defaultMaxTokens: this.outputDefault.tokensFor(route),
      policy: withFixedGuardrail(this.config, context.caller?.access?.guardrail),
      caller: context.caller,
      unseal: (text, kind) => this.thinkingStore.unseal(text, sealContext(kind, context.caller)),
      ...(references.length > 0 && {
        fetchedMedia: await context.once(mediaWorkKey(references), () => this.fetchMedia(references, context)),
      }),
    };
  }

  /** Downloads media. A URL is fetched once, but counts for each time that the request sends it to the model. */
  private async fetchMedia(
    references: readonly MediaReference[],
    context: Pick<RequestContext, 'signal' | 'report'>,
  ): Promise<ReadonlyMap<string, string>> {
    context.report.delaySource = 'client';
    const fetched = await this.media.fetchAll(references, context.signal.abortSignal);
    const restored = new RestoredContent();
    for (const { url, param } of references) restored.take(fetched.get(url)?.length ?? 0, param);
    return fetched;
  }

  /** Creates the identity of one answer, which all of its chunks share, and the functions that its translator needs. */
  identity(route: Route, caller: Caller | undefined): AnswerOptions {
    const { name, rules } = route.model;
    return {
      id: randomUUID().replaceAll('-', ''),
      created: secondsSinceEpoch(),
      clock: secondsSinceEpoch,
      model: name,
      thinkingByName: route.thinkingByName,
      seal: (bytes, kind) => this.thinkingStore.seal(bytes, sealContext(kind, caller)),
      ...(rules.thinking?.accountBound && { thinkingBoundTo: name }),
      ...(rules.signatures && { saveThinking: this.thinkingSaverFor(route, caller) }),
    };
  }

  private async findThinking(
    calls: readonly ToolCallRef[],
    route: Route,
    caller: Caller | undefined,
  ): Promise<ReadonlyMap<string, readonly SignedThinking[]>> {
    const thinking = new Map<string, readonly SignedThinking[]>();
    const found = await this.thinkingStore.find(calls.map((call) => storeKeyOf(call, route, caller)));
    const lengths = new Map<string, number>();
    for (const [id, bytes] of found) {
      const blocks = decodeThinking(bytes) ?? [];
      thinking.set(id, blocks);
      lengths.set(
        id,
        blocks.reduce((sum, block) => sum + charactersOf(block), 0),
      );
    }
    // A history may repeat the id of a call. Each repetition adds the thinking to the request, so each one counts.
    const restored = new RestoredContent();
    for (const { id } of calls) restored.take(lengths.get(id) ?? 0, 'messages');
    return thinking;
  }

  private thinkingSaverFor(route: Route, caller: Caller | undefined): SaveThinking {
    return (call, thinking) => {
      const bytes = encodeThinking(thinking);
      return bytes ? this.thinkingStore.save(storeKeyOf(call, route, caller), bytes) : call.id;
    };
  }
}

/** Returns the key of a download. It lists the media, because the fallback models of a request may accept different ones. */
function mediaWorkKey(references: readonly MediaReference[]): string {
  return `${SHARED_WORK}media ${references.map(({ url, maxBytes }) => `${maxBytes} ${url}`).join(' ')}`;
}

function secondsSinceEpoch(): number {
  return Math.floor(Date.now() / 1_000);
}

/** Returns the key of stored thinking. Only a request with the same API key, model and tool name can read it. */
function storeKeyOf({ id, name }: ToolCallRef, route: Route, caller: Caller | undefined): ThinkingStoreKey {
  const owner = caller?.id ?? '';
  return { owner, callId: id, context: JSON.stringify([owner, route.model.name, name]) };
}

/**
 * Returns the authenticated context of encrypted content: its kind and the API key. It omits the model, because other
 * models may accept the content. Thinking that is bound to a model carries the model's name itself.
 */
function sealContext(kind: SealedContentKind, caller: Caller | undefined): string {
  return JSON.stringify(['sealed', kind, caller?.id ?? '']);
}
