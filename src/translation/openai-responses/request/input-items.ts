import { badRequest, type GatewayError } from '../../../errors/errors.ts';
import { invalidType, notListed } from '../../../limits/field-errors.ts';
import type { Attachments } from '../../attachments/attachments.ts';
import type { Adjustments } from '../../adjustments.ts';
import { textBlock } from '../../content/text-blocks.ts';
import {
  addInstruction,
  type Conversation,
  type SystemInstruction,
  withSystemPrompt,
} from '../../history/system-prompt.ts';
import { toReasoningBlock } from '../../thinking-blocks/signed-thinking.ts';
import type { ToolNameMap } from '../../tools/tool-names.ts';
import type { ContentBlock, ConverseMessage } from '../../../wire/converse.ts';
import type { TranslationOptions } from '../../dialect.ts';
import { CONTENT_LIMITS } from '../../../limits/content-limits.ts';
import { aboveLimit } from '../../../limits/limit-error.ts';
import { RestoredContent } from '../../../limits/restored-content.ts';
import { responsesToolCallRef, readToolCallItem, readToolOutputItem, type InputItem } from './read-tool-items.ts';
import { readResponsesContent, readResponsesText } from './responses-content.ts';
import { toolItemRole } from './tools/responses-tool-kinds.ts';
import { isDoneElsewhere, reportOf } from './responses-hosted-items.ts';
import { openCompaction, openSealedThinking, REASONING_PARAM, unreadableSummary } from './sealed-reasoning.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

/** Characters of an unknown type that an error message repeats. */
const MOST_TYPE_CHARACTERS = 64;

/** What all items of a request are read with. */
interface Reading {
  names: ToolNameMap;
  attachments: Attachments;
  options: TranslationOptions;
}

/** Reads the items one by one, in order; merging and alternating is the business of `normalizeTurns`. */
class ItemReader {
  readonly instructions: SystemInstruction[] = [];
  readonly turns: ConverseMessage[] = [];
  private readonly reading: Reading;
  private readonly adjustments: Adjustments;
  /** Signed thoughts stand before the call that comes next. */
  private thought = false;
  /** Thoughts came without what proves them, and nothing was kept of them. */
  private unsigned = false;
  private sealed = 0;
  private calls = 0;
  private readonly restored = new RestoredContent();
  /** Texts for hosted items; they stand in the next message of the user, where they separate no thinking from its call. */
  private reports: ContentBlock[] = [];
  /** Reason for a refusal if nothing of the conversation remains. */
  private leftOut?: GatewayError;

  constructor(reading: Reading, adjustments: Adjustments) {
    this.reading = reading;
    this.adjustments = adjustments;
  }

  read(item: unknown, param: string): void {
    if (!isRecord(item)) throw invalidType(param, 'an object', item);
    const type = item['type'] ?? ('role' in item ? 'message' : 'item_reference');
    if (isOfServerSearch(item, type)) return this.leaveOut(type, 'dropped', param);
    const part = toolItemRole(type);
    if (part === 'call') return this.readCall(item, param);
    if (part === 'result') {
      return this.say('user', readToolOutputItem(item, { ...this.reading, adjustments: this.adjustments }, param));
    }
    switch (type) {
      case 'message':
        return this.readMessage(item, param);
      case 'reasoning':
        return this.readReasoning(item, param);
      case 'compaction':
      case 'compaction_summary':
        return this.readCompaction(item, param);
      case 'additional_tools':
        // Offered with the tools of the request.
        return;
      case 'item_reference':
        return this.readReference(item, param);
      default:
        return this.readForeign(item, type, param);
    }
  }

  /** Throws GatewayError 400 if items were left out and nothing of the conversation remains. */
  finish(): void {
    if (this.unsigned) this.adjustments.changed(REASONING_PARAM, 'unsigned_dropped');
    this.placeReports();
    if (this.leftOut !== undefined && this.turns.length === 0) throw this.leftOut;
  }

  private readMessage({ role, content }: InputItem, param: string): void {
    const path = `${param}.content`;
    switch (role) {
      case 'user':
        this.placeReports();
        return this.say('user', readResponsesContent(content, this.reading.attachments, path, this.adjustments));
      case 'assistant':
        return this.say('assistant', readResponsesText(content, 'assistant', path, this.adjustments));
      case 'system':
      case 'developer':
        return addInstruction(readResponsesText(content, 'system', path, this.adjustments), this, this.adjustments);
      default:
        throw notListed(`${param}.role`, ['system', 'developer', 'user', 'assistant'], role);
    }
  }

  private readReasoning(item: InputItem, param: string): void {
    const sealed = item['encrypted_content'];
    const path = `${param}.encrypted_content`;
    if (typeof sealed === 'string') this.countSealed(path);
    const { adjustments, restored } = this;
    const thoughts = openSealedThinking(sealed, this.reading.options, path, { adjustments, restored });
    if (thoughts.length > 0) {
      this.thought = true;
      this.say('assistant', thoughts.map(toReasoningBlock));
    } else if (!sealed) {
      this.unsigned = true;
    }
  }

  /** What was kept for a call stands in for thoughts that the client did not give back. */
  private readCall(item: InputItem, param: string): void {
    this.calls += 1;
    if (this.calls > CONTENT_LIMITS.callItems.most) throw aboveLimit(CONTENT_LIMITS.callItems, param, this.calls);
    const call = readToolCallItem(item, this.reading.names, param, this.adjustments);
    const kept = this.thought ? [] : (this.reading.options.thoughts?.get(responsesToolCallRef(item)?.id ?? '') ?? []);
    if (kept.length > 0) this.unsigned = false;
    this.thought = false;
    this.say('assistant', [...kept.map(toReasoningBlock), call]);
  }

  private readCompaction(item: InputItem, param: string): void {
    const path = `${param}.encrypted_content`;
    this.countSealed(path);
    const summary = openCompaction(item['encrypted_content'], this.reading.options);
    if (summary === undefined) {
      this.adjustments.changed('input.compaction', 'other_gateway_dropped');
      this.leftOut ??= unreadableSummary(path);
      return;
    }
    this.restored.take(summary.length, path);
    this.say('user', [textBlock(`What was said before, in short:\n\n${summary}`)]);
  }

  /** A reference that the store could not resolve. Kept thinking returns by the id of its call. */
  private readReference({ id }: InputItem, param: string): void {
    if (typeof id === 'string' && id.startsWith('rs_')) this.unsigned = true;
    else this.adjustments.dropped('input.item_reference');
    this.leftOut ??= unknownReference(`${param}.id`);
  }

  private readForeign(item: InputItem, type: unknown, param: string): void {
    const report = reportOf(item);
    if (report === undefined) return this.leaveOut(type, isDoneElsewhere(type) ? 'dropped' : 'unknown', param);
    this.adjustments.changed(reportedAs(type), 'converted_to_text');
    this.reports.push(textBlock(report));
  }

  private leaveOut(type: unknown, how: 'dropped' | 'unknown', param: string): void {
    this.adjustments[how](reportedAs(type));
    this.leftOut ??= unsupportedItem(type, `${param}.type`);
  }

  private placeReports(): void {
    if (this.reports.length === 0) return;
    this.say('user', this.reports);
    this.reports = [];
  }

  private countSealed(param: string): void {
    this.sealed += 1;
    if (this.sealed > CONTENT_LIMITS.sealedItems.most) throw aboveLimit(CONTENT_LIMITS.sealedItems, param, this.sealed);
  }

  private say(role: 'user' | 'assistant', content: ContentBlock[]): void {
    if (role === 'user') this.thought = false;
    this.turns.push({ role, content });
  }
}

/** The conversation of a request: its instructions, and its input, which is text or a list of items. */
export function readInputItems(
  { instructions, input }: { instructions?: string | null; input?: unknown },
  reading: Reading,
  adjustments: Adjustments,
): Conversation {
  const reader = new ItemReader(reading, adjustments);
  if (typeof instructions === 'string') reader.instructions.push(textBlock(instructions));
  if (typeof input === 'string') reader.read({ type: 'message', role: 'user', content: input }, 'input');
  else if (Array.isArray(input)) {
    input.forEach((item: unknown, index) => reader.read(item, `input[${index}]`));
  } else throw invalidType('input', 'one of a string or an array of items', input);
  reader.finish();
  return withSystemPrompt(reader.instructions, reader.turns, reading.options.model.rules, adjustments);
}

/** Returns true for the items of a tool search that OpenAI ran: they have no id of a call. */
function isOfServerSearch(item: InputItem, type: unknown): boolean {
  return (type === 'tool_search_call' || type === 'tool_search_output') && item['execution'] === 'server';
}

function reportedAs(type: unknown): string {
  return typeof type === 'string' ? `input.${type}` : 'input.type';
}

function unknownReference(param: string): GatewayError {
  return badRequest(
    'The gateway holds no item with this id, and nothing else of the conversation remains. Send the item in full. If ' +
      'responses.store is off, references to items cannot be resolved.',
    param,
    'item_not_found',
  );
}

function unsupportedItem(type: unknown, param: string): GatewayError {
  return badRequest(
    `Items of type ${JSON.stringify(type).slice(0, MOST_TYPE_CHARACTERS)} are left out, and nothing else of the ` +
      'conversation remains. Add a message.',
    param,
    'unsupported_item',
  );
}
