import type { Response as HttpResponse } from 'express';
import { badRequest } from '../../errors/errors.ts';
import type { ExpectedVersion } from '../../governance/administration/checks/expected-version.ts';
import { versionConflict } from '../../governance/administration/administration-errors.ts';
import type { ObjectView } from '../../governance/administration/object-view.ts';
import { invalidType, missingField } from '../../limits/field-errors.ts';

const MAX_PAGE_LIMIT = 1_000;
const DEFAULT_PAGE_LIMIT = 100;
const VERSION_TAG = /^"(\d{1,15})"$/;

/** Query parameters as Express parses them. */
export type AdminQuery = Readonly<Record<string, string | string[] | undefined>>;

/** Returns the query parameters. Throws GatewayError 400 for an unknown or repeated one. */
export function readQuery<Name extends string>(
  query: AdminQuery,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const read: Partial<Record<Name, string>> = {};
  for (const [name, value] of Object.entries(query)) {
    if (!(names as readonly string[]).includes(name)) {
      const allowed = names.length === 0 ? 'The route has none.' : `The parameters are ${names.join(', ')}.`;
      throw badRequest(
        `Unknown query parameter '${name.slice(0, 64)}'. ${allowed}`,
        name.slice(0, 64),
        'invalid_value',
      );
    }
    if (typeof value !== 'string')
      throw badRequest(`The query parameter '${name}' occurs twice.`, name, 'invalid_value');
    read[name as Name] = value;
  }
  return read;
}

/** Returns `limit` of a page. Throws GatewayError 400. */
export function pageLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PAGE_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_PAGE_LIMIT) return limit;
  throw badRequest(`limit must be a whole number from 1 to ${MAX_PAGE_LIMIT}.`, 'limit', 'invalid_value');
}

/** Returns the versions in If-Match and If-None-Match. Throws GatewayError 400 or 412 for other values. */
export function expectedVersion(ifMatch?: string, ifNoneMatch?: string): ExpectedVersion {
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw badRequest('If-None-Match of a change must be *.', null, 'invalid_header');
  }
  const absent = ifNoneMatch === '*';
  if (ifMatch === undefined) return { absent };
  if (ifMatch === '*') return { match: 'any', absent };
  const [, version] = VERSION_TAG.exec(ifMatch.trim()) ?? [];
  if (version === undefined)
    throw versionConflict('If-Match must be the ETag of an earlier answer, such as "3", or *.');
  return { match: Number(version), absent };
}

/** Returns the fields of a body; those of an absent body are empty. Throws GatewayError 400 for unknown fields. */
export function readFields<Name extends string>(
  body: unknown,
  names?: readonly Name[],
): Partial<Record<Name, unknown>> & Record<string, unknown> {
  if (body === undefined) return {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('The request body must be a JSON object.');
  }
  const unknown = names && Object.keys(body).find((name) => !(names as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw badRequest(
      `Unknown field '${unknown.slice(0, 64)}'. The fields are ${names!.join(', ')}.`,
      unknown.slice(0, 64),
      'invalid_value',
    );
  }
  return { ...body };
}

/** Returns a field that is true or false; false if it is absent. */
export function readFlag(fields: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = fields[name];
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw invalidType(name, 'a boolean', value);
  return value;
}

/** Returns a text field; undefined if it is absent. */
export function textField(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = fields[name];
  if (value !== undefined && typeof value !== 'string') throw invalidType(name, 'a string', value);
  return value;
}

/** Returns a required text field. */
export function requiredTextField(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = textField(fields, name);
  if (value === undefined) throw missingField(name);
  return value;
}

/** Sets the ETag of an answer with one object, and returns the object. */
export function tagged<View extends Pick<ObjectView, 'version'>>(view: View, response: HttpResponse): View {
  response.setHeader('etag', `"${view.version}"`);
  return view;
}
