import { STOP_REASONS } from '../../wire/stop-reasons/stop-reasons.ts';
import type { AnswerEnding, UnreadableOutput } from '../../wire/stop-reasons/answer-ending.ts';

/** Returns the section of docs/compatibility.md about stop reasons, from the table that the translators read. */
export function renderStopReasons(): string {
  const rows = Object.entries<AnswerEnding | UnreadableOutput>(STOP_REASONS).map(
    ([reason, row]) => `| \`${reason}\` | ${row.meaning} | ${cellsOf(row)} |`,
  );
  return [STOP_REASONS_HEAD, ...rows].join('\n');
}

const STOP_REASONS_HEAD = `## Finish reasons

Each stop reason of Bedrock in the form of each API. The column Messages is for models that Converse serves; for Claude,
\`/v1/messages\` passes the reason of the model. A reason that this table does not have is treated as \`end_turn\`.
An answer with tool calls that ends with \`stop\` or \`end_turn\` is reported as one with \`tool_calls\` or \`tool_use\`. Requests
with \`functions\` get \`function_call\` in place of \`tool_calls\`. [structured-output.md](structured-output.md) describes
refusals of requests for JSON.

| Bedrock | Meaning | Chat \`finish_reason\` | Completions \`finish_reason\` | Responses \`status\` | Messages \`stop_reason\` |
|---|---|---|---|---|---|`;

function cellsOf(row: AnswerEnding | UnreadableOutput): string {
  if ('error' in row) return Array.from({ length: 4 }, () => `502 \`${row.error}\``).join(' | ');
  const { chat, completions, responses, anthropic } = row;
  const status = responses === 'completed' ? '`completed`' : `\`incomplete\`, reason \`${responses}\``;
  return [`\`${chat}\``, `\`${completions}\``, status, `\`${anthropic}\``].join(' | ');
}
