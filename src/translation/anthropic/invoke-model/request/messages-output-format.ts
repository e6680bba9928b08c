import type { Adjustments } from '../../../adjustments.ts';
import { withoutField } from '../../messages-betas.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, isRecord } from '../../../../wire/json/json-fields.ts';

/**
 * Moves `output_format`, the form of Anthropic's beta, to `output_config.format`, which Bedrock accepts without a flag. A
 * format that stands there already counts.
 */
export function withOutputFormat<Request extends object>(request: Request, adjustments: Adjustments): Request {
  const body = { ...request } as JsonObject;
  const { output_format: format } = body;
  if (format === undefined) return request;
  const rest = withoutField(body, 'output_format');
  if (format === null) return rest as Request;
  const { output_config: given } = rest;
  // The model refuses it, or the translation.
  if (given !== undefined && given !== null && !isRecord(given)) return request;
  const config = asRecord(given);
  if (config['format'] !== undefined && config['format'] !== null) {
    adjustments.dropped('output_format');
    return rest as Request;
  }
  adjustments.replaced('output_format', 'output_config.format');
  return { ...rest, output_config: { ...config, format } } as unknown as Request;
}
