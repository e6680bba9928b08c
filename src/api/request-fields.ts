import { applyDecorators } from '@nestjs/common';
import { ArrayMinSize, IsArray, IsDefined, IsNotEmpty, IsOptional, IsString } from '../libraries/class-validator.ts';

/** Validates the name of a model. The decorators of this file apply to fields that several APIs have in common. */
export function IsModelName(): PropertyDecorator {
  return applyDecorators(IsNotEmpty(), IsString());
}

/** Validates the name of a model. Without it, the default model answers. */
export function IsOptionalModelName(): PropertyDecorator {
  return applyDecorators(IsOptional(), IsModelName());
}

/** Validates a conversation of at least one message. The translator checks the content of the messages. */
export function IsMessageList(): PropertyDecorator {
  return applyDecorators(ArrayMinSize(1), IsArray());
}

/** Validates a required union, whose members the translator checks. `expected` names its types in the error for null. */
export function IsUnion(expected: string): PropertyDecorator {
  return IsDefined({ context: { expected } });
}
