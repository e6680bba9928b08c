import type { ModelRules } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { TOOL_SEARCH_BETA } from '../../messages-tools.ts';
import { isServerBlock, serverBlockAsText } from '../../server-blocks.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../../../wire/json/json-fields.ts';

const OF_TOOL_SEARCH: readonly unknown[] = ['tool_reference', 'tool_search_tool_result'];
const NAME_OF_TOOL_SEARCH = /^tool_search_tool/;

/**
 * The conversation without blocks that Claude behind Bedrock refuses: a session that began at Anthropic's own API holds
 * some of its server tools, and one that changes its model holds references to found tools. They become text.
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
    if (!isForeign(fields, hasSearch)) return [block];
    adjustments.changed('messages.content', 'server_blocks_converted_to_text');
    return [{ type: 'text', text: serverBlockAsText(fields) }];
  });
  return blocks.length === content.length && blocks.every((block, index) => block === content[index])
    ? content
    : blocks;
}

function isForeign(block: JsonObject, hasSearch: boolean): boolean {
  const { type, name } = block;
  const isSearch =
    OF_TOOL_SEARCH.includes(type) || (type === 'server_tool_use' && NAME_OF_TOOL_SEARCH.test(String(name)));
  return isSearch ? !hasSearch : isServerBlock(block);
}
