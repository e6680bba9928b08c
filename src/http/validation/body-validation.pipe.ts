import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { validateSync } from '../../libraries/class-validator.ts';
import { badRequest } from '../../errors/errors.ts';
import { bodyCheckOf } from '../../limits/body-check.ts';
import type { LimitedApi } from '../../limits/request-limit.ts';
import { compileBodyCheck } from './body-check.ts';
import { envelopeError } from './body-errors.ts';

/** A DTO class with the API whose limits apply to its bodies. */
interface LimitedBody {
  readonly limitsOf?: LimitedApi;
  /** Returns the class for a body, if clients send bodies of another API to the endpoint, too. */
  readonly classOf?: (body: object) => Function;
}

/**
 * Checks a body against the limits of its API, then its top-level fields against the validators of its DTO class: Nest's
 * ValidationPipe with `whitelist: false`, without instances (docs/nest.md has the measurements). The translators check
 * messages and parts. As in OpenAI's API, unknown fields are ignored.
 */
@Injectable()
export class BodyValidationPipe implements PipeTransform {
  private readonly checks = new Map<Function, ReturnType<typeof compileBodyCheck>>();

  transform(value: unknown, { type, metatype: declared }: ArgumentMetadata): unknown {
    if (type !== 'body' || declared === undefined || declared === Object) return value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw badRequest('The request body must be a JSON object.');
    }
    const metatype = ((declared as LimitedBody).classOf?.(value) ?? declared) as typeof declared;
    // Must run before any other code iterates over the fields.
    const { limitsOf } = metatype as LimitedBody;
    if (limitsOf !== undefined) bodyCheckOf(limitsOf)(value);
    const body = hasUnsafeKeys(value) ? copyOnto({}, value) : value;
    if (this.quickCheck(metatype)?.(body)) return body;
    const instance = copyOnto(new metatype() as object, body);
    const errors = validateSync(instance, { forbidUnknownValues: false });
    if (errors.length > 0) throw envelopeError(metatype, errors, wordingOf(limitsOf));
    return body;
  }

  private quickCheck(metatype: Function): ((body: object) => boolean) | undefined {
    if (!this.checks.has(metatype)) this.checks.set(metatype, compileBodyCheck(metatype as new () => object));
    return this.checks.get(metatype);
  }
}

/** Keys that would change the prototype or the class of a copy. */
const UNSAFE_KEYS = ['__proto__', 'constructor'];

function hasUnsafeKeys(body: object): boolean {
  return UNSAFE_KEYS.some((key) => Object.hasOwn(body, key));
}

/** Copies the fields, except unsafe ones. */
function copyOnto(target: object, source: object): object {
  for (const [key, field] of Object.entries(source)) {
    if (!UNSAFE_KEYS.includes(key)) (target as Record<string, unknown>)[key] = field;
  }
  return target;
}

/**
 * Returns the wording of messages. Anthropic's clients read field and reason from the message, because its error format has
 * no `param`.
 */
function wordingOf(api: LimitedApi | undefined): 'openai' | 'anthropic' {
  return api === 'messages' || api === 'countTokens' ? 'anthropic' : 'openai';
}
