import { type INestApplication, Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { versionOf } from '../../telemetry/version.ts';

/** The OpenAPI document of the application. Built once, with the first request for it. */
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
    if (!this.app) throw new Error('ApiDocument.describes must be called before read');
    const { buildOpenApiDocument } = await import('./document/describe-api.ts');
    return buildOpenApiDocument(this.app, versionOf());
  }
}
