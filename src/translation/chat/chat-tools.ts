import type { ChatCompletionTool } from 'openai/resources/chat/completions';

import { badRequest } from '../../errors.ts';
import type { Adjustments } from '../converse/adjustments.ts';
import { cachePointOf } from '../converse/cache-control.ts';
import { customOffer, distinctOffers, functionOffer } from '../converse/tool-definitions.ts';
import { isRecord } from '../converse/tool-input.ts';
import type { ToolOffer, ToolWish } from '../converse/tools.ts';
import { readFunctionChoice, readToolChoice } from './chat-tool-choice.ts';
import type { ChatRequest } from './chat-request.ts';

/** What the request says about tools, in either of OpenAI's two forms; 400 with `param` where it is no tool. */
export function readTools(request: ChatRequest, adjustments: Adjustments): ToolWish {
  if (!request.functions?.length) {
    const { offers, choice } = readToolChoice(request, readOffers(request.tools ?? [], adjustments));
    return { param: 'tools', offers, choice, parallelism: request.parallel_tool_calls === false ? 'one' : 'any' };
  }
  if (request.tools?.length) throw badRequest('functions is the old name of tools: give one of them.', 'functions');
  const tools = request.functions.map((definition): unknown => ({ type: 'function', function: definition }));
  const offers = readOffers(tools as ChatCompletionTool[], adjustments, 'functions');
  // A message holds one function_call: a second call could not be told.
  return { param: 'functions', offers, choice: readFunctionChoice(request.function_call, offers), parallelism: 'one' };
}

function readOffers(
  tools: readonly ChatCompletionTool[],
  adjustments: Adjustments,
  field: 'tools' | 'functions' = 'tools',
): ToolOffer[] {
  const offers = tools.map((tool, index) => {
    const param = `${field}[${index}]`;
    if (!isRecord(tool)) throw badRequest('A tool must be an object.', param);
    const cachePoint = cachePointOf((tool as { cache_control?: unknown }).cache_control, `${param}.cache_control`);
    return { ...readTool(tool, param, field, adjustments), ...(cachePoint && { cachePoint }) };
  });
  return distinctOffers(offers, (index) => `${field}[${index}].function.name`, adjustments);
}

function readTool(tool: ChatCompletionTool, param: string, field: string, adjustments: Adjustments): ToolOffer {
  switch (tool.type) {
    case 'function':
      return functionOffer(tool.function, field === 'tools' ? `${param}.function` : param, adjustments);
    case 'custom': {
      const { format } = Object(tool.custom) as typeof tool.custom;
      const grammar = format?.type === 'grammar' ? format.grammar : undefined;
      return customOffer(tool.custom, grammar, `${param}.custom`, adjustments);
    }
    default:
      tool satisfies never;
      throw badRequest('A tool must be of type function or custom.', `${param}.type`);
  }
}
