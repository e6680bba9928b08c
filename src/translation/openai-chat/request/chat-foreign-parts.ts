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
 * Parts of Anthropic's and of the Responses API, which editors mix into chat for models of other names (Cursor:
 * router-for-me/CLIProxyAPI#3805, BerriAI/litellm#34029). They have the same meaning as OpenAI's.
 */
type Part = Readonly<Record<string, unknown>>;

/** Reads what a user or a tool shows. Returns undefined for parts that nothing here knows. */
export function readForeignPart(part: Part, attachments: Attachments, param: string): ContentBlock | undefined {
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

export function isResultPart(part: unknown): part is Part {
  return isRecord(part) && part['type'] === 'tool_result';
}

/** Reads Anthropic's result of a tool; a cache point in it stands behind it. */
export function readResultPart(
  part: Part,
  attachments: Attachments,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  return readResult(part, { attachments, adjustments }, param);
}

/** Reads the calls among the parts of an assistant's message. `param` is the path of the content. */
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

/** The calls among the parts of an assistant's message; nothing in them has been looked at. */
export function callPartsOf(content: unknown): readonly Part[] {
  return Array.isArray(content) ? content.filter(isCallPart) : [];
}

export function isCallPart(part: unknown): part is Part {
  return isRecord(part) && part['type'] === 'tool_use';
}
