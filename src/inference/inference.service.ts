import { Injectable } from '@nestjs/common';
import { CONVERSE, CONVERSE_STREAM } from '../bedrock/operations/upstream-operation.ts';
import type { RequestContext } from '../request/request-context.ts';
import { type Split, UpstreamCalls } from '../admission/upstream-calls.service.ts';
import { AnswerStream } from '../wire/answer-stream.ts';
import type { Route } from '../models/types/model.ts';
import { ModelRegistryService } from '../models/model-registry.service.ts';
import { requireChatModel } from '../models/types/require-purpose.ts';
import type { TargetAnswer } from '../routing/target-answer.ts';
import { cutAtStop } from '../translation/answer/emulated-stops.ts';
import { answerToEvents } from '../wire/answer-events.ts';
import { usageReaderFor, usageOfAnswer } from '../wire/usage.ts';
import type { ConverseAnswer, ConverseEvent, ConverseRequest } from '../wire/converse.ts';
import type { Dialect, DialectRequest, Translation } from '../translation/dialect.ts';
import { withClientNames, type RenamedProperties } from '../translation/tool-schemas/renamed-properties.ts';
import { RestoredStreams } from '../translation/tool-schemas/restored-streams.ts';
import { TranslationService } from '../translation/translation.service.ts';
import { AccountingService } from './accounting/accounting.service.ts';
import { AnswerCache } from './answer-cache.ts';
import { StreamContinuationService } from './continuation/continuation.service.ts';
import { addContinuationComment } from './continuation/continuation-comment.ts';
import { STREAM_WORK } from '../request/work-keys.ts';
import { FallbackModels } from './attempts/fallback-models.service.ts';
import { HistoryConcessionsService } from './attempts/history-concessions.service.ts';
import { labelOf, SchemaConcessions } from './structured/schema-concessions.service.ts';
import { stoppedStream } from './stopped-stream.ts';
import { StructuredOutputService } from './structured/structured-output.service.ts';
import { type MeteredStream, streamInSlot } from './stream-in-slot.ts';
import { framesOf, structuredFrames } from './stream-frames.ts';
import { reportAdjustments } from './report-adjustments.ts';
import { ConverseCall } from './upstream/converse-call.ts';
import { UpstreamService } from './upstream/upstream.service.ts';

const BY_PROMPT: Split = { reason: 'choices', param: 'prompt' };
const BY_CHOICE: Split = { reason: 'choices', param: 'n' };

/** The conductor: the way of every request through the house, in the order it is walked. */
@Injectable()
export class InferenceService {
  constructor(
    private readonly models: ModelRegistryService,
    private readonly translation: TranslationService,
    private readonly cache: AnswerCache,
    private readonly upstream: UpstreamService,
    private readonly usage: AccountingService,
    private readonly fallbacks: FallbackModels,
    private readonly concessions: SchemaConcessions,
    private readonly structured: StructuredOutputService,
    private readonly continuation: StreamContinuationService,
    private readonly calls: UpstreamCalls,
    private readonly history: HistoryConcessionsService,
  ) {}

  /** Answers a request of any dialect: an answer object, or a body that streams. */
  async run<Request extends DialectRequest, Answer extends object>(
    dialect: Dialect<Request, Answer>,
    request: Request,
    context: RequestContext,
  ): Promise<Answer | AnswerStream<ConverseEvent>> {
    const asked = this.models.resolve(request.model, context.caller);
    requireChatModel(asked);
    return this.fallbacks.through(asked, context, (route, context) => this.runAlong(route, dialect, request, context));
  }

  /** The same along a route that is found already, for doors where the model decides on the way. */
  runAlong<Request extends DialectRequest, Answer extends object>(
    route: Route,
    dialect: Dialect<Request, Answer>,
    request: Request,
    context: RequestContext,
  ): Promise<Answer | AnswerStream<ConverseEvent>> {
    return this.history.inTurn(route.model, context, (history) =>
      this.concessions.inTurn(
        route.model,
        context.caller?.id ?? '',
        (concessions) => this.translation.prepare(dialect, request, route, context, concessions, history),
        (translation) => this.answer(dialect, request, route, translation, context),
      ),
    );
  }

  private async answer<Request extends DialectRequest, Answer extends object>(
    dialect: Dialect<Request, Answer>,
    request: Request,
    route: Route,
    { inputs, adjusted, schemaUse, emulatedStops: stops, renamed }: Translation,
    context: RequestContext,
  ): Promise<Answer | AnswerStream<ConverseEvent>> {
    reportAdjustments(context, route, adjusted);
    context.contentLog?.asked(context, inputs[0]);
    const reply = this.translation.reply(route, context.caller);
    const contract = schemaUse && (await this.structured.contractOf(schemaUse, context));
    const label = labelOf(schemaUse);

    if (!request.stream) {
      const work = { inputs, label, stops, split: splitOf(request), contract, renamed };
      return dialect.toAnswer(await this.outputs(work, route, context), request, reply);
    }

    context.report.stream = true;
    const writer = dialect.toFrames(request, reply);
    const structured = this.structured.streams(contract);
    const restored = renamed && new RestoredStreams(renamed);
    if (writer.onFailure) context.renderFailuresWith((failure) => writer.onFailure?.(failure));
    const open = stops
      ? async (input: ConverseRequest) =>
          stoppedStream(await this.openStream(route, input, context, contract), input, stops)
      : (input: ConverseRequest) => this.openStream(route, input, context, contract);
    const served = await this.streams({ inputs, label, open, split: splitOf(request) }, context);
    const meter = this.usage.meter(context, route, served, usageReaderFor(inputs));
    const content = context.contentLog?.stream(context, textOf);
    const marked = addContinuationComment(context);
    return new AnswerStream({
      streams: served.map(({ body }) => body),
      frames: (given, index) => {
        meter.read(given, index);
        content?.read(given);
        const events = restored ? restored.read(given, index) : given;
        if (!structured) return marked(framesOf(events, index, writer));
        return structuredFrames(structured, events, index, { writer, context });
      },
      end: () => {
        structured?.requireConforming();
        return writer.onEnd();
      },
      onClose: () => {
        meter.settle();
        content?.end();
      },
    });
  }

  /** Whole answers of one request, in the order of its inputs. */
  private async outputs(
    { inputs, label, stops, split, contract, renamed }: Outputs,
    route: Route,
    context: RequestContext,
  ): Promise<readonly ConverseAnswer[]> {
    const ask = (input: ConverseRequest): Promise<ConverseAnswer> => this.ask(route, input, renamed, context);
    const free = (input: ConverseRequest, index: number): Promise<ConverseAnswer> =>
      this.cache.through({ route, input, index }, context, () => ask(input));
    const answers = contract
      ? await this.structured.answers(contract, inputs, { route, context, ask, split })
      : await this.calls.each(inputs, context, split, (input, index) =>
          context.once(`${label}${index}`, () => free(input, index)),
        );
    const outputs = stops ? answers.map((answer) => cutAtStop(answer, stops)) : answers;
    this.usage.record(
      context,
      outputs.map((output) => usageOfAnswer(output)),
    );
    context.contentLog?.answered(context, outputs[0]?.output?.message?.content);
    return outputs;
  }

  /** Streams of one request side by side, as far as there are slots for them; a retry opens only those that failed. */
  private async streams(
    { inputs, label, open, split }: Streams,
    context: RequestContext,
  ): Promise<MeteredStream<ConverseEvent>[]> {
    const [only, ...others] = inputs;
    if (only && others.length === 0) return [await context.once(`${STREAM_WORK}${label}0`, () => open(only))];
    await this.calls.countAll(context, inputs.length, split);
    const slots = this.calls.slotsOf(context);
    return Promise.all(
      inputs.map((input, index) =>
        context.once(`${STREAM_WORK}${label}${index}`, () => streamInSlot(slots, context.signal, () => open(input))),
      ),
    );
  }

  /** What Bedrock has answered is paid for, also when a sibling of the call fails. */
  private async ask(
    route: Route,
    input: ConverseRequest,
    renamed: RenamedProperties | undefined,
    context: RequestContext,
  ): Promise<ConverseAnswer> {
    const served = await this.upstream.send(new ConverseCall(route, CONVERSE, input), context);
    const usage = usageOfAnswer(served.body);
    this.usage.charge(context, route, served.target, usage);
    served.settle(usage);
    return renamed ? withClientNames(served.body, renamed) : served.body;
  }

  /** Some models call tools in whole answers only: such an answer comes as a stream of one batch. */
  private async openStream(
    route: Route,
    input: ConverseRequest,
    context: RequestContext,
    contract: object | undefined,
  ): Promise<TargetAnswer<AsyncIterable<ConverseEvent[]>>> {
    if (route.model.rules.toolStreaming || !input.toolConfig) {
      const served = await this.upstream.send(new ConverseCall(route, CONVERSE_STREAM, input), context);
      // JSON that has to be whole is asked for anew, not patched.
      return contract ? served : this.continuation.through(served, route, input, context);
    }
    const served = await this.upstream.send(new ConverseCall(route, CONVERSE, input), context);
    return {
      body: oneBatch(answerToEvents(served.body)),
      target: served.target,
      settle: (usage) => served.settle(usage),
    };
  }
}

/** The whole answers that a request asks for; `label` sets its attempts apart. */
interface Outputs {
  inputs: readonly ConverseRequest[];
  label: string;
  split: Split;
  stops: readonly string[] | undefined;
  contract: Awaited<ReturnType<StructuredOutputService['contractOf']>>;
  renamed: RenamedProperties | undefined;
}

/** The streams that a request asks for; `label` sets its attempts apart. */
interface Streams {
  inputs: readonly ConverseRequest[];
  label: string;
  split: Split;
  open: (input: ConverseRequest) => Promise<TargetAnswer<AsyncIterable<ConverseEvent[]>>>;
}

function textOf(event: ConverseEvent): string {
  return event.contentBlockDelta?.delta?.text ?? '';
}

async function* oneBatch<Event>(events: Event[]): AsyncGenerator<Event[]> {
  yield events;
}

/** Completions may fan out by their prompts, all others by `n` alone. */
function splitOf(request: DialectRequest): Split {
  const { prompt } = request as { prompt?: unknown };
  return Array.isArray(prompt) && prompt.length > 1 ? BY_PROMPT : BY_CHOICE;
}
