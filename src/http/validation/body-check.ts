import { getMetadataStorage, ValidationTypes } from '../../libraries/class-validator.ts';

type Check = (value: unknown, object: object) => boolean;
interface Field {
  name: string;
  optional: boolean;
  checks: readonly Check[];
}

/**
 * Compiles the validators of a DTO class to a function that returns whether a body is valid. Invalid bodies are validated
 * again by class-validator, which creates the messages. The library collects the metadata of the class
 * for each request (docs/nest.md). Returns undefined for a class with other kinds of validators (nested, conditional, each), which
 * always need class-validator.
 */
export function compileBodyCheck(target: new () => object): ((body: object) => boolean) | undefined {
  const storage = getMetadataStorage();
  const metadata = storage.getTargetValidationMetadatas(target, '', false, false);
  const fields: Field[] = [];
  for (const [name, validators] of Object.entries(storage.groupByPropertyName(metadata))) {
    const checks: Check[] = [];
    let optional = false;
    for (const validator of validators) {
      if (validator.type === ValidationTypes.CONDITIONAL_VALIDATION && validator.name === 'isOptional') optional = true;
      else if (validator.type === ValidationTypes.CUSTOM_VALIDATION && !validator.each) {
        const [constraint] = storage.getTargetValidatorConstraints(validator.constraintCls);
        const { constraints } = validator;
        if (!constraint || constraint.async) return undefined;
        // Read once, because the library searches all of its validators at each access.
        const { instance } = constraint;
        checks.push(
          (value, object) =>
            instance.validate(value, {
              value,
              constraints,
              targetName: target.name,
              object,
              property: name,
            }) === true,
        );
      } else return undefined;
    }
    fields.push({ name, optional, checks });
  }
  const required = fields.filter(({ optional }) => !optional).map(({ name }) => name);
  const byName = new Map(fields.map((field) => [field.name, field]));
  // Iterates over the fields of the body, not of the class: of forty fields, a request has about five.
  return (body) => {
    for (const name of required) if (!Object.hasOwn(body, name)) return false;
    for (const name of Object.keys(body)) {
      const field = byName.get(name);
      if (field !== undefined && !passes(field, body)) return false;
    }
    return true;
  };
}

function passes({ name, optional, checks }: Field, body: object): boolean {
  const value = (body as Record<string, unknown>)[name];
  if (optional && (value === undefined || value === null)) return true;
  for (const check of checks) if (!check(value, body)) return false;
  return true;
}
