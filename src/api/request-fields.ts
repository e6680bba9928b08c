import { applyDecorators } from '@nestjs/common';
import { ArrayMinSize, IsArray, IsNotEmpty, IsString } from '../libraries/class-validator.ts';

const NO_NAME = { message: 'model must be the name of a model' };

/** Fields that the envelopes of several APIs have: what is said of one is true of all. */
export function IsModelName(): PropertyDecorator {
  return applyDecorators(IsNotEmpty(NO_NAME), IsString(NO_NAME));
}

/** A conversation of at least one message; what the messages hold is checked where they are translated. */
export function IsConversation(): PropertyDecorator {
  return applyDecorators(
    ArrayMinSize(1, { message: 'messages must hold at least one message' }),
    IsArray({ message: 'messages must be a list of messages' }),
  );
}
