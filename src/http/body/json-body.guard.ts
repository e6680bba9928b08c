import { isUtf8 } from 'node:buffer';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { BodyReservation } from '../../admission/uploads/body-reservation.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { withDeployment } from '../routes/path-aliases.ts';
import { bodyTooLarge, invalidJson } from './body-errors.ts';
import { isBedrockPath } from './body-headers.ts';
import { countJsonNodes } from './json/json-structure.ts';
import { parseBodyJson } from '../../wire/json/long-numbers.ts';
import { BYTES_PER_NODE, SCANNED_BODY_BYTES } from './json/structure-limits.ts';
import { countValueNodes } from './json/value-structure.ts';
import { withoutEscapedLoneSurrogates } from './json/well-formed-json.ts';

/**
 * Parses the body of an admitted request. It is a guard, because the interceptors need the parsed body, and it runs as the
 * last one. Throws GatewayError 400 for invalid JSON and for a body that exceeds `structure-limits.ts`, and 503 or 429 if
 * the parsed values exceed the body budget.
 */
@Injectable()
export class JsonBodyGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<GatewayRequest>();
    const { bodyReservation: reservation } = request;
    if (reservation === undefined) return true;
    const body = request.body as Buffer;
    if (!isBedrockPath(request.path)) request.body = withDeployment(parseBody(body, reservation), request.context);
    // The body passes as bytes. Its values are counted, because parts of the gateway that read it parse it without
    // limits.
    else holdValues(reservation, body, countJsonNodes(body));
    return true;
  }
}

/** Returns the object or array of a body; undefined for an empty body. */
export function parseBody(body: Buffer, reservation: BodyReservation): unknown {
  if (body.length === 0) return undefined;
  const isLarge = body.length > SCANNED_BODY_BYTES;
  if (isLarge) holdValues(reservation, body, countJsonNodes(body));
  const text = body.toString('utf8');
  if (!isUtf8(body)) throw invalidJson('It is not valid UTF-8', text);
  const value = parsed(withoutEscapedLoneSurrogates(text));
  if (typeof value !== 'object' || value === null) throw invalidJson('The body must be an object or an array', text);
  if (!isLarge) holdValues(reservation, body, countValueNodes(value));
  return value;
}

/** Extends the share of a body by the memory of its values. */
function holdValues(reservation: BodyReservation, body: Buffer, nodes: number): void {
  const bytes = body.length + nodes * BYTES_PER_NODE;
  if (bytes > reservation.largest)
    throw bodyTooLarge(reservation.largest, `with its ${nodes} values, it takes ${bytes} bytes of memory`);
  reservation.growTo(bytes);
}

function parsed(text: string): unknown {
  try {
    return parseBodyJson(text);
  } catch (error) {
    throw invalidJson((error as Error).message, text);
  }
}
