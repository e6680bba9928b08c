import type { GatewayError } from '../../../errors/errors.ts';
import type { EntityKind } from '../../documents/entity-kind.ts';
import { invalidDocument } from '../administration-errors.ts';

/** Returns the body with the name of the path. Throws GatewayError 400 for another name, and for an id. */
export function withName(kind: EntityKind, name: string, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const fields: Record<string, unknown> = { ...body };
  checkNoId(fields);
  const field = kind === 'CatalogEntry' ? 'model' : 'name';
  if (fields[field] !== undefined && fields[field] !== name) throw otherName(field, name);
  return { ...fields, [field]: name };
}

/** Throws GatewayError 400 for a document with an id, because the gateway chooses it. */
export function checkNoId(fields: Readonly<Record<string, unknown>>): void {
  if (fields['id'] === undefined) return;
  throw invalidDocument([{ path: 'id', message: 'must be absent; the gateway chooses the id' }]);
}

function otherName(field: string, name: string): GatewayError {
  return invalidDocument([{ path: field, message: `must be '${name}', as in the path, or absent` }]);
}
