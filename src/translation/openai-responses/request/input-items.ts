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
import { isDroppedHostedItem, hostedItemAsText } from './responses-hosted-items.ts';
import { openCompaction, openSealedThinking, REASONING_PARAM, unreadableSummary } from './sealed-reasoning.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

/** Limit of characters of an unknown type in an error message. */
const MAX_TYPE_CHARACTERS = 64;

/** The data that `ItemReader` needs besides the items. */
interface ItemsContext {
  names: ToolNameMap;
  attachments: Attachments;
  options: TranslationOptions;
}

/** Converts the items in order, each to one turn. `normalizeTurns` merges the turns later. */
class ItemReader {
  readonly instructions: SystemInstruction[] = [];
  readonly turns: ConverseMessage[] = [];
  private readonly context: ItemsContext;
  private readonly adjustments: Adjustments;
  /** True if signed thinking precedes the next tool call. */
  private hasSignedThinking = false;
  /** True if the client sent reasoning without encrypted content, and no thinking is stored for its call. */
  private hasUnsignedReasoning = false;
  private sealedItemCount = 0;
  private callCount = 0;
  private readonly restored = new RestoredContent();
  /**
   * Texts for items of hosted tools. They are added before the next user message, where they do not separate thinking from
   * its call.
   */
  private hostedToolTexts: ContentBlock[] = [];
  /** The error for the first dropped item, thrown if the conversation has no other content. */
  private droppedItemError?: GatewayError;

  constructor(context: ItemsContext, adjustments: Adjustments) {
    this.context = context;
    this.adjustments = adjustments;
  }

  /** Converts one item. Throws GatewayError 400 with `param` if it is invalid. */
  read(item: unknown, param: string): void {
    if (!isRecord(item)) throw invalidType(param, 'an object', item);
    const type = item['type'] ?? ('role' in item ? 'message' : 'item_reference');
    if (isHostedToolSearch(item, type)) return this.drop(type, 'dropped', param);
    const toolRole = toolItemRole(type);
    if (toolRole === 'call') return this.readCall(item, param);
    if (toolRole === 'result') {
      return this.addTurn('user', readToolOutputItem(item, { ...this.context, adjustments: this.adjustments }, param));
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
        // `requestToolsOf` adds these tools to those of the request.
        return;
      case 'item_reference':
        return this.readReference(item, param);
      default:
        return this.readHostedToolItem(item, type, param);
    }
  }

  /** Ends the conversation. Throws GatewayError 400 if all items were dropped. */
  finish(): void {
    if (this.hasUnsignedReasoning) this.adjustments.changed(REASONING_PARAM, 'unsigned_dropped');
    this.addHostedToolTexts();
    if (this.droppedItemError !== undefined && this.turns.length === 0) throw this.droppedItemError;
  }

  private readMessage({ role, content }: InputItem, param: string): void {
    const path = `${param}.content`;
    switch (role) {
      case 'user':
        this.addHostedToolTexts();
        return this.addTurn('user', readResponsesContent(content, this.context.attachments, path, this.adjustments));
      case 'assistant':
        return this.addTurn('assistant', readResponsesText(content, 'assistant', path, this.adjustments));
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
    const thinking = openSealedThinking(sealed, this.context.options, path, { adjustments, restored });
    if (thinking.length > 0) {
      this.hasSignedThinking = true;
      this.addTurn('assistant', thinking.map(toReasoningBlock));
    } else if (!sealed) {
      this.hasUnsignedReasoning = true;
    }
  }

  /** Converts a tool call. Adds the stored thinking of the call if the client did not send thinking back. */
  private readCall(item: InputItem, param: string): void {
    this.callCount += 1;
    if (this.callCount > CONTENT_LIMITS.callItems.max) {
      throw aboveLimit(CONTENT_LIMITS.callItems, param, this.callCount);
    }
    const call = readToolCallItem(item, this.context.names, param, this.adjustments);
    const { storedThinking } = this.context.options;
    const stored = this.hasSignedThinking ? [] : (storedThinking?.get(responsesToolCallRef(item)?.id ?? '') ?? []);
    if (stored.length > 0) this.hasUnsignedReasoning = false;
    this.hasSignedThinking = false;
    this.addTurn('assistant', [...stored.map(toReasoningBlock), call]);
  }

  private readCompaction(item: InputItem, param: string): void {
    const path = `${param}.encrypted_content`;
    this.countSealed(path);
    const summary = openCompaction(item['encrypted_content'], this.context.options);
    if (summary === undefined) {
      this.adjustments.changed('input.compaction', 'other_gateway_dropped');
      this.droppedItemError ??= unreadableSummary(path);
      return;
    }
    this.restored.take(summary.length, path);
    this.addTurn('user', [textBlock(`What was said before, in short:\n\n${summary}`)]);
  }

  /**
   * Drops a reference to an item that is not stored. The thinking of a reasoning item may still be stored for its call.
   */
  private readReference({ id }: InputItem, param: string): void {
    if (typeof id === 'string' && id.startsWith('rs_')) this.hasUnsignedReasoning = true;
    else this.adjustments.dropped('input.item_reference');
    this.droppedItemError ??= unknownReference(`${param}.id`);
  }

  private readHostedToolItem(item: InputItem, type: unknown, param: string): void {
    const text = hostedItemAsText(item);
    if (text === undefined) return this.drop(type, isDroppedHostedItem(type) ? 'dropped' : 'unknown', param);
    this.adjustments.changed(reportedAs(type), 'converted_to_text');
    this.hostedToolTexts.push(textBlock(text));
  }

  private drop(type: unknown, reported: 'dropped' | 'unknown', param: string): void {
    this.adjustments[reported](reportedAs(type));
    this.droppedItemError ??= unsupportedItem(type, `${param}.type`);
  }

  private addHostedToolTexts(): void {
    if (this.hostedToolTexts.length === 0) return;
    this.addTurn('user', this.hostedToolTexts);
    this.hostedToolTexts = [];
  }

  private countSealed(param: string): void {
    this.sealedItemCount += 1;
    if (this.sealedItemCount > CONTENT_LIMITS.sealedItems.max) {
      throw aboveLimit(CONTENT_LIMITS.sealedItems, param, this.sealedItemCount);
    }
  }

  private addTurn(role: 'user' | 'assistant', content: ContentBlock[]): void {
    if (role === 'user') this.hasSignedThinking = false;
    this.turns.push({ role, content });
  }
}

/**
 * Converts the instructions and the input of a request, which is a text or an array of items, to a conversation.
 *
 * @throws GatewayError 400 with `param` for an invalid item, or if all items are dropped
 */
export function readInputItems(
  { instructions, input }: { instructions?: string | null; input?: unknown },
  context: ItemsContext,
  adjustments: Adjustments,
): Conversation {
  const reader = new ItemReader(context, adjustments);
  if (typeof instructions === 'string') reader.instructions.push(textBlock(instructions));
  if (typeof input === 'string') reader.read({ type: 'message', role: 'user', content: input }, 'input');
  else if (Array.isArray(input)) {
    input.forEach((item: unknown, index) => reader.read(item, `input[${index}]`));
  } else throw invalidType('input', 'one of a string or an array of items', input);
  reader.finish();
  return withSystemPrompt(reader.instructions, reader.turns, context.options.model.rules, adjustments);
}

/** Returns true for the items of a tool search that OpenAI ran. They have no call id. */
function isHostedToolSearch(item: InputItem, type: unknown): boolean {
  return (type === 'tool_search_call' || type === 'tool_search_output') && item['execution'] === 'server';
}

/** Returns the name under which a dropped or converted item is reported. */
function reportedAs(type: unknown): string {
  return typeof type === 'string' ? `input.${type}` : 'input.type';
}

function unknownReference(param: string): GatewayError {
  return badRequest(
    'The gateway has not stored an item with this id, and the input has no other content. Send the complete item. ' +
      'References to items need responses.store.',
    param,
    'item_not_found',
  );
}

function unsupportedItem(type: unknown, param: string): GatewayError {
  return badRequest(
    `Items of type ${JSON.stringify(type).slice(0, MAX_TYPE_CHARACTERS)} are not supported, and the input has no other ` +
      'content. Add a message.',
    param,
    'unsupported_item',
  );
}
