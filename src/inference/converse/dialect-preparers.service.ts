import { Injectable } from '@nestjs/common';
import type { Dialect, DialectRequest } from '../../translation/dialect.ts';
import { TranslationService } from '../../translation/translation.service.ts';
import { StreamContinuationService } from '../continuation/continuation.service.ts';
import { StructuredOutputService } from '../structured/structured-output.service.ts';
import { DialectPreparer, type PreparerServices } from './dialect-preparer.ts';

/** Makes the preparers of dialects. */
@Injectable()
export class DialectPreparers implements PreparerServices {
  constructor(
    readonly translation: TranslationService,
    readonly structured: StructuredOutputService,
    readonly continuation: StreamContinuationService,
  ) {}

  of<Request extends DialectRequest, Body>(dialect: Dialect<Request, Body>): DialectPreparer<Request, Body> {
    return new DialectPreparer(dialect, this);
  }
}
