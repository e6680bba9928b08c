import { ToolNames } from '../../../tools/tool-names.ts';
import { calledTool, identitiesOf, joinedName, listOf, toolsOf, type ToolIdentity } from './responses-tool-kinds.ts';
import type { ResponsesRequest } from '../../responses-request.types.ts';

/** How calls of tools are told to the client of one request. */
export interface ToolForm {
  /** Between joined names and those that Bedrock takes. */
  names: ToolNames;
  /** The tool that Bedrock calls by this name; a name that the model made up is that of a function. */
  toolOf(sent: string): ToolIdentity;
}

/** Read from the request alone and never thrown from: the request has been translated already. */
export function toolFormOf(request: Pick<ResponsesRequest, 'tools' | 'input'>): ToolForm {
  const offered = toolsOf(request).flatMap(({ tool }) => identitiesOf(tool));
  const called = listOf(request.input).flatMap((item) => calledTool(item) ?? []);
  const names = new ToolNames([...offered, ...called].map(joinedName));
  const byName = new Map(offered.map((tool) => [joinedName(tool), tool]));
  return {
    names,
    toolOf: (sent) => {
      const name = names.toClient(sent);
      return byName.get(name) ?? { kind: 'function', name };
    },
  };
}
