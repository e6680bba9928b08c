import type { Attachments } from '../../attachments/attachments.ts';
import type { Adjustments } from '../../adjustments.ts';
import { readText } from '../../content/content-parts.ts';
import type { ToolNameMap } from '../../tools/tool-names.ts';
import type { ContentBlock } from '../../../wire/converse.ts';
import { readDocument, readMessagesImage } from '../../anthropic/converse/request/messages-attachments.ts';
import { readCall, readResult } from '../../anthropic/converse/request/messages-content.ts';
import {
  readResponsesFile as readInputFile,
  readResponsesImage as readInputImage,
} from '../../openai-responses/request/responses-content.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

/**
 * A content part of Anthropic's API or of the Responses API. Editors send such parts in chat requests when the model's name
 * is not OpenAI's (Cursor: router-for-me/CLIProxyAPI#3805, BerriAI/litellm#34029).
 */
type Part = Readonly<Record<string, unknown>>;

/**
 * Converts a part of a user message or of a tool result; undefined if its type is unknown.
 *
 * @param param - path of the part
 * @throws GatewayError 400 with `param` for an invalid part of a known type
 */
export function readOtherApiPart(part: Part, attachments: Attachments, param: string): ContentBlock | undefined {
  switch (part['type']) {
    case 'input_text':
      return readText(part['text'], `${param}.text`);
    case 'input_image':
      return readInputImage(part, attachments, param);
    case 'input_file':
      return readInputFile(part, attachments, param);
    case 'image':
      return readMessagesImage(part, { attachments }, param);
    case 'document':
      return readDocument(part, { attachments }, param);
    default:
      return undefined;
  }
}

/** Returns true for a tool result in Anthropic's format. */
export function isResultPart(part: unknown): part is Part {
  return isRecord(part) && part['type'] === 'tool_result';
}

/**
 * Converts a tool result in Anthropic's format. A cache point within the result is added after it.
 *
 * @param param - path of the part
 */
export function readResultPart(
  part: Part,
  attachments: Attachments,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  return readResult(part, { attachments, adjustments }, param);
}

/**
 * Converts the tool calls among the parts of an assistant message.
 *
 * @param param - path of the content
 */
export function readCallParts(
  content: unknown,
  names: ToolNameMap,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((part: unknown, index) =>
    isCallPart(part) ? [readCall(part, { names, adjustments }, `${param}[${index}]`)] : [],
  );
}

/** Returns the tool calls among the parts of an assistant message, without validation. */
export function callPartsOf(content: unknown): readonly Part[] {
  return Array.isArray(content) ? content.filter(isCallPart) : [];
}

/** Returns true for a tool call in Anthropic's format. */
export function isCallPart(part: unknown): part is Part {
  return isRecord(part) && part['type'] === 'tool_use';
}
