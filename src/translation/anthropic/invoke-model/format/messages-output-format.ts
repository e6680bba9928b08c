import type { Adjustments } from '../../../adjustments.ts';
import { withoutField } from '../../messages-betas.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, isRecord } from '../../../../wire/json/json-fields.ts';

/**
 * Moves `output_format`, a field of Anthropic's beta, to `output_config.format`, which Bedrock accepts without a flag.
 * An existing `output_config.format` takes precedence.
 */
export function withOutputFormat<Request extends object>(request: Request, adjustments: Adjustments): Request {
  const body = { ...request } as JsonObject;
  const { output_format: format } = body;
  if (format === undefined) return request;
  const rest = withoutField(body, 'output_format');
  if (format === null) return rest as Request;
  const { output_config: outputConfig } = rest;
  // The model or a translator rejects it.
  if (outputConfig !== undefined && outputConfig !== null && !isRecord(outputConfig)) return request;
  const config = asRecord(outputConfig);
  if (config['format'] !== undefined && config['format'] !== null) {
    adjustments.dropped('output_format');
    return rest as Request;
  }
  adjustments.replaced('output_format', 'output_config.format');
  return { ...rest, output_config: { ...config, format } } as unknown as Request;
}
