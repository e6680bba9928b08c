import { ValidationPipe } from '@nestjs/common';
import { ChatRequestDto } from '../../src/api/chat/chat.dto.ts';
import { BodyValidationPipe } from '../../src/http/validation/body-validation.pipe.ts';
import { chatRequestOf } from '../pieces/requests.ts';
import type { Pair, PairedWork } from './paired.ts';

export const VALIDATION_PAIRS: readonly Pair[] = [
  { name: 'validation: 1 KB, by ValidationPipe or BodyValidationPipe', prepare: () => validationPair(1_000) },
  { name: 'validation: 200 KB, by ValidationPipe or BodyValidationPipe', prepare: () => validationPair(200_000) },
];

function validationPair(bytes: number): PairedWork {
  const library = new ValidationPipe();
  const own = new BodyValidationPipe();
  const body = chatRequestOf(bytes);
  const metadata = { type: 'body', metatype: ChatRequestDto } as const;
  return { nest: () => library.transform(body, metadata), gateway: () => own.transform(body, metadata) };
}
