import type { ParameterTable } from './parameter.ts';

/** `POST /v1/moderations`. */
export const MODERATIONS_PARAMETERS: ParameterTable = [
  { field: 'input', verdict: 'honoured', note: 'A text, texts, or parts of type text; images are refused.' },
  { field: 'model', verdict: 'honoured', note: 'Repeated in the answer; the guardrail of the settings moderates.' },
];
