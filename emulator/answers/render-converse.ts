import type { StreamEvent } from '../http/stream.ts';
import { inputOf, piecesOf, piecesOfJson } from './answer.ts';
import type { Answer, AnswerBlock, Usage } from './answer.ts';

/** Members of the answer that depend on the request. */
export interface Echo {
  serviceTier?: unknown;
  performanceConfig?: unknown;
  additionalModelResponseFields?: unknown;
  trace?: unknown;
}

export function converseOutput(answer: Answer, echo: Echo): object {
  return {
    output: { message: { role: 'assistant', content: answer.blocks.map(contentBlock) } },
    stopReason: answer.stopReason,
    usage: converseUsage(answer.usage),
    metrics: { latencyMs: latencyOf(answer) },
    ...echo,
  };
}

/**
 * Renders an answer as ConverseStream's events. `metadata` follows `messageStop`, and only tool use has a
 * `contentBlockStart` (AWS API reference, ConverseStream).
 */
export function converseEvents(answer: Answer, echo: Echo): StreamEvent[] {
  const { additionalModelResponseFields, ...late } = echo;
  return [
    { name: 'messageStart', payload: { role: 'assistant' }, part: 'start' },
    ...answer.blocks.flatMap(blockEvents),
    { name: 'messageStop', payload: { stopReason: answer.stopReason, additionalModelResponseFields }, part: 'stop' },
    {
      name: 'metadata',
      payload: { usage: converseUsage(answer.usage), metrics: { latencyMs: latencyOf(answer) }, ...late },
      part: 'stop',
    },
  ];
}

function contentBlock(block: AnswerBlock): object {
  switch (block.kind) {
    case 'text': {
      const { text, cites } = block;
      return cites === undefined
        ? { text }
        : { citationsContent: { content: [{ text }], citations: [citationOf(cites)] } };
    }
    case 'thinking':
      return { reasoningContent: { reasoningText: { text: block.text, signature: block.signature } } };
    case 'redacted':
      return { reasoningContent: { redactedContent: block.data } };
    case 'tool-use':
      return { toolUse: { toolUseId: block.id, name: block.name, input: inputOf(block.json) } };
  }
}

function citationOf(title: string): object {
  return {
    title,
    sourceContent: [{ text: title }],
    location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
  };
}

function blockEvents(block: AnswerBlock, contentBlockIndex: number): StreamEvent[] {
  const delta = (content: object): StreamEvent => ({
    name: 'contentBlockDelta',
    payload: { contentBlockIndex, delta: content },
    part: 'delta',
  });
  const stop: StreamEvent = { name: 'contentBlockStop', payload: { contentBlockIndex }, part: 'block' };
  switch (block.kind) {
    case 'text':
      return [
        ...piecesOf(block.text).map((text) => delta({ text })),
        ...(block.cites === undefined ? [] : [delta({ citation: citationOf(block.cites) })]),
        stop,
      ];
    case 'thinking': {
      const signature =
        block.signature === undefined ? [] : [delta({ reasoningContent: { signature: block.signature } })];
      return [...piecesOf(block.text).map((text) => delta({ reasoningContent: { text } })), ...signature, stop];
    }
    case 'redacted':
      return [delta({ reasoningContent: { redactedContent: block.data } }), stop];
    case 'tool-use': {
      const start = { toolUse: { toolUseId: block.id, name: block.name } };
      return [
        { name: 'contentBlockStart', payload: { contentBlockIndex, start }, part: 'block' },
        ...piecesOfJson(block.json).map((input) => delta({ toolUse: { input } })),
        stop,
      ];
    }
  }
}

/** Renders usage. `inputTokens` excludes cached tokens (AWS user guide, prompt caching). */
function converseUsage(usage: Usage): object {
  const { input, output, cacheRead, cacheWrite, written } = usage;
  const details = (['1h', '5m'] as const)
    .filter((ttl) => written[ttl] > 0)
    .map((ttl) => ({ ttl, inputTokens: written[ttl] }));
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output + cacheRead + cacheWrite,
    cacheReadInputTokens: cacheRead,
    cacheWriteInputTokens: cacheWrite,
    ...(details.length > 0 && { cacheDetails: details }),
  };
}

/** Returns an invented latency in milliseconds that is equal for equal answers. */
export function latencyOf(answer: Answer): number {
  return 10 + answer.usage.output;
}
