import type { LimitedApi, LimitUnit, RequestLimit } from '../../../../limits/request-limit.ts';
import { REQUEST_LIMITS } from '../../../../limits/request-limits.ts';

type Keywords = Readonly<Record<string, unknown>>;

/** Returns the limits of an API as JSON Schema keywords, by top-level field. The empty name is the body. */
export function fieldLimits(api: LimitedApi): Readonly<Record<string, Keywords>> {
  const fields: Record<string, Keywords> = {};
  const limits: readonly RequestLimit[] = Object.values(REQUEST_LIMITS);
  for (const { unit, max, paths } of limits) {
    for (const path of paths[api] ?? []) {
      if (!/[.[]/.test(path)) fields[path] = { ...fields[path], ...keywords(unit, max) };
    }
  }
  return fields;
}

function keywords(unit: LimitUnit, max: number): Keywords {
  switch (unit) {
    case 'entries':
      return { maxItems: max };
    case 'fields':
      return { maxProperties: max };
    case 'names':
      return { propertyNames: { maxLength: max } };
    case 'characters':
      return { maxLength: max };
    case 'value':
      return { maximum: max };
    case 'restored':
      return {};
    default:
      return unit satisfies never;
  }
}
