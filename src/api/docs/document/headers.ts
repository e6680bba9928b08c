import { REQUEST_HEADERS, type RequestHeaderRow } from '../../../request/headers/request-headers.ts';
import { RESPONSE_HEADERS } from '../../../request/headers/response-headers.ts';
import type { ResponseHeaderRow } from '../../../request/headers/response-header-row.ts';
import { errorDialectOf } from '../../../http/errors/error-body.ts';
import type { RouteTraits } from './route-traits.ts';

const RESPONSE_ROWS = Object.entries<ResponseHeaderRow>(RESPONSE_HEADERS);
const REQUEST_ROWS = Object.entries<RequestHeaderRow>(REQUEST_HEADERS);

/** The registered headers as components of the document; responses refer to them. */
export const HEADER_COMPONENTS: Readonly<Record<string, object>> = Object.fromEntries(
  RESPONSE_ROWS.filter(([, { on }]) => on !== 'protocol' && on !== 'page').map(
    ([name, { description, when, schema }]) => [
      componentOf(name),
      { description: `${description} Present ${when}.`, schema: { type: schema } },
    ],
  ),
);

/** Returns references to the headers that a response of a route can have; those of HTTP itself are left out. */
export function responseHeaders(traits: RouteTraits, status: number): Record<string, object> {
  const names = RESPONSE_ROWS.filter(([, row]) => canHave(traits, status, row)).map(([name]) => name);
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${componentOf(name)}` }]));
}

/** Returns the headers that requests with a body may send for the gateway itself. Keys are security schemes. */
export function requestHeaderParameters({ hasBody, isPublic }: RouteTraits): object[] {
  if (isPublic) return [];
  return REQUEST_ROWS.filter(([, { purpose }]) => purpose === 'body' && hasBody).map(
    ([name, { description, schema, values }]) => ({
      name,
      in: 'header',
      required: false,
      description,
      // Not an enum: the gateway ignores other values.
      schema: { type: schema, ...(values && { examples: values }) },
    }),
  );
}

function canHave(traits: RouteTraits, status: number, row: ResponseHeaderRow): boolean {
  return isReadBy(traits, row) && isOnStatus(traits, status, row);
}

/** Returns true if clients of the route can be clients of the API of the header. */
function isReadBy({ path, isForAnthropic }: RouteTraits, { api }: ResponseHeaderRow): boolean {
  const dialect = errorDialectOf(path, {});
  return api === undefined || api === dialect || (api === 'anthropic' && isForAnthropic);
}

function isOnStatus({ isPublic, hasBody }: RouteTraits, status: number, { on, statuses }: ResponseHeaderRow): boolean {
  switch (on) {
    case 'every':
      return true;
    case 'limited':
      return !isPublic;
    case 'answer':
      return hasBody && status === 200;
    case 'error':
      return status >= 400 && (statuses?.includes(status) ?? true);
    case 'page':
    case 'protocol':
      return false;
    default:
      return on satisfies never;
  }
}

/** Names of components have no asterisk. */
function componentOf(name: string): string {
  return name.replace('-*', '');
}
