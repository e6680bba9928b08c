import type { ToolNameMap } from '../../../tools/tool-names.ts';
import type { ContentBlockDelta, ConverseEvent } from '../../../../wire/converse.ts';
import { anthropicDeltaFrame, anthropicFrame } from './messages-frame.ts';
import { type MessageBlock, anthropicTextBlock } from './messages-response.ts';
import type { SseFrame } from '../../../../wire/sse-frame.ts';

type BlockStart = NonNullable<ConverseEvent['contentBlockStart']>;
type BlockDelta = NonNullable<ConverseEvent['contentBlockDelta']>;
type Reasoning = NonNullable<ContentBlockDelta['reasoningContent']>;

interface OpenBlock {
  /** Bedrock's number, with gaps where a block held nothing. */
  block: number;
  type: MessageBlock['type'];
  /** Anthropic's number, without gaps. */
  index: number;
  /** Redacted thoughts may come in pieces and are told whole. */
  redacted: Buffer[];
}

/**
 * The blocks of one streamed answer. Bedrock announces only calls of tools, and does not end every block; Anthropic's
 * clients need both of each: a block begins with its first piece and ends with whatever comes after it.
 */
export class MessageBlockStream {
  /** Calls begun so far. */
  calls = 0;
  private next = 0;
  private open?: OpenBlock;
  private readonly names: ToolNameMap;

  constructor(names: ToolNameMap) {
    this.names = names;
  }

  onStart({ start, contentBlockIndex = 0 }: BlockStart): SseFrame[] {
    if (!start?.toolUse) return this.end();
    const { toolUseId: id = '', name = '' } = start.toolUse;
    this.calls += 1;
    return this.begin(contentBlockIndex, { type: 'tool_use', id, name: this.names.toClient(name), input: {} });
  }

  onDelta({ delta, contentBlockIndex = 0 }: BlockDelta): SseFrame[] {
    if (delta?.text) {
      const begun = this.enter(contentBlockIndex, anthropicTextBlock(''));
      return [...begun, this.piece('text_delta', 'text', delta.text)];
    }
    if (delta?.toolUse?.input) {
      // Input without a call to belong to is nobody's.
      if (this.open?.type !== 'tool_use' || this.open.block !== contentBlockIndex) return [];
      return [this.piece('input_json_delta', 'partial_json', delta.toolUse.input)];
    }
    return delta?.reasoningContent ? this.onThought(contentBlockIndex, delta.reasoningContent) : [];
  }

  /** A text that comes in one piece. */
  whole(text: string): SseFrame[] {
    return [...this.begin(-1, anthropicTextBlock('')), this.piece('text_delta', 'text', text), ...this.end()];
  }

  /** Ends what is open. */
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

  private onThought(block: number, { text, signature, redactedContent }: Reasoning): SseFrame[] {
    if (redactedContent) {
      const begun = this.enter(block, { type: 'redacted_thinking', data: '' });
      this.open?.redacted.push(Buffer.from(redactedContent, 'base64'));
      return begun;
    }
    if (!text && !signature) return [];
    const frames = this.enter(block, { type: 'thinking', thinking: '', signature: '' });
    if (text) frames.push(this.piece('thinking_delta', 'thinking', text));
    if (signature) frames.push(this.piece('signature_delta', 'signature', signature));
    return frames;
  }

  /** Goes on with the block if it is open, else begins it. */
  private enter(block: number, first: MessageBlock): SseFrame[] {
    return this.open?.block === block && this.open.type === first.type ? [] : this.begin(block, first);
  }

  private begin(block: number, first: MessageBlock): SseFrame[] {
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
