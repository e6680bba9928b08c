import type { ParameterTable } from './parameter.ts';

/** Fields of `POST /v1/moderations`. */
export const MODERATIONS_PARAMETERS: ParameterTable = [
  {
    field: 'input',
    treatment: 'honored',
    note: 'A text, a list of texts, or parts of type text. Images are rejected.',
  },
  { field: 'model', treatment: 'honored', note: 'Repeated in the answer. The guardrail of the settings moderates.' },
];
