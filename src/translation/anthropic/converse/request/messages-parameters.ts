import type { ParameterTable } from '../../../parameters/parameter.ts';

const ANTHROPIC_ONLY = 'Concerns Anthropic’s own servers, which Bedrock does not use.';

/** Fields of Anthropic's API for models other than Claude, and their treatment. */
export const MESSAGES_PARAMETERS: ParameterTable = [
  { field: 'model', treatment: 'honored', note: 'Any model name of the registry.' },
  { field: 'max_tokens', treatment: 'adjusted', note: "Lowered to the model's maximum." },
  { field: 'messages', treatment: 'honored', note: 'Text, images, documents, tool calls and tool results.' },
  { field: 'system', treatment: 'honored', note: "Sent as Converse's system blocks, or as the first user message." },
  { field: 'stream', treatment: 'honored', note: 'Events as Anthropic sends them.' },
  { field: 'stop_sequences', treatment: 'honored', note: "Sent as Converse's stop sequences." },
  { field: 'temperature', treatment: 'honored', note: 'Sent unchanged.' },
  { field: 'top_p', treatment: 'honored', note: 'Sent unchanged.' },
  { field: 'top_k', treatment: 'adjusted', note: 'Sent if the model accepts it.' },
  { field: 'tools', treatment: 'honored', note: 'Custom tools. Tools of Anthropic are rejected.' },
  { field: 'tool_choice', treatment: 'adjusted', note: 'Sent in the format of the model.' },
  { field: 'thinking', treatment: 'adjusted', note: "Sent as the model's reasoning." },
  {
    field: 'output_config',
    treatment: 'adjusted',
    note: 'The effort is sent as the reasoning effort, the format as structured output.',
  },
  { field: 'cache_control', treatment: 'emulated', note: 'A cache point after the last block.' },
  {
    field: 'metadata',
    treatment: 'honored',
    note: "Its user_id is sent as request metadata, which Bedrock's invocation logs contain.",
  },
  { field: 'service_tier', treatment: 'adjusted', note: "Sent as Bedrock's tier if the model offers it." },
  { field: 'anthropic_beta', treatment: 'adjusted', note: 'Only Claude has such flags.' },
  { field: 'anthropic_version', treatment: 'honored', note: 'There is one version only.' },
  { field: 'mcp_servers', treatment: 'honored', note: 'Rejected unless the list is empty.' },
  { field: 'thread', treatment: 'honored', note: 'Rejected, so that clients send the whole conversation.' },
  { field: 'context_management', treatment: 'ignored', note: 'Only Claude edits its context.' },
  { field: 'container', treatment: 'ignored', note: ANTHROPIC_ONLY },
  { field: 'diagnostics', treatment: 'ignored', note: ANTHROPIC_ONLY },
  { field: 'fallbacks', treatment: 'ignored', note: ANTHROPIC_ONLY },
  { field: 'inference_geo', treatment: 'ignored', note: ANTHROPIC_ONLY },
  { field: 'speed', treatment: 'ignored', harmless: ['standard'], note: ANTHROPIC_ONLY },
  { field: 'user_profile_id', treatment: 'ignored', note: ANTHROPIC_ONLY },
  { field: 'workspace_id', treatment: 'ignored', note: ANTHROPIC_ONLY },
];
