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

/** How calls of tools are told to the client of one request. */
export interface ResponsesToolFormat {
  /** Between joined names and those that Bedrock takes. */
  names: ToolNameMap;
  /** The tool that Bedrock calls by this name; a name that the model made up is that of a function. */
  toolOf(sent: string): ToolIdentity;
}

/** Read from the request alone and never thrown from: the request has been translated already. */
export function responsesToolFormatOf(request: Pick<ResponsesRequest, 'tools' | 'input'>): ResponsesToolFormat {
  const offered = requestToolsOf(request).flatMap(({ tool }) => toolIdentitiesOf(tool));
  const called = asArray(request.input).flatMap((item) => calledTool(item) ?? []);
  const names = new ToolNameMap([...offered, ...called].map(namespacedName));
  const byName = new Map(offered.map((tool) => [namespacedName(tool), tool]));
  return {
    names,
    toolOf: (sent) => {
      const name = names.toClient(sent);
      return byName.get(name) ?? { kind: 'function', name };
    },
  };
}
