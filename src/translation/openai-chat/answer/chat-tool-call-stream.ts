import { customToolText, joinInputPieces } from '../../tools/custom-tool-input.ts';
import type { ChatChunks } from './chat-chunks.ts';
import type { ChatToolFormat } from '../request/chat-tool-format.ts';
import type { SseFrame } from '../../../wire/sse-frame.ts';

interface OpenCall {
  /** Index among the calls of the choice. It may differ from Bedrock's index of the content block. */
  ordinal: number;
  kind: 'function' | 'custom';
  /** The JSON received so far. */
  input: string;
}

/** Converts the tool calls of one streamed choice to chunks. */
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

  /** Number of calls that have begun. */
  get total(): number {
    return this.count;
  }

  /**
   * Returns the chunk that begins a call.
   *
   * @param block - Bedrock's index of the content block
   * @param sentName - the tool's name as sent to Bedrock
   */
  start(block: number, id: string, sentName: string): SseFrame[] {
    const name = this.form.names.toClient(sentName);
    const kind = this.form.custom.has(name) ? 'custom' : 'function';
    const ordinal = this.count++;
    this.open.set(block, { ordinal, kind, input: '' });
    if (this.form.field === 'function_call') {
      return ordinal === 0 ? [this.chunks.delta(this.choice, { function_call: { name, arguments: '' } })] : [];
    }
    const call = kind === 'custom' ? { custom: { name, input: '' } } : { function: { name, arguments: '' } };
    return [this.chunks.delta(this.choice, { tool_calls: [{ index: ordinal, id, type: kind, ...call }] })];
  }

  /** Returns the chunk for a piece of the input: a part of the JSON, split at any character. */
  piece(block: number, json: string): SseFrame[] {
    const call = this.open.get(block);
    if (!call || json === '') return [];
    call.input += json;
    // The text of a custom tool is a string within the JSON, so it is sent once the JSON is complete.
    return call.kind === 'custom' ? [] : this.inputChunk(call, json);
  }

  /** Returns the chunk that ends a call, if it needs one. */
  end(block: number): SseFrame[] {
    const call = this.open.get(block);
    if (!call) return [];
    this.open.delete(block);
    if (call.kind === 'custom') return this.inputChunk(call, customToolText(joinInputPieces(call.input)));
    // Bedrock sends no input for a tool without parameters, but clients parse the arguments as JSON.
    return call.input === '' ? this.inputChunk(call, '{}') : [];
  }

  /** Ends all open calls. Bedrock may end the message without a stop event for each block. */
  endAll(): SseFrame[] {
    return [...this.open.keys()].flatMap((block) => this.end(block));
  }

  private inputChunk({ ordinal, kind }: OpenCall, text: string): SseFrame[] {
    if (this.form.field === 'function_call') {
      return ordinal === 0 ? [this.chunks.delta(this.choice, { function_call: { arguments: text } })] : [];
    }
    const piece = kind === 'custom' ? { custom: { input: text } } : { function: { arguments: text } };
    return [this.chunks.delta(this.choice, { tool_calls: [{ index: ordinal, ...piece }] })];
  }
}
