import { createRequire } from 'node:module';
import type { ValidationError, ValidatorOptions } from 'class-validator';

/**
 * The validators in use, without the package's index: that loads every other one with the tables of phone numbers and
 * postcodes behind them, 270 files. What is declared here is known to all of class-validator, which keeps one storage.
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

export function validateSync(object: object, options?: ValidatorOptions): ValidationError[] {
  return validator.validateSync(object, options);
}
