import type { ParameterTable } from '../../../parameters/parameter.ts';

const ANTHROPIC_ONLY = 'Concerns Anthropic’s own servers, which Bedrock does not use.';

/** Fields of Anthropic's API for models other than Claude, and their treatment. */
export const MESSAGES_PARAMETERS: ParameterTable = [
  { field: 'model', verdict: 'honored', note: 'Any model name of the registry.' },
  { field: 'max_tokens', verdict: 'adjusted', note: "Lowered to the model's maximum." },
  { field: 'messages', verdict: 'honored', note: 'Text, images, documents, tool calls and tool results.' },
  { field: 'system', verdict: 'honored', note: "Sent as Converse's system blocks, or as the first user message." },
  { field: 'stream', verdict: 'honored', note: 'Events as Anthropic sends them.' },
  { field: 'stop_sequences', verdict: 'honored', note: "Sent as Converse's stop sequences." },
  { field: 'temperature', verdict: 'honored', note: 'Sent unchanged.' },
  { field: 'top_p', verdict: 'honored', note: 'Sent unchanged.' },
  { field: 'top_k', verdict: 'adjusted', note: 'Sent if the model accepts it.' },
  { field: 'tools', verdict: 'honored', note: 'Custom tools. Tools of Anthropic are rejected.' },
  { field: 'tool_choice', verdict: 'adjusted', note: 'Sent in the format of the model.' },
  { field: 'thinking', verdict: 'adjusted', note: "Sent as the model's reasoning." },
  {
    field: 'output_config',
    verdict: 'adjusted',
    note: 'The effort is sent as the reasoning effort, the format as structured output.',
  },
  { field: 'cache_control', verdict: 'emulated', note: 'A cache point after the last block.' },
  {
    field: 'metadata',
    verdict: 'honored',
    note: "Its user_id is sent as request metadata, which Bedrock's invocation logs contain.",
  },
  { field: 'service_tier', verdict: 'adjusted', note: "Sent as Bedrock's tier if the model offers it." },
  { field: 'anthropic_beta', verdict: 'adjusted', note: 'Only Claude has such flags.' },
  { field: 'anthropic_version', verdict: 'honored', note: 'There is one version only.' },
  { field: 'mcp_servers', verdict: 'honored', note: 'Rejected unless the list is empty.' },
  { field: 'thread', verdict: 'honored', note: 'Rejected, so that clients send the whole conversation.' },
  { field: 'context_management', verdict: 'ignored', note: 'Only Claude edits its context.' },
  { field: 'container', verdict: 'ignored', note: ANTHROPIC_ONLY },
  { field: 'diagnostics', verdict: 'ignored', note: ANTHROPIC_ONLY },
  { field: 'fallbacks', verdict: 'ignored', note: ANTHROPIC_ONLY },
  { field: 'inference_geo', verdict: 'ignored', note: ANTHROPIC_ONLY },
  { field: 'speed', verdict: 'ignored', harmless: ['standard'], note: ANTHROPIC_ONLY },
  { field: 'user_profile_id', verdict: 'ignored', note: ANTHROPIC_ONLY },
  { field: 'workspace_id', verdict: 'ignored', note: ANTHROPIC_ONLY },
];
