import type { ConverseEvent } from '../../wire/converse.ts';
import { StreamedKeyRenamer } from './streamed-key-renamer.ts';
import type { RenamedProperties } from './renamed-properties.ts';

/** Restores the property names in the open blocks of one upstream stream. */
class RestoredBlocks {
  private readonly renamed: RenamedProperties;
  private readonly inputs = new Map<number, StreamedKeyRenamer>();
  private text?: { block: number; keys: StreamedKeyRenamer };

  constructor(renamed: RenamedProperties) {
    this.renamed = renamed;
  }

  onEvent(event: ConverseEvent): readonly ConverseEvent[] {
    if (event.contentBlockDelta) return this.onDelta(event, event.contentBlockDelta);
    if (event.contentBlockStart) {
      const { contentBlockIndex = 0, start } = event.contentBlockStart;
      const names = this.renamed.tools.get(start?.toolUse?.name ?? '');
      if (names) this.inputs.set(contentBlockIndex, new StreamedKeyRenamer(names));
      return [event];
    }
    if (event.contentBlockStop) return [...this.endInput(event.contentBlockStop.contentBlockIndex ?? 0), event];
    if (!event.messageStop) return [event];
    const ends = [...this.inputs.keys()].flatMap((block) => this.endInput(block));
    return [...ends, ...this.endText(), event];
  }

  private onDelta(
    event: ConverseEvent,
    { contentBlockIndex: block = 0, delta }: NonNullable<ConverseEvent['contentBlockDelta']>,
  ): readonly ConverseEvent[] {
    if (delta?.toolUse) {
      const keys = this.inputs.get(block);
      return keys ? inputPiece(block, keys.push(delta.toolUse.input ?? '')) : [event];
    }
    if (delta?.text === undefined || !this.renamed.answer) return [event];
    this.text ??= { block, keys: new StreamedKeyRenamer(this.renamed.answer) };
    this.text.block = block;
    return textPiece(block, this.text.keys.push(delta.text));
  }

  private endInput(block: number): readonly ConverseEvent[] {
    const keys = this.inputs.get(block);
    this.inputs.delete(block);
    return keys ? inputPiece(block, keys.end()) : [];
  }

  private endText(): readonly ConverseEvent[] {
    return this.text ? textPiece(this.text.block, this.text.keys.end()) : [];
  }
}

/** Restores the client's property names in the streams of one request. */
export class RestoredStreams {
  private readonly renamed: RenamedProperties;
  private readonly streams: RestoredBlocks[] = [];

  constructor(renamed: RenamedProperties) {
    this.renamed = renamed;
  }

  /** Returns the events to pass on. `call`: index of the upstream stream. */
  read(events: readonly ConverseEvent[], call: number): ConverseEvent[] {
    const blocks = (this.streams[call] ??= new RestoredBlocks(this.renamed));
    return events.flatMap((event) => blocks.onEvent(event));
  }
}

function inputPiece(contentBlockIndex: number, input: string): readonly ConverseEvent[] {
  return input === '' ? [] : [{ contentBlockDelta: { contentBlockIndex, delta: { toolUse: { input } } } }];
}

function textPiece(contentBlockIndex: number, text: string): readonly ConverseEvent[] {
  return text === '' ? [] : [{ contentBlockDelta: { contentBlockIndex, delta: { text } } }];
}
