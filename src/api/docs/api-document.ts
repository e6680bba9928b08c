import { readFileSync } from 'node:fs';
import { type INestApplication, Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

/** The document of the application it is told of; written once, when it is asked for. */
@Injectable()
export class ApiDocument {
  private app?: INestApplication;
  private document?: Promise<OpenAPIObject>;

  describes(app: INestApplication): void {
    this.app = app;
  }

  read(): Promise<OpenAPIObject> {
    this.document ??= this.write();
    return this.document;
  }

  private async write(): Promise<OpenAPIObject> {
    if (!this.app) throw new Error('nobody has said which application to describe');
    const { buildOpenApiDocument } = await import('./document/describe-api.ts');
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    return buildOpenApiDocument(this.app, (manifest as { version: string }).version);
  }
}
