import type { Conversation } from '../conversation.ts';

/** Error messages about turns, in the form of one API. `turn` and `block` count from zero. */
export interface TurnMessages {
  startsWithAssistant(): string;
  doesNotAlternate(turn: number, role: string): string;
  emptyContent(turn: number): string;
  emptyText(turn: number, block: number): string;
  blankText(turn: number, block: number): string;
  wrongRole(turn: number, block: number, what: string, role: string): string;
  missingResults(turn: number, ids: string): string;
  unexpectedResult(turn: number, block: number, id: string): string;
  inputNotObject(turn: number, block: number): string;
  schemaNotObject(tool: number): string;
  unknownChoice(name: string): string;
}

const CONVERSE: TurnMessages = {
  startsWithAssistant: () =>
    'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
  doesNotAlternate: () =>
    'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
  emptyContent: (turn) =>
    `The content field in the Message object at messages.${turn} is empty. Add a ContentBlock object to the content field and try again.`,
  emptyText: (turn, block) =>
    `The text field in the ContentBlock object at messages.${turn}.content.${block} is blank. Add text to the text field, and try again.`,
  blankText: (turn, block) =>
    `The text field in the ContentBlock object at messages.${turn}.content.${block} is blank. Add text to the text field, and try again.`,
  wrongRole: (turn, block, what, role) =>
    `The ContentBlock object at messages.${turn}.content.${block} has ${what}, which is only supported in messages with the ${role} role.`,
  missingResults: (turn, ids) =>
    `Expected toolResult blocks at messages.${turn + 1}.content for the following Ids: ${ids}`,
  unexpectedResult: (turn) =>
    `The number of toolResult blocks at messages.${turn}.content exceeds the number of toolUse blocks of previous turn.`,
  inputNotObject: (turn, block) =>
    `The format of the value at messages.${turn}.content.${block}.toolUse.input is invalid. Provide a json object for the field and try again.`,
  schemaNotObject: (tool) =>
    `The value at toolConfig.tools.${tool}.toolSpec.inputSchema.json.type must be one of the following: object.`,
  unknownChoice: (name) => `The tool name at toolConfig.toolChoice.tool.name is not one of the tools: ${name}`,
};

const MESSAGES: TurnMessages = {
  startsWithAssistant: () => 'messages: first message must use the "user" role',
  doesNotAlternate: (_turn, role) =>
    `messages: roles must alternate between "user" and "assistant", but found multiple "${role}" roles in a row`,
  emptyContent: (turn) =>
    `messages.${turn}: all messages must have non-empty content except for the optional final assistant message`,
  emptyText: () => 'messages: text content blocks must be non-empty',
  blankText: () => 'messages: text content blocks must contain non-whitespace text',
  wrongRole: (turn, block, what, role) => `messages.${turn}.content.${block}: ${what} may only be in ${role} messages`,
  missingResults: (turn, ids) =>
    `messages.${turn}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  unexpectedResult: (turn, block, id) =>
    `messages.${turn}.content.${block}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
  inputNotObject: (turn, block) =>
    `messages.${turn}.content.${block}.tool_use.input: Input should be a valid dictionary`,
  schemaNotObject: (tool) => `tools.${tool}.custom.input_schema.type: Input should be 'object'`,
  unknownChoice: (name) => `Tool '${name}' not found in provided tools`,
};

export function turnMessages(conversation: Conversation): TurnMessages {
  return conversation.api === 'converse' ? CONVERSE : MESSAGES;
}
