import { createRequire } from 'node:module';
import type { ValidationError, ValidatorOptions } from 'class-validator';

/**
 * The validators in use, imported without the package's index. The index loads every validator, with tables of phone numbers
 * and postal codes (270 files). Decorators from here register in the one metadata storage of class-validator, as those of
 * the index do.
 */
type Library = typeof import('class-validator');
const load = createRequire(import.meta.url) as (path: string) => Library;
const decorator = (path: string): Library => load(`class-validator/cjs/decorator/${path}.js`);

export const { ArrayMaxSize } = decorator('array/ArrayMaxSize');
export const { ArrayMinSize } = decorator('array/ArrayMinSize');
export const { IsDefined } = decorator('common/IsDefined');
export const { IsIn } = decorator('common/IsIn');
export const { IsNotEmpty } = decorator('common/IsNotEmpty');
export const { IsOptional } = decorator('common/IsOptional');
export const { ValidateBy } = decorator('common/ValidateBy');
export const { ValidateNested } = decorator('common/ValidateNested');
export const { Max } = decorator('number/Max');
export const { Min } = decorator('number/Min');
export const { Matches } = decorator('string/Matches');
export const { IsArray } = decorator('typechecker/IsArray');
export const { IsBoolean } = decorator('typechecker/IsBoolean');
export const { IsInt } = decorator('typechecker/IsInt');
export const { IsNumber } = decorator('typechecker/IsNumber');
export const { IsObject } = decorator('typechecker/IsObject');
export const { IsString } = decorator('typechecker/IsString');

export const { ValidationTypes } = load('class-validator/cjs/validation/ValidationTypes.js');
export const { getMetadataStorage } = load('class-validator/cjs/metadata/MetadataStorage.js');
const { Validator } = load('class-validator/cjs/validation/Validator.js');
const validator = new Validator();

/** Validates an object against the decorators of its class. Returns the errors; empty if it is valid. */
export function validateSync(object: object, options?: ValidatorOptions): ValidationError[] {
  return validator.validateSync(object, options);
}
