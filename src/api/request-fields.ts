import { applyDecorators } from '@nestjs/common';
import { ArrayMinSize, IsArray, IsDefined, IsNotEmpty, IsOptional, IsString } from '../libraries/class-validator.ts';

/** Fields that the envelopes of several APIs have: what is said of one is true of all. */
export function IsModelName(): PropertyDecorator {
  return applyDecorators(IsNotEmpty(), IsString());
}

/** The name of a model, or nothing where the default model shall answer. */
export function IsOptionalModelName(): PropertyDecorator {
  return applyDecorators(IsOptional(), IsModelName());
}

/** A conversation of at least one message; what the messages hold is checked where they are translated. */
export function IsMessageList(): PropertyDecorator {
  return applyDecorators(ArrayMinSize(1), IsArray());
}

/** A required union that the translator reads. `expected` names its types in the error for null. */
export function IsUnion(expected: string): PropertyDecorator {
  return IsDefined({ context: { expected } });
}
