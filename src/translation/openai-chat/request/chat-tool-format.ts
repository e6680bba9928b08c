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

/** Tool calls end an answer under two names, the deprecated one for requests that speak of `functions`. */
export type ChatFinishReason = FinishReason | 'function_call';

/** How calls of tools are told to the client of one request. */
export interface ChatToolFormat {
  names: ToolNameMap;
  /** Client's names of the custom tools: their calls carry text in place of arguments. */
  custom: ReadonlySet<string>;
  /** Where a call stands in a message. */
  field: 'tool_calls' | 'function_call';
}

/** Read from the request alone and never thrown from: the request has been translated already. */
export function chatToolFormatOf(request: ChatRequest): ChatToolFormat {
  if (isResponsesBody(request)) return responsesBodyToolForm(request);
  const tools: readonly unknown[] = request.tools ?? [];
  const functions: readonly unknown[] = request.functions ?? [];
  const definitions = tools.flatMap((tool) => definitionOf(tool) ?? []);
  const customs = namesOf(definitions.filter(({ kind }) => kind === 'custom').map(({ fields }) => fields));
  const offered = namesOf([...definitions.map(({ fields }) => fields), ...functions]);
  return {
    names: new ToolNameMap([...offered, ...request.messages.flatMap(toolNamesInMessage)]),
    custom: new Set(customs),
    field: functions.length > 0 ? 'function_call' : 'tool_calls',
  };
}

/** Families differ in what they say at the end of a turn with calls; clients go by the reason alone. */
export function chatFinishReason(reason: FinishReason, calls: number, { field }: ChatToolFormat): ChatFinishReason {
  const told = reason === 'stop' && calls > 0 ? 'tool_calls' : reason;
  return told === 'tool_calls' ? field : told;
}

function namesOf(definitions: readonly unknown[]): string[] {
  return definitions.flatMap((each) => (isRecord(each) && typeof each['name'] === 'string' ? each['name'] : []));
}

/** Calls of the answer as chat has them: custom tools have calls of their own, all others are functions. */
function responsesBodyToolForm(request: ResponsesRequest): ChatToolFormat {
  const tools = requestToolsOf(request).flatMap(({ tool }) => toolIdentitiesOf(tool));
  return {
    names: responsesToolFormOf(request).names,
    custom: new Set(tools.filter(({ kind }) => kind === 'custom').map(namespacedName)),
    field: 'tool_calls',
  };
}
