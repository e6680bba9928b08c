import { customToolText, joinInputPieces } from '../../tools/custom-tool-input.ts';
import type { ChatChunks } from './chat-chunks.ts';
import type { ChatToolFormat } from '../request/chat-tool-format.ts';
import type { SseFrame } from '../../../wire/sse-frame.ts';

interface OpenCall {
  /** Place among the calls of the answer, whatever the numbers of Bedrock's blocks. */
  ordinal: number;
  kind: 'function' | 'custom';
  input: string;
}

/** The tool calls of one streamed choice: starts, pieces of arguments, ends. */
export class ChatToolCallStream {
  private count = 0;
  private readonly open = new Map<number, OpenCall>();
  private readonly choice: number;
  private readonly chunks: ChatChunks;
  private readonly form: ChatToolFormat;

  constructor(choice: number, chunks: ChatChunks, form: ChatToolFormat) {
    this.choice = choice;
    this.chunks = chunks;
    this.form = form;
  }

  /** Calls begun so far. */
  get total(): number {
    return this.count;
  }

  /** `block` is Bedrock's number of the content block, `sent` the tool's name as Bedrock knows it. */
  start(block: number, id: string, sent: string): SseFrame[] {
    const name = this.form.names.toClient(sent);
    const kind = this.form.custom.has(name) ? 'custom' : 'function';
    const ordinal = this.count++;
    this.open.set(block, { ordinal, kind, input: '' });
    if (this.form.field === 'function_call') {
      return ordinal === 0 ? [this.chunks.delta(this.choice, { function_call: { name, arguments: '' } })] : [];
    }
    const called = kind === 'custom' ? { custom: { name, input: '' } } : { function: { name, arguments: '' } };
    return [this.chunks.delta(this.choice, { tool_calls: [{ index: ordinal, id, type: kind, ...called }] })];
  }

  /** One more piece of the input, as it comes: JSON cut anywhere. */
  piece(block: number, json: string): SseFrame[] {
    const call = this.open.get(block);
    if (!call || json === '') return [];
    call.input += json;
    // The text of a custom tool stands inside the JSON: it is told when it is whole.
    return call.kind === 'custom' ? [] : this.told(call, json);
  }

  end(block: number): SseFrame[] {
    const call = this.open.get(block);
    if (!call) return [];
    this.open.delete(block);
    if (call.kind === 'custom') return this.told(call, customToolText(joinInputPieces(call.input)));
    // A tool without parameters gets no input at all; clients parse the arguments all the same.
    return call.input === '' ? this.told(call, '{}') : [];
  }

  /** Ends what the upstream left open: not every block is followed by its stop event. */
  endAll(): SseFrame[] {
    return [...this.open.keys()].flatMap((block) => this.end(block));
  }

  private told({ ordinal, kind }: OpenCall, text: string): SseFrame[] {
    if (this.form.field === 'function_call') {
      return ordinal === 0 ? [this.chunks.delta(this.choice, { function_call: { arguments: text } })] : [];
    }
    const piece = kind === 'custom' ? { custom: { input: text } } : { function: { arguments: text } };
    return [this.chunks.delta(this.choice, { tool_calls: [{ index: ordinal, ...piece }] })];
  }
}
