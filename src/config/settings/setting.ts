import { IsOptional } from '../../libraries/class-validator.ts';
import type { SettingKind } from './kinds.ts';
import type { SectionClass } from './section-class.ts';

export interface SettingMetadata {
  name: string;
  /** What it does and in which unit: one sentence for the schema and the documentation. */
  description: string;
  kind: SettingKind;
  /** `given`: has a default or must be in the configuration; `optional`: may stay unset. */
  presence: 'given' | 'optional';
}

const settingsByClass = new WeakMap<object, Map<string, SettingMetadata>>();

/** The settings of a section class by name, in the order in which it declares them. */
export function settingsOf(type: object): ReadonlyMap<string, SettingMetadata> {
  return settingsByClass.get(type) ?? new Map<string, SettingMetadata>();
}

/** The description, with what else there is to know before one changes the setting. */
export function describeSetting({ description, kind }: SettingMetadata): string {
  return kind.holds === 'until restart' ? `${description} A change needs a restart.` : description;
}

/** A setting with a default value; without one the configuration must give it. */
export function Setting(description: string, kind: SettingKind): PropertyDecorator {
  return declare(description, kind, 'given');
}

/** A setting that may stay unset. */
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
    for (const validate of kind.validators) validate(target, property);
  };
}

/** Paths of all settings below a class (`bedrock.timeouts.idleMs`), those of list entries left out. */
export function settingPaths(type: SectionClass): string[] {
  return [...settingsOf(type).values()].flatMap(({ name, kind }) =>
    kind.form === 'section' ? [name, ...settingPaths(kind.type).map((below) => `${name}.${below}`)] : [name],
  );
}
