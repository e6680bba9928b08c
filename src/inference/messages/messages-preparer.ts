import type { Route } from '../../models/types/model.ts';
import { requireChatModel } from '../../models/types/require-purpose.ts';
import { messagesDialect } from '../../translation/anthropic/converse/messages-dialect.ts';
import type { MessagesHeaderFields } from '../../translation/anthropic/invoke-model/request/invoke-body.ts';
import type { MessagesRequest } from '../../translation/anthropic/types.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { PlannedAttempt, RequestPreparer } from '../attempts/request-preparer.ts';
import { DialectPreparer, type PreparerServices } from '../converse/dialect-preparer.ts';
import { reportAdjustments } from '../report-adjustments.ts';
import { PreparedMessages } from './prepared-messages.ts';
import { StreamedMessagesAttempt } from './streamed-messages-attempt.ts';
import { WholeMessagesAttempt } from './whole-messages-attempt.ts';

/** Prepares requests of Anthropic's Messages API: for InvokeModel if the model is Claude, else for Converse. */
export class MessagesPreparer implements RequestPreparer<MessagesRequest, object> {
  private readonly head: MessagesHeaderFields;
  private readonly services: PreparerServices;
  private readonly converse: DialectPreparer<MessagesRequest, object>;

  constructor(head: MessagesHeaderFields, services: PreparerServices) {
    this.head = head;
    this.services = services;
    this.converse = new DialectPreparer(messagesDialect, services);
  }

  requireModel(route: Route): void {
    requireChatModel(route);
  }

  operationOf(route: Route): 'invoke-model' | 'converse' {
    return isClaude(route) ? 'invoke-model' : 'converse';
  }

  allowsFallback({ model }: Route): boolean {
    return model.embedding === undefined;
  }

  prepare(request: MessagesRequest, entry: PlannedAttempt): Promise<Attempt<unknown, unknown, object>> {
    if (isClaude(entry.route)) return this.prepareInvoke(request, entry);
    return this.converse.prepare(withFlags(request, this.head), entry);
  }

  private async prepareInvoke(
    request: MessagesRequest,
    entry: PlannedAttempt,
  ): Promise<Attempt<unknown, unknown, object>> {
    const { route, context } = entry;
    const { translation: translator, structured } = this.services;
    const translation = await translator.prepareMessages(request, this.head, entry);
    reportAdjustments(context, route, translation.adjusted);
    context.contentLog?.recordRequest(context, translation.body);
    if (request.stream) context.report.stream = true;
    const prepared = new PreparedMessages(request, translation, entry);
    const { expected } = translation;
    if (expected !== undefined)
      return new WholeMessagesAttempt(prepared, await structured.contractOf(expected, context));
    return request.stream ? new StreamedMessagesAttempt(prepared) : new WholeMessagesAttempt(prepared, undefined);
  }
}

/** Returns true for Claude, which supports Anthropic's form on InvokeModel. Other models use Converse. */
export function isClaude({ model }: Route): boolean {
  return model.rules.family === 'claude';
}

/** Returns the request with the flags of the header `anthropic-beta` in its body, where the dialect reads them. */
export function withFlags<Request extends object>(request: Request, { betas }: MessagesHeaderFields): Request {
  return betas === undefined ? request : { ...request, anthropic_beta: betas };
}
