import { ToolNameMap } from '../../../tools/tool-names.ts';
import {
  calledTool,
  toolIdentitiesOf,
  namespacedName,
  asArray,
  requestToolsOf,
  type ToolIdentity,
} from './responses-tool-kinds.ts';
import type { ResponsesRequest } from '../../responses-request.types.ts';

/** The format of tool calls in the answer to one request. */
export interface ResponsesToolFormat {
  /** Maps names of tools, with their namespace, to names that Bedrock accepts, and back. */
  names: ToolNameMap;
  /** Returns the tool for a name in Bedrock's answer. A name that the model invented counts as a function. */
  toolOf(sentName: string): ToolIdentity;
}

/** Reads the format of tool calls from a request. Does not throw, because the request has already been translated. */
export function responsesToolFormatOf(request: Pick<ResponsesRequest, 'tools' | 'input'>): ResponsesToolFormat {
  const offered = requestToolsOf(request).flatMap(({ tool }) => toolIdentitiesOf(tool));
  const called = asArray(request.input).flatMap((item) => calledTool(item) ?? []);
  const names = new ToolNameMap([...offered, ...called].map(namespacedName));
  const byName = new Map(offered.map((tool) => [namespacedName(tool), tool]));
  return {
    names,
    toolOf: (sentName) => {
      const name = names.toClient(sentName);
      return byName.get(name) ?? { kind: 'function', name };
    },
  };
}
