import type { ToolNameMap } from '../../../tools/tool-names.ts';
import { StreamedKeyRenamer, withClientKeys } from '../../../tool-schemas/streamed-key-renamer.ts';
import type { RenamedProperties } from '../../../tool-schemas/renamed-properties.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../../../wire/json/json-fields.ts';
import type { MessagesEvent } from '../../../../wire/messages-events.ts';

/** Names of a request that were replaced for the model. */
export interface RenamedInMessages extends RenamedProperties {
  toolNames: ToolNameMap;
}

/** Returns the blocks of a whole answer with the client's names. */
export function restoredContent(content: unknown, renamed: RenamedInMessages): unknown[] {
  return asRecordList(content).map((block) => {
    const { type, name, input, text } = asRecord(block);
    if (type === 'tool_use' && typeof name === 'string') {
      const names = renamed.tools.get(name);
      const restored = { name: renamed.toolNames.toClient(name), input: names ? names.toClientKeys(input) : input };
      return { ...asRecord(block), ...restored };
    }
    if (type !== 'text' || typeof text !== 'string' || !renamed.answer) return block;
    return { ...asRecord(block), text: withClientKeys(text, renamed.answer) };
  });
}

/** Restores the client's names in the events of one streamed answer. Keys can be split across events. */
export class RestoredEvents {
  private readonly renamed: RenamedInMessages;
  private readonly open = new Map<unknown, { keys: StreamedKeyRenamer; delta: (piece: string) => JsonObject }>();

  constructor(renamed: RenamedInMessages) {
    this.renamed = renamed;
  }

  /** Returns the events to pass on. Before the end of a block, an additional event contains text that was held back. */
  onEvent(event: MessagesEvent): readonly MessagesEvent[] {
    switch (event.type) {
      case 'content_block_start':
        return [this.onStart(event)];
      case 'content_block_delta':
        return [this.onDelta(event)];
      case 'content_block_stop':
        return this.onStop(event);
      default:
        return [event];
    }
  }

  private onStart(event: MessagesEvent): MessagesEvent {
    const fields = JSON.parse(event.json) as JsonObject;
    const block = asRecord(fields['content_block']);
    const { type, name } = block;
    if (type === 'text' && this.renamed.answer) {
      const delta = (text: string): JsonObject => ({ type: 'text_delta', text });
      this.open.set(fields['index'], { keys: new StreamedKeyRenamer(this.renamed.answer), delta });
    }
    if (type !== 'tool_use' || typeof name !== 'string') return event;
    const names = this.renamed.tools.get(name);
    const delta = (json: string): JsonObject => ({ type: 'input_json_delta', partial_json: json });
    if (names) this.open.set(fields['index'], { keys: new StreamedKeyRenamer(names), delta });
    const client = this.renamed.toolNames.toClient(name);
    return client === name ? event : eventOf({ ...fields, content_block: { ...block, name: client } });
  }

  private onDelta(event: MessagesEvent): MessagesEvent {
    const fields = JSON.parse(event.json) as JsonObject;
    const open = this.open.get(fields['index']);
    const { text, partial_json: json } = asRecord(fields['delta']);
    const piece = json ?? text;
    if (!open || typeof piece !== 'string') return event;
    return eventOf({ ...fields, delta: open.delta(open.keys.push(piece)) });
  }

  private onStop(event: MessagesEvent): readonly MessagesEvent[] {
    const { index } = JSON.parse(event.json) as JsonObject;
    const open = this.open.get(index);
    this.open.delete(index);
    const held = open?.keys.end() ?? '';
    if (!open || held === '') return [event];
    return [eventOf({ type: 'content_block_delta', index, delta: open.delta(held) }), event];
  }
}

function eventOf(fields: JsonObject): MessagesEvent {
  return { type: String(fields['type']), json: JSON.stringify(fields) };
}
