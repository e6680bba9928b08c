import { badRequest, GatewayError } from '../../errors/errors.ts';
import { isExactNumber } from '../../wire/json/exact-json.ts';
import { invalidType } from '../../limits/field-errors.ts';
import type { Adjustments } from '../adjustments.ts';
import type { TranslationPolicy } from '../policy.ts';
import { hasSetValue, type FieldTreatment, type ShapeFields, type FieldLoss, type Shape } from './field-shape.ts';

/** A request field whose value has fields to check. */
export interface RequestFieldShape {
  readonly shape: Shape;
  /** Set for a field that must be an object. Others can also have values that a translator checks. */
  readonly only?: 'object';
}

/** Request fields of one API, by name. */
export type RequestFieldShapes = ReadonlyMap<string, RequestFieldShape>;

/** Receiver of losses, and the policy for them. */
interface Report {
  adjustments: Adjustments;
  unsupported: 'adjust' | 'reject';
}

/** Creates the table of an API's request fields. */
export function requestFieldShapes(places: Readonly<Record<string, RequestFieldShape>>): RequestFieldShapes {
  return new Map(Object.entries(places));
}

/**
 * Reports the fields below the top level that have no effect. Throws GatewayError 400 with the path of the field for a
 * value of the wrong type, and for each field without effect if the settings reject unsupported fields.
 */
export function inspectFields(
  request: object,
  places: RequestFieldShapes,
  policy: TranslationPolicy,
  adjustments: Adjustments,
): void {
  for (const name in request) {
    const place = places.get(name);
    if (place === undefined) continue;
    const value = (request as ShapeFields)[name];
    if (value === undefined || value === null) continue;
    if (place.only === 'object' && (typeof value !== 'object' || Array.isArray(value) || isExactNumber(value))) {
      throw invalidType(name, 'an object', value);
    }
    if (typeof value !== 'object' || needsNoReport(value, place.shape)) continue;
    report(value, place.shape, name, name, {
      adjustments,
      unsupported: policy.requests?.unsupportedFields ?? 'adjust',
    });
  }
}

/**
 * Returns true if nothing in a value must be reported or rejected. Allocates nothing, because nearly every request ends
 * here.
 */
function needsNoReport(value: object, shape: Shape): boolean {
  if (!Array.isArray(value)) return objectNeedsNoReport(value, shape);
  for (let index = 0; index < value.length; index += 1) {
    const entry: unknown = value[index];
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) continue;
    if (!objectNeedsNoReport(entry, shape)) return false;
  }
  return true;
}

function objectNeedsNoReport(value: object, shape: Shape): boolean {
  const kind = shape.choose === undefined ? shape : shape.choose(value as ShapeFields);
  if (kind === undefined) return true;
  if (kind.choose !== undefined) return objectNeedsNoReport(value, kind);
  const { fields } = kind;
  for (const name in value) {
    const treatment = fields.get(name);
    if (treatment === 'known') continue;
    const field = (value as ShapeFields)[name];
    if (!fieldNeedsNoReport(field, treatment)) return false;
  }
  return true;
}

function fieldNeedsNoReport(value: unknown, treatment: Exclude<FieldTreatment, 'known'> | undefined): boolean {
  if (treatment === undefined) return !hasSetValue(value);
  if ('check' in treatment) return treatment.check(value, '') === undefined;
  return typeof value !== 'object' || value === null || needsNoReport(value, treatment);
}

/** Reports the fields of a value that have no effect. `path` contains list indexes, `place` does not. */
function report(value: object, shape: Shape, path: string, place: string, to: Report): void {
  if (!Array.isArray(value)) return reportObject(value, shape, path, place, to);
  value.forEach((entry: unknown, index) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return;
    reportObject(entry, shape, `${path}[${index}]`, place, to);
  });
}

function reportObject(value: object, shape: Shape, path: string, place: string, to: Report): void {
  if (isExactNumber(value)) return;
  const kind = shape.choose === undefined ? shape : shape.choose(value as ShapeFields);
  if (kind === undefined) return;
  if (kind.choose !== undefined) return reportObject(value, kind, path, place, to);
  for (const name in value) {
    const treatment = kind.fields.get(name);
    if (treatment === 'known') continue;
    const field = (value as ShapeFields)[name];
    if (treatment === undefined) {
      if (hasSetValue(field)) reportUnknown(path, place, name, to);
    } else if ('check' in treatment) {
      const param = `${path}.${name}`;
      const found = treatment.check(field, param);
      if (found instanceof GatewayError) throw found;
      if (found !== undefined) reportLoss(found, param, `${place}.${name}`, to);
    } else if (typeof field === 'object' && field !== null) {
      report(field, treatment, `${path}.${name}`, `${place}.${name}`, to);
    }
  }
}

/** Maximum characters of a client's name in an error message. */
const MAX_NAME_IN_ERROR = 64;

function reportUnknown(path: string, place: string, name: string, { adjustments, unsupported }: Report): void {
  if (unsupported === 'adjust') {
    if (!adjustments.holdsAllUnknown) adjustments.unknown(`${place}.${name}`);
    return;
  }
  const param = `${path}.${name.slice(0, MAX_NAME_IN_ERROR)}`;
  throw badRequest(`Unknown parameter: '${param}'.`, param, 'unsupported_parameter');
}

function reportLoss(loss: FieldLoss, param: string, place: string, { adjustments, unsupported }: Report): void {
  if (loss === 'omitted') return adjustments.changed(place, 'omitted');
  if (unsupported === 'adjust') return adjustments.ignored(place);
  throw badRequest(`'${param}' has no effect on this gateway. Remove it.`, param, 'unsupported_parameter');
}
