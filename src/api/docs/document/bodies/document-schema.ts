import type { SectionClass } from '../../../../config/settings/section-class.ts';
import type { SettingKind } from '../../../../config/settings/kinds.ts';
import { settingsOf } from '../../../../config/settings/setting.ts';
import type { OpenApiSchema } from './schema.ts';

/** Returns the schema of a governance document, from its class. `omitted` are fields that the route does not accept. */
export function documentSchema(type: SectionClass, omitted: readonly string[] = []): OpenApiSchema {
  const defaults = new Map<string, unknown>(Object.entries(new type()));
  const settings = [...settingsOf(type).values()].filter(({ name }) => !omitted.includes(name));
  const required = settings.filter(({ name, presence }) => presence === 'given' && !defaults.has(name));
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      settings.map(({ name, description, kind }) => [name, { description, ...schemaOf(kind) }]),
    ),
    ...(required.length > 0 && { required: required.map(({ name }) => name) }),
  };
}

function schemaOf(kind: SettingKind): OpenApiSchema {
  switch (kind.form) {
    case 'section':
      return documentSchema(kind.type);
    case 'sections':
      return { type: 'array', items: documentSchema(kind.type) };
    case 'scalar':
    case 'text':
    case 'list':
    case 'map':
      return kind.schema;
    default:
      return kind satisfies never;
  }
}
