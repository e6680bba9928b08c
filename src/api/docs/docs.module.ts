import { Module } from '@nestjs/common';
import { ApiDocument } from './api-document.ts';
import { DocsController } from './docs.controller.ts';

/** The door that describes all doors; not there at all where `docs.enabled` is false. */
@Module({ controllers: [DocsController], providers: [ApiDocument] })
export class DocsModule {}
