import type { ParameterTable } from './parameter.ts';
import { REQUEST_PARAMETERS, EXTENSION_PARAMETERS, SHARED_PARAMETERS } from './shared-parameters.ts';

/** Fields of `POST /v1/completions`. */
export const COMPLETIONS_PARAMETERS: ParameterTable = [
  ...SHARED_PARAMETERS,
  {
    field: 'prompt',
    treatment: 'emulated',
    note: 'Each text becomes a conversation with one turn, at most 16. Lists of tokens are rejected.',
  },
  { field: 'echo', treatment: 'emulated', note: 'The prompt precedes its answer.' },
  {
    field: 'best_of',
    treatment: 'ignored',
    checkedBy: 'translator',
    harmless: [1],
    note: 'Without probabilities, the best answer is unknown, so the gateway returns n answers. Rejected if lower than n, and in streams if higher than 1.',
  },
  { field: 'logprobs', treatment: 'ignored', note: 'Converse returns no probabilities. logprobs is null in answers.' },
  {
    field: 'suffix',
    treatment: 'rejected',
    harmless: [''],
    note: 'No model on Bedrock inserts text before a suffix.',
  },
  ...REQUEST_PARAMETERS,
  ...EXTENSION_PARAMETERS,
];
