import { IsOptional, ValidateBy } from '../../libraries/class-validator.ts';
import type { SettingKind } from './kinds.ts';
import type { SectionClass } from './section-class.ts';

/** A declared setting of a section class. */
export interface SettingMetadata {
  name: string;
  /** Function and unit of the setting, for the schema and the documentation. */
  description: string;
  kind: SettingKind;
  /** `given`: has a default or must be in the configuration; `optional`: may be absent. */
  presence: 'given' | 'optional';
}

const settingsByClass = new WeakMap<object, Map<string, SettingMetadata>>();

/** Returns the settings of a section class by name, in the order of their declaration. */
export function settingsOf(type: object): ReadonlyMap<string, SettingMetadata> {
  return settingsByClass.get(type) ?? new Map<string, SettingMetadata>();
}

/** Returns the description, with a note if a change needs a restart. */
export function describeSetting({ description, kind }: SettingMetadata): string {
  return kind.holds === 'until restart' ? `${description} A change needs a restart.` : description;
}

/** Declares a setting with a default value. Without a default, the configuration must contain it. */
export function Setting(description: string, kind: SettingKind): PropertyDecorator {
  return declare(description, kind, 'given');
}

/** Declares a setting that may be absent. */
export function OptionalSetting(description: string, kind: SettingKind): PropertyDecorator {
  const validateWhenSet = IsOptional();
  const remember = declare(description, kind, 'optional');
  return (target, property) => {
    validateWhenSet(target, property);
    remember(target, property);
  };
}

function declare(description: string, kind: SettingKind, presence: SettingMetadata['presence']): PropertyDecorator {
  return (target, property) => {
    const settings = settingsByClass.get(target.constructor) ?? new Map<string, SettingMetadata>();
    settingsByClass.set(target.constructor, settings);
    settings.set(String(property), { name: String(property), description, kind, presence });
    for (const validate of validatorsOf(kind)) validate(target, property);
  };
}

function validatorsOf(kind: SettingKind): readonly PropertyDecorator[] {
  if ('validators' in kind) return kind.validators;
  return [ValidateBy({ name: 'isAllowed', validator: { validate: kind.accepts } })];
}

/** Returns the paths of all settings of a class (`bedrock.timeouts.idleMs`), without those of list entries. */
export function settingPaths(type: SectionClass): string[] {
  return [...settingsOf(type).values()].flatMap(({ name, kind }) =>
    kind.form === 'section' ? [name, ...settingPaths(kind.type).map((below) => `${name}.${below}`)] : [name],
  );
}
