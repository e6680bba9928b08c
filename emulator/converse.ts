import { converseEvents, converseOutput } from './answers/render-converse.ts';
import type { Echo } from './answers/render-converse.ts';
import type { Answer } from './answers/answer.ts';
import type { Conversation } from './conversation.ts';
import { sendStream, wait } from './http/stream.ts';
import type { StreamEvent } from './http/stream.ts';
import { answer } from './operations.ts';
import type { Call } from './operations.ts';
import { AwsException } from './aws-exception.ts';
import { checkConverse } from './rules/check-converse.ts';
import type { ConverseJson } from './rules/converse-json.ts';

export async function converse(call: Call): Promise<void> {
  const { body, conversation } = checkConverse(call.body, call.model);
  const made = answer(call, conversation);
  if ('events' in made)
    throw new AwsException('InternalServerException', 'The emulator was given scripted events for a plain answer.');
  const output =
    'output' in made
      ? made.output
      : converseOutput(withCitations(made, conversation), echoOf(body, conversation, made));
  if (await wait(call.plan.slowMs, call.exchange)) call.exchange.json(200, output);
}

export async function converseStream(call: Call): Promise<void> {
  const { body, conversation } = checkConverse(call.body, call.model);
  const made = answer(call, conversation);
  if ('output' in made)
    throw new AwsException('InternalServerException', 'The emulator was given a scripted plain answer for a stream.');
  const events =
    'events' in made
      ? made.events.map(rawEvent)
      : converseEvents(withCitations(made, conversation), echoOf(body, conversation, made));
  await sendStream(call.exchange, events, call.plan, {});
}

/** Adds citations to the text blocks if a document of the request enables them, as Claude does. */
function withCitations(made: Answer, { turns }: Conversation): Answer {
  const documents = turns.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'document'));
  const document = documents.find(({ cites }) => cites === true);
  if (document === undefined) return made;
  const blocks = made.blocks.map((block) => (block.kind === 'text' ? { ...block, cites: document.name } : block));
  return { ...made, blocks };
}

function rawEvent(event: Record<string, unknown>): StreamEvent {
  const [name = '', payload] = Object.entries(event)[0] ?? [];
  const part =
    name === 'messageStart'
      ? 'start'
      : name === 'contentBlockDelta'
        ? 'delta'
        : name.startsWith('contentBlock')
          ? 'block'
          : 'stop';
  return { name, payload: payload as object, part };
}

function echoOf(body: ConverseJson, conversation: Conversation, made: Answer): Echo {
  const wanted = body.additionalModelResponseFieldPaths ?? [];
  const echo: Echo = {};
  if (body.serviceTier !== undefined) echo.serviceTier = body.serviceTier;
  if (body.performanceConfig !== undefined) echo.performanceConfig = body.performanceConfig;
  if (wanted.includes('/stop_sequence'))
    echo.additionalModelResponseFields = { stop_sequence: made.stopSequence ?? null };
  // In streams of Claude, the path of the field is that of Anthropic's `message_delta`.
  else if (wanted.includes('/delta/stop_sequence'))
    echo.additionalModelResponseFields = { delta: { stop_sequence: made.stopSequence ?? null } };
  const trace = (body.guardrailConfig as { trace?: string } | undefined)?.trace;
  if (conversation.guarded && trace !== undefined && trace !== 'disabled') {
    echo.trace = {
      guardrail: {
        modelOutput: [],
        actionReason: made.stopReason === 'guardrail_intervened' ? 'Guardrail blocked.' : 'No action.',
      },
    };
  }
  return echo;
}
