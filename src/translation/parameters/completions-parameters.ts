import type { ParameterTable } from './parameter.ts';
import { REQUEST_PARAMETERS, EXTENSION_PARAMETERS, SHARED_PARAMETERS } from './shared-parameters.ts';

/** `POST /v1/completions`. */
export const COMPLETIONS_PARAMETERS: ParameterTable = [
  ...SHARED_PARAMETERS,
  {
    field: 'prompt',
    verdict: 'emulated',
    note: 'Each text is a conversation of one turn, 16 at most; lists of tokens are refused.',
  },
  { field: 'echo', verdict: 'emulated', note: 'The prompt stands before its answer.' },
  {
    field: 'best_of',
    verdict: 'ignored',
    judgedBy: 'translator',
    harmless: [1],
    note: 'Without probabilities there is no best; n answers are made. Below n, or above 1 in streams, it is refused.',
  },
  { field: 'logprobs', verdict: 'ignored', note: 'Converse tells no probabilities; logprobs is null.' },
  {
    field: 'suffix',
    verdict: 'refused',
    harmless: [''],
    note: 'No model on Bedrock inserts text before a suffix.',
  },
  ...REQUEST_PARAMETERS,
  ...EXTENSION_PARAMETERS,
];
