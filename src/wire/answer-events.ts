import type { ContentBlock, ContentBlockDelta, ConverseAnswer, ConverseEvent } from './converse.ts';
import { textOfBlock } from './block-text.ts';

/**
 * Converts a whole answer to stream events, for models that support tool calls in whole answers only ("This model
 * doesn't support tool use in streaming mode.").
 */
export function answerToEvents(answer: ConverseAnswer): ConverseEvent[] {
  const blocks = answer.output?.message?.content ?? [];
  return [
    { messageStart: { role: 'assistant' } },
    ...blocks.flatMap(blockEvents),
    {
      messageStop: {
        stopReason: answer.stopReason,
        additionalModelResponseFields: answer.additionalModelResponseFields,
      },
    },
    {
      metadata: {
        usage: answer.usage,
        metrics: answer.metrics,
        serviceTier: answer.serviceTier,
        trace: answer.trace,
      },
    },
  ];
}

function blockEvents(block: ContentBlock, contentBlockIndex: number): ConverseEvent[] {
  const { text, toolUse, reasoningContent, citationsContent } = block;
  const delta = (content: ContentBlockDelta): ConverseEvent => ({
    contentBlockDelta: { contentBlockIndex, delta: content },
  });
  const stop: ConverseEvent = { contentBlockStop: { contentBlockIndex } };
  if (text !== undefined) return [delta({ text }), stop];
  if (toolUse) {
    const start = { toolUse: { toolUseId: toolUse.toolUseId, name: toolUse.name } };
    const input = JSON.stringify(toolUse.input ?? {});
    return [{ contentBlockStart: { contentBlockIndex, start } }, delta({ toolUse: { input } }), stop];
  }
  if (citationsContent) {
    const citations = citationsContent.citations ?? [];
    return [delta({ text: textOfBlock(block) }), ...citations.map((citation) => delta({ citation })), stop];
  }
  const { reasoningText, redactedContent } = reasoningContent ?? {};
  if (redactedContent !== undefined) return [delta({ reasoningContent: { redactedContent } }), stop];
  if (!reasoningText) return [];
  const { signature } = reasoningText;
  return [
    delta({ reasoningContent: { text: reasoningText.text ?? '' } }),
    ...(signature === undefined ? [] : [delta({ reasoningContent: { signature } })]),
    stop,
  ];
}
