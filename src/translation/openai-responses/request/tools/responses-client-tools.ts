import { functionTool } from '../../../tools/tool-definitions.ts';
import type { Adjustments } from '../../../adjustments.ts';
import type { ToolDefinition } from '../../../tools/tools.ts';

const TEXT = { type: 'string' } as const;
const WHOLE_NUMBER = { type: 'integer' } as const;

/** OpenAI's predefined tools that the client runs, as functions for any model. Their input has the fields of OpenAI's actions. */
const OFFERS: Readonly<Record<'shell' | 'local_shell' | 'apply_patch', ToolDefinition>> = {
  shell: {
    name: 'shell',
    description: "Runs shell commands on the user's machine, one after the other, and returns what each printed.",
    schema: {
      type: 'object',
      properties: {
        commands: { type: 'array', items: TEXT, description: 'The command lines.' },
        timeout_ms: { ...WHOLE_NUMBER, description: 'Milliseconds that they may take.' },
        max_output_length: { ...WHOLE_NUMBER, description: 'Characters of output to return at most.' },
      },
      required: ['commands'],
    },
    strict: false,
  },
  local_shell: {
    name: 'local_shell',
    description: "Runs one command on the user's machine and returns what it printed.",
    schema: {
      type: 'object',
      properties: {
        command: {
          type: 'array',
          items: TEXT,
          description: 'The program and its arguments, e.g. ["bash", "-lc", "ls"].',
        },
        working_directory: { ...TEXT, description: 'Where to run it.' },
        timeout_ms: { ...WHOLE_NUMBER, description: 'Milliseconds that it may take.' },
        env: { type: 'object', additionalProperties: TEXT, description: 'Variables of its environment.' },
      },
      required: ['command'],
    },
    strict: false,
  },
  apply_patch: {
    name: 'apply_patch',
    description: 'Creates, changes or deletes one file.',
    schema: {
      type: 'object',
      properties: {
        type: { type: 'string', enum: ['create_file', 'update_file', 'delete_file'] },
        path: { ...TEXT, description: 'The file, relative to the working directory.' },
        diff: {
          ...TEXT,
          description:
            'Not for delete_file. For create_file: all lines of the file, each with a + before it. For update_file: one ' +
            'or more places to change; each begins with a line @@, which may name the class or function it is in, ' +
            'followed by lines of the file with a blank before those that stay (about three above and below), a - ' +
            'before those to remove and a + before those to add. No line numbers.',
        },
      },
      required: ['type', 'path'],
    },
    strict: false,
  },
};

/** Returns the definition of a predefined tool that the client runs. */
export function clientTool(type: keyof typeof OFFERS): ToolDefinition {
  return OFFERS[type];
}

/**
 * Returns the definition of `tool_search`, with which the model asks the client for further tools.
 *
 * @throws GatewayError 400 with `param` for invalid parameters
 */
export function toolSearchTool(
  { description, parameters }: { description?: unknown; parameters?: unknown },
  param: string,
  adjustments: Adjustments,
): ToolDefinition {
  const definition = {
    name: 'tool_search',
    description: description ?? 'Finds further tools; those that are found can be called afterwards.',
    parameters: parameters ?? { type: 'object', properties: { query: TEXT }, required: ['query'] },
  };
  return functionTool(definition, param, adjustments);
}
