import { chunk, messageEvents, messageOutput, tokenHeaders } from './answers/render-messages.ts';
import type { Conversation } from './conversation.ts';
import { embed, isEmbedding } from './embed.ts';
import { sendStream, wait } from './http/stream.ts';
import type { ClaudeRules } from './model.ts';
import { answer } from './operations.ts';
import type { Call } from './operations.ts';
import { AwsException, validationException } from './aws-exception.ts';
import { checkMessages } from './rules/check-messages.ts';

const CONTENT_TYPE = { 'x-amzn-bedrock-content-type': 'application/json' };

export async function invoke(call: Call): Promise<void> {
  if (isEmbedding(call.model)) return embed(call);
  const made = answer(call, check(call));
  if ('events' in made)
    throw new AwsException('InternalServerException', 'The emulator was given scripted events for a plain answer.');
  if (!(await wait(call.plan.slowMs, call.exchange))) return;
  if ('output' in made) call.exchange.json(200, made.output);
  else call.exchange.json(200, messageOutput(made, call.model.id), tokenHeaders(made));
}

export async function invokeStream(call: Call): Promise<void> {
  const made = answer(call, check(call));
  if ('output' in made)
    throw new AwsException('InternalServerException', 'The emulator was given a scripted plain answer for a stream.');
  const events = 'events' in made ? made.events.map(chunk) : messageEvents(made, call.model.id);
  await sendStream(call.exchange, events, call.plan, CONTENT_TYPE);
}

function check({ model, body, exchange }: Call): Conversation {
  if (model.claude === undefined)
    throw validationException(
      'The emulator answers InvokeModel for Claude and embedding models only. Use Converse for this model.',
    );
  const conversation = checkMessages(body, model, model.claude satisfies ClaudeRules);
  const guardrail = exchange.headers['x-amzn-bedrock-guardrailidentifier'];
  const version = exchange.headers['x-amzn-bedrock-guardrailversion'];
  if ((guardrail === undefined) !== (version === undefined))
    throw validationException('The guardrail identifier and version must be given together.');
  return { ...conversation, guarded: guardrail !== undefined };
}
