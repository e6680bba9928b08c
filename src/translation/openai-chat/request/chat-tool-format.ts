import { ToolNameMap } from '../../tools/tool-names.ts';
import type { FinishReason } from '../../../wire/stop-reasons/answer-ending.ts';
import { definitionOf } from './tools/chat-tool-definition.ts';
import { toolNamesInMessage } from './chat-tool-messages.ts';
import { isResponsesBody } from './chat-responses-body.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';
import type { ChatRequest } from '../chat-request.types.ts';
import type { ResponsesRequest } from '../../openai-responses/responses-request.types.ts';
import {
  requestToolsOf,
  toolIdentitiesOf,
  namespacedName,
} from '../../openai-responses/request/tools/responses-tool-kinds.ts';
import { responsesToolFormatOf as responsesToolFormOf } from '../../openai-responses/request/tools/responses-tool-form.ts';

/** OpenAI's finish reasons, with `function_call` for requests with the deprecated `functions`. */
export type ChatFinishReason = FinishReason | 'function_call';

/** The format of tool calls in the answer to one request. */
export interface ChatToolFormat {
  /** Maps tool names between the client and Bedrock. */
  names: ToolNameMap;
  /** The client's names of custom tools, whose calls have a text instead of JSON arguments. */
  custom: ReadonlySet<string>;
  /** The message field that holds the calls: `tool_calls`, or the deprecated `function_call`. */
  field: 'tool_calls' | 'function_call';
}

/** The format for requests without tools and calls. They share it, because each request needs it twice. */
const WITHOUT_TOOLS: ChatToolFormat = { names: new ToolNameMap([]), custom: new Set(), field: 'tool_calls' };

/** Reads the format of tool calls from a request. Does not throw, because the request has already been translated. */
export function chatToolFormatOf(request: ChatRequest): ChatToolFormat {
  if (isResponsesBody(request)) return responsesBodyToolForm(request);
  const tools: readonly unknown[] = request.tools ?? [];
  const functions: readonly unknown[] = request.functions ?? [];
  const called = request.messages.flatMap(toolNamesInMessage);
  if (tools.length === 0 && functions.length === 0 && called.length === 0) return WITHOUT_TOOLS;
  const definitions = tools.flatMap((tool) => definitionOf(tool) ?? []);
  const customs = namesOf(definitions.filter(({ kind }) => kind === 'custom').map(({ fields }) => fields));
  const toolNames = namesOf([...definitions.map(({ fields }) => fields), ...functions]);
  return {
    names: new ToolNameMap([...toolNames, ...called]),
    custom: new Set(customs),
    field: functions.length > 0 ? 'function_call' : 'tool_calls',
  };
}

/**
 * Returns the finish reason of a choice. Some models report `stop` for a turn with tool calls, but clients run tools only if
 * the reason is `tool_calls`.
 *
 * @param calls - number of tool calls in the choice
 */
export function chatFinishReason(reason: FinishReason, calls: number, { field }: ChatToolFormat): ChatFinishReason {
  const effective = reason === 'stop' && calls > 0 ? 'tool_calls' : reason;
  return effective === 'tool_calls' ? field : effective;
}

function namesOf(definitions: readonly unknown[]): string[] {
  return definitions.flatMap((definition) =>
    isRecord(definition) && typeof definition['name'] === 'string' ? definition['name'] : [],
  );
}

/** Returns the format for a body of the Responses API. Tools other than custom tools are called as functions. */
function responsesBodyToolForm(request: ResponsesRequest): ChatToolFormat {
  const tools = requestToolsOf(request).flatMap(({ tool }) => toolIdentitiesOf(tool));
  return {
    names: responsesToolFormOf(request).names,
    custom: new Set(tools.filter(({ kind }) => kind === 'custom').map(namespacedName)),
    field: 'tool_calls',
  };
}
