import type { ModelRules } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { TOOL_SEARCH_BETA } from '../../messages-tools.ts';
import { isServerBlock, serverBlockAsText } from '../../server-blocks.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../../../wire/json/json-fields.ts';

const TOOL_SEARCH_BLOCKS: readonly unknown[] = ['tool_reference', 'tool_search_tool_result'];
const TOOL_SEARCH_NAME = /^tool_search_tool/;

/**
 * Converts blocks that Claude on Bedrock rejects to text. Sessions that began on Anthropic's own API contain calls and
 * results of server tools. Sessions that changed their model contain references to found tools.
 */
export function withoutServerBlocks(body: JsonObject, rules: ModelRules, adjustments: Adjustments): JsonObject {
  const hasSearch = rules.betas?.includes(TOOL_SEARCH_BETA) === true;
  const messages = asRecordList(body['messages']);
  const kept = messages.map((message) => {
    const { content } = asRecord(message);
    const blocks = convertedBlocks(content, hasSearch, adjustments);
    return blocks === content ? message : { ...asRecord(message), content: blocks };
  });
  return kept.every((message, index) => message === messages[index]) ? body : { ...body, messages: kept };
}

function convertedBlocks(content: unknown, hasSearch: boolean, adjustments: Adjustments): unknown {
  if (!Array.isArray(content)) return content;
  const blocks = content.flatMap((block: unknown): unknown[] => {
    const fields = asRecord(block);
    if (fields['type'] === 'tool_result') {
      const inner = convertedBlocks(fields['content'], hasSearch, adjustments);
      return [inner === fields['content'] ? block : { ...fields, content: inner }];
    }
    if (!isUnsupported(fields, hasSearch)) return [block];
    adjustments.changed('messages.content', 'server_blocks_converted_to_text');
    return [{ type: 'text', text: serverBlockAsText(fields) }];
  });
  return blocks.length === content.length && blocks.every((block, index) => block === content[index])
    ? content
    : blocks;
}

function isUnsupported(block: JsonObject, hasSearch: boolean): boolean {
  const { type, name } = block;
  const isSearch =
    TOOL_SEARCH_BLOCKS.includes(type) || (type === 'server_tool_use' && TOOL_SEARCH_NAME.test(String(name)));
  return isSearch ? !hasSearch : isServerBlock(block);
}
