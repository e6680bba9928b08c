import { Module } from '@nestjs/common';
import { ApiDocument } from './api-document.ts';
import { DocsController } from './docs.controller.ts';

/** Provides the API documentation. Not loaded if `docs.enabled` is false. */
@Module({ controllers: [DocsController], providers: [ApiDocument] })
export class DocsModule {}
