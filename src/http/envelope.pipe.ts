import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { validateSync } from '../libraries/class-validator.ts';
import type { ValidationError } from 'class-validator';
import { badRequest } from '../errors.ts';
import { compileEnvelope } from './envelope-check.ts';

/**
 * Checks a body against the validators of its DTO class, and only its envelope: fields are copied, not
 * transformed, so a conversation of 200 KB is not cloned message by message (about 2 ms). What stands in
 * messages and parts is checked where it is translated. Unknown fields stay and are ignored, as OpenAI does.
 */
@Injectable()
export class EnvelopePipe implements PipeTransform {
  private readonly checks = new Map<Function, ReturnType<typeof compileEnvelope>>();

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || metatype === undefined || metatype === Object) return value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw badRequest('The request body must be a JSON object.');
    }
    const body = copyOnto(new metatype() as object, value);
    if (this.quickCheck(metatype)?.(body)) return body;
    const [error] = validateSync(body, { stopAtFirstError: true, forbidUnknownValues: false });
    if (error) throw refused(error, '');
    return body;
  }

  private quickCheck(metatype: Function): ((body: object) => boolean) | undefined {
    if (!this.checks.has(metatype)) this.checks.set(metatype, compileEnvelope(metatype as new () => object));
    return this.checks.get(metatype);
  }
}

/** Copies the fields; keys that would change what the copy is (its class, its prototype) stay behind. */
function copyOnto(target: object, source: object): object {
  for (const [key, field] of Object.entries(source)) {
    if (key !== '__proto__' && key !== 'constructor') (target as Record<string, unknown>)[key] = field;
  }
  return target;
}

function refused(error: ValidationError, parent: string): Error {
  const path = /^\d+$/.test(error.property) ? `${parent}[${error.property}]` : join(parent, error.property);
  const [child] = error.children ?? [];
  if (child) return refused(child, path);
  const message = Object.values(error.constraints ?? {})[0] ?? 'is not valid';
  return badRequest(`Invalid value for '${path}': ${message}.`, path);
}

function join(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}
