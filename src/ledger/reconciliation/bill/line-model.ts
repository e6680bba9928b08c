import type { BillRecord } from '../files/bill-record.ts';
import { billedModelOf } from './billed-models.ts';

const EDITION_SUFFIX = / \(Amazon Bedrock Edition\)$/;
const MODEL_RESOURCE = /:(?:foundation-model|inference-profile)\/(.+)$/;
const PROFILE_RESOURCE = /:application-inference-profile\/([\w.:-]+)$/;
/** `USE1-zai.glm-5-mantle-input-tokens-standard`: the id of the model. */
const MANTLE_USAGE = /^[A-Z0-9]+-([a-z0-9-]+\.[a-z0-9.:-]+?)-mantle-/;
/** `USE1-NovaPro-input-tokens`: the name of the model. */
const NAMED_USAGE = /^[A-Z0-9]+-(?!MP:)(.+?)-(?:cross-region-)?(?:input|output|cache|response)-/;
const GUARDRAIL_USAGE = /(?:^|-)Guardrail-\w+UnitsConsumed$/;
const BEDROCK_PRODUCT = /^AmazonBedrock/;
const BEDROCK_RESOURCE = /^arn:aws[a-z-]*:bedrock:/;

/** Returns the service of a line, such as `Claude Opus 5.5 (Amazon Bedrock Edition)`. */
export function productOf(record: BillRecord): string {
  const flat = record.text('product_product_name');
  return flat === '' ? (record.map('product')['product_name'] ?? record.text('line_item_product_code')) : flat;
}

/** Returns true for a line of Bedrock. The product code of a model of the marketplace is a random text. */
export function isBedrockLine(record: BillRecord): boolean {
  return (
    BEDROCK_PRODUCT.test(record.text('line_item_product_code')) ||
    BEDROCK_PRODUCT.test(record.text('product_servicecode')) ||
    BEDROCK_RESOURCE.test(record.text('line_item_resource_id')) ||
    EDITION_SUFFIX.test(productOf(record))
  );
}

/** Returns true for units of a guardrail, which have no model. */
export function isGuardrailUsage(usageType: string): boolean {
  return GUARDRAIL_USAGE.test(usageType);
}

/** Returns the gateway's name of the model of a line; undefined if no part of the line has a known name. */
export function modelOfLine(record: BillRecord): string | undefined {
  const usageType = record.text('line_item_usage_type');
  const { model, titanModel } = record.map('product');
  const names = [
    MODEL_RESOURCE.exec(record.text('line_item_resource_id'))?.[1],
    MANTLE_USAGE.exec(usageType)?.[1],
    EDITION_SUFFIX.test(productOf(record)) ? productOf(record).replace(EDITION_SUFFIX, '') : undefined,
    model,
    titanModel,
    NAMED_USAGE.exec(usageType)?.[1],
  ];
  for (const name of names) {
    const found = name === undefined || name === '' ? undefined : billedModelOf(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the id of the application inference profile of a line; undefined without one. */
export function profileOfLine(record: BillRecord): string | undefined {
  return PROFILE_RESOURCE.exec(record.text('line_item_resource_id'))?.[1];
}
