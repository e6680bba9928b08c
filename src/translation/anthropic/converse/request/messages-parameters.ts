import type { ParameterTable } from '../../../parameters/parameter.ts';

const AT_ANTHROPIC = 'About Anthropic’s own servers: nothing of it is behind Bedrock.';

/** The fields of a request of Anthropic's to a model that is not Claude, and what becomes of them. */
export const MESSAGES_PARAMETERS: ParameterTable = [
  { field: 'model', verdict: 'honoured', note: 'Any name of the registry.' },
  { field: 'max_tokens', verdict: 'adjusted', note: 'At most what the model can say.' },
  { field: 'messages', verdict: 'honoured', note: 'Text, images, documents, tool use and its results.' },
  { field: 'system', verdict: 'honoured', note: 'As Converse’s system blocks, or as first words of the user.' },
  { field: 'stream', verdict: 'honoured', note: 'Events as Anthropic sends them.' },
  { field: 'stop_sequences', verdict: 'honoured', note: 'As Converse’s stop sequences.' },
  { field: 'temperature', verdict: 'honoured', note: 'As it is.' },
  { field: 'top_p', verdict: 'honoured', note: 'As it is.' },
  { field: 'top_k', verdict: 'adjusted', note: 'Where the model takes it.' },
  { field: 'tools', verdict: 'honoured', note: 'Custom tools; those of Anthropic are refused.' },
  { field: 'tool_choice', verdict: 'adjusted', note: 'In the words that the model has for it.' },
  { field: 'thinking', verdict: 'adjusted', note: 'As the reasoning that the model has.' },
  {
    field: 'output_config',
    verdict: 'adjusted',
    note: 'Effort as that of reasoning; the format as structured output.',
  },
  { field: 'cache_control', verdict: 'emulated', note: 'A cache point behind the last block.' },
  { field: 'metadata', verdict: 'honoured', note: 'Its user_id stands in Bedrock’s invocation logs.' },
  { field: 'service_tier', verdict: 'adjusted', note: 'As Bedrock’s tier, where the model has it.' },
  { field: 'anthropic_beta', verdict: 'adjusted', note: 'Only Claude has such flags.' },
  { field: 'anthropic_version', verdict: 'honoured', note: 'There is one version.' },
  { field: 'mcp_servers', verdict: 'honoured', note: 'Refused where there are any.' },
  { field: 'thread', verdict: 'honoured', note: 'Refused, so that clients send the whole conversation.' },
  { field: 'context_management', verdict: 'ignored', note: 'Only Claude edits its context.' },
  { field: 'container', verdict: 'ignored', note: AT_ANTHROPIC },
  { field: 'diagnostics', verdict: 'ignored', note: AT_ANTHROPIC },
  { field: 'fallbacks', verdict: 'ignored', note: AT_ANTHROPIC },
  { field: 'inference_geo', verdict: 'ignored', note: AT_ANTHROPIC },
  { field: 'speed', verdict: 'ignored', harmless: ['standard'], note: AT_ANTHROPIC },
  { field: 'user_profile_id', verdict: 'ignored', note: AT_ANTHROPIC },
  { field: 'workspace_id', verdict: 'ignored', note: AT_ANTHROPIC },
];
