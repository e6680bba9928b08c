import { FIELDS_OF_BETAS, TOOL_FIELDS_OF_BETAS } from './messages-shape.ts';

interface Fields {
  anthropic_beta?: string[];
  tools?: object[];
}

/** Returns the error for a field that requires a beta flag which the request lacks; undefined if there is none. */
export function pairedFieldsMessage(fields: Fields): string | undefined {
  const betas = fields.anthropic_beta ?? [];
  for (const [field, beta] of Object.entries(FIELDS_OF_BETAS)) {
    if (field in fields && !betas.includes(beta)) return `${field}: Extra inputs are not permitted`;
  }
  for (const [index, tool] of (fields.tools ?? []).entries()) {
    for (const [field, beta] of Object.entries(TOOL_FIELDS_OF_BETAS)) {
      if (field in tool && !betas.includes(beta))
        return `tools.${index}.custom.${field}: Extra inputs are not permitted`;
    }
  }
  return undefined;
}
