import type { ParallelCalls } from '../../admission/upstream-calls.service.ts';
import type { Route } from '../../models/types/model.ts';
import { requireChatModel } from '../../models/types/require-purpose.ts';
import type { Dialect, DialectRequest } from '../../translation/dialect.ts';
import type { TranslationService } from '../../translation/translation.service.ts';
import type { AnswerStream } from '../../wire/answer-stream.ts';
import type { ConverseAnswer, ConverseEvent } from '../../wire/converse.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { PlannedAttempt, RequestPreparer } from '../attempts/request-preparer.ts';
import type { StreamContinuationService } from '../continuation/continuation.service.ts';
import { reportAdjustments } from '../report-adjustments.ts';
import type { StructuredOutputService } from '../structured/structured-output.service.ts';
import { PreparedConverse } from './prepared-converse.ts';
import { StreamedConverseAttempt } from './streamed-converse-attempt.ts';
import { WholeConverseAttempt } from './whole-converse-attempt.ts';

const BY_PROMPT: ParallelCalls = { reason: 'choices', param: 'prompt' };
const BY_CHOICE: ParallelCalls = { reason: 'choices', param: 'n' };

/** The services that preparers share. */
export interface PreparerServices {
  readonly translation: TranslationService;
  readonly structured: StructuredOutputService;
  readonly continuation: StreamContinuationService;
}

type Result<Body> = Body | AnswerStream<ConverseEvent>;

/** Prepares requests of a dialect for Converse. */
export class DialectPreparer<Request extends DialectRequest, Body> implements RequestPreparer<Request, Result<Body>> {
  private readonly dialect: Dialect<Request, Body>;
  private readonly services: PreparerServices;

  constructor(dialect: Dialect<Request, Body>, services: PreparerServices) {
    this.dialect = dialect;
    this.services = services;
  }

  requireModel(route: Route): void {
    requireChatModel(route);
  }

  operationOf(): 'converse' {
    return 'converse';
  }

  allowsFallback({ model }: Route): boolean {
    return model.embedding === undefined;
  }

  /** Prepares an attempt. Throws GatewayError 400, 429 or 503 for a schema that cannot be compiled, before Bedrock is called. */
  async prepare(
    request: Request,
    entry: PlannedAttempt,
  ): Promise<Attempt<ConverseAnswer, ConverseEvent, Result<Body>>> {
    const { dialect } = this;
    const { translation: translator, structured, continuation } = this.services;
    const { route, context, history } = entry;
    const translation = await translator.prepare(dialect, request, entry);
    reportAdjustments(context, route, translation.adjusted);
    context.contentLog?.recordRequest(context, translation.inputs[0]);
    const identity = translator.identity(route, context.caller);
    const { schemaUse: use } = translation;
    const contract = use?.expected && (await structured.contractOf(use.expected, context));
    const prepared = new PreparedConverse({
      route,
      context,
      parallelCalls: parallelCallsOf(request),
      translation,
      history,
      contract,
    });
    if (!request.stream) return new WholeConverseAttempt(prepared, { dialect, request, identity });
    context.report.stream = true;
    return new StreamedConverseAttempt(prepared, dialect.toFrames(request, identity), continuation);
  }
}

/** Returns how a request fans out: completions by prompt, if there are several, and all others by `n`. */
function parallelCallsOf(request: DialectRequest): ParallelCalls {
  const { prompt } = request as { prompt?: unknown };
  return Array.isArray(prompt) && prompt.length > 1 ? BY_PROMPT : BY_CHOICE;
}
