import type { ToolNameMap } from '../../../tools/tool-names.ts';
import type { ContentBlockDelta, ConverseEvent } from '../../../../wire/converse.ts';
import { anthropicDeltaFrame, anthropicFrame } from './messages-frame.ts';
import { type MessageBlock, anthropicTextBlock } from './messages-response.ts';
import type { SseFrame } from '../../../../wire/sse-frame.ts';

type BlockStart = NonNullable<ConverseEvent['contentBlockStart']>;
type BlockDelta = NonNullable<ConverseEvent['contentBlockDelta']>;
type Reasoning = NonNullable<ContentBlockDelta['reasoningContent']>;

interface OpenBlock {
  /** Bedrock's index of the block. Empty blocks leave gaps. */
  block: number;
  type: MessageBlock['type'];
  /** Anthropic's index of the block, without gaps. */
  index: number;
  /** Pieces of redacted thinking, which is sent as a whole. */
  redacted: Buffer[];
}

/**
 * The content blocks of one streamed answer. Bedrock sends a start event for tool calls only, and not always a stop
 * event. Anthropic's clients require both: a block starts with its first piece and stops when other content follows.
 */
export class MessageBlockStream {
  /** Number of tool calls so far. */
  calls = 0;
  private next = 0;
  private open?: OpenBlock;
  private readonly names: ToolNameMap;

  constructor(names: ToolNameMap) {
    this.names = names;
  }

  /** Returns the frames for a start event. */
  onStart({ start, contentBlockIndex = 0 }: BlockStart): SseFrame[] {
    if (!start?.toolUse) return this.end();
    const { toolUseId: id = '', name = '' } = start.toolUse;
    this.calls += 1;
    return this.startBlock(contentBlockIndex, { type: 'tool_use', id, name: this.names.toClient(name), input: {} });
  }

  /** Returns the frames for a delta. */
  onDelta({ delta, contentBlockIndex = 0 }: BlockDelta): SseFrame[] {
    if (delta?.text) {
      const started = this.startIfNew(contentBlockIndex, anthropicTextBlock(''));
      return [...started, this.piece('text_delta', 'text', delta.text)];
    }
    if (delta?.toolUse?.input) {
      // Ignore input without an open tool call.
      if (this.open?.type !== 'tool_use' || this.open.block !== contentBlockIndex) return [];
      return [this.piece('input_json_delta', 'partial_json', delta.toolUse.input)];
    }
    return delta?.reasoningContent ? this.onThinking(contentBlockIndex, delta.reasoningContent) : [];
  }

  /** Returns the frames of a text block with a single piece. */
  whole(text: string): SseFrame[] {
    return [...this.startBlock(-1, anthropicTextBlock('')), this.piece('text_delta', 'text', text), ...this.end()];
  }

  /** Returns the frames that stop the open block. */
  end(): SseFrame[] {
    const { open } = this;
    if (!open) return [];
    this.open = undefined;
    const stop = anthropicFrame('content_block_stop', { index: open.index });
    if (open.type !== 'redacted_thinking') return [stop];
    const data = Buffer.concat(open.redacted).toString('base64');
    const block: MessageBlock = { type: 'redacted_thinking', data };
    return [anthropicFrame('content_block_start', { index: open.index, content_block: block }), stop];
  }

  private onThinking(block: number, { text, signature, redactedContent }: Reasoning): SseFrame[] {
    if (redactedContent) {
      const started = this.startIfNew(block, { type: 'redacted_thinking', data: '' });
      this.open?.redacted.push(Buffer.from(redactedContent, 'base64'));
      return started;
    }
    if (!text && !signature) return [];
    const frames = this.startIfNew(block, { type: 'thinking', thinking: '', signature: '' });
    if (text) frames.push(this.piece('thinking_delta', 'thinking', text));
    if (signature) frames.push(this.piece('signature_delta', 'signature', signature));
    return frames;
  }

  /** Starts the block unless it is open already. */
  private startIfNew(block: number, first: MessageBlock): SseFrame[] {
    return this.open?.block === block && this.open.type === first.type ? [] : this.startBlock(block, first);
  }

  private startBlock(block: number, first: MessageBlock): SseFrame[] {
    const frames = this.end();
    this.open = { block, type: first.type, index: this.next++, redacted: [] };
    if (first.type === 'redacted_thinking') return frames;
    frames.push(anthropicFrame('content_block_start', { index: this.open.index, content_block: first }));
    return frames;
  }

  private piece(type: string, field: string, text: string): SseFrame {
    return anthropicDeltaFrame(this.open?.index ?? 0, type, field, text);
  }
}
