import { createRequire } from 'node:module';
import type { ValidationError, ValidatorOptions } from 'class-validator';

/**
 * The validators in use, imported without the package's index. The index loads every validator, with tables of phone numbers
 * and postal codes (270 files). Decorators from here register in the one metadata storage of class-validator, as those of
 * the index do.
 */
type Library = typeof import('class-validator');
const load = createRequire(import.meta.url) as (path: string) => Library;

export const { ArrayMaxSize } = load('class-validator/cjs/decorator/array/ArrayMaxSize.js');
export const { ArrayMinSize } = load('class-validator/cjs/decorator/array/ArrayMinSize.js');
export const { IsDefined } = load('class-validator/cjs/decorator/common/IsDefined.js');
export const { IsIn } = load('class-validator/cjs/decorator/common/IsIn.js');
export const { IsNotEmpty } = load('class-validator/cjs/decorator/common/IsNotEmpty.js');
export const { IsOptional } = load('class-validator/cjs/decorator/common/IsOptional.js');
export const { ValidateBy } = load('class-validator/cjs/decorator/common/ValidateBy.js');
export const { ValidateNested } = load('class-validator/cjs/decorator/common/ValidateNested.js');
export const { Max } = load('class-validator/cjs/decorator/number/Max.js');
export const { Min } = load('class-validator/cjs/decorator/number/Min.js');
export const { Matches } = load('class-validator/cjs/decorator/string/Matches.js');
export const { IsArray } = load('class-validator/cjs/decorator/typechecker/IsArray.js');
export const { IsBoolean } = load('class-validator/cjs/decorator/typechecker/IsBoolean.js');
export const { IsInt } = load('class-validator/cjs/decorator/typechecker/IsInt.js');
export const { IsNumber } = load('class-validator/cjs/decorator/typechecker/IsNumber.js');
export const { IsObject } = load('class-validator/cjs/decorator/typechecker/IsObject.js');
export const { IsString } = load('class-validator/cjs/decorator/typechecker/IsString.js');

export const { ValidationTypes } = load('class-validator/cjs/validation/ValidationTypes.js');
export const { getMetadataStorage } = load('class-validator/cjs/metadata/MetadataStorage.js');
const { Validator } = load('class-validator/cjs/validation/Validator.js');
const validator = new Validator();

/** Validates an object against the decorators of its class. Returns the errors; empty if it is valid. */
export function validateSync(object: object, options?: ValidatorOptions): ValidationError[] {
  return validator.validateSync(object, options);
}
