import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import type { Response as HttpResponse } from 'express';
import { GatewayError } from '../../errors/errors.ts';
import { Public } from '../../http/auth/public.decorator.ts';
import { ApiDocument } from './api-document.ts';
import { DOCS_PAGE, DOCS_CONTENT_SECURITY_POLICY, DOCS_SCRIPT } from './docs-page.ts';

/** The files of swagger-ui-dist that the page needs, with their media types. */
const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

/**
 * Serves the OpenAPI document and its page. The page is public, because it is equal for all gateways. The document needs an
 * API key, unless `docs.requireKey` is false.
 */
@Controller()
export class DocsController {
  constructor(private readonly document: ApiDocument) {}

  @Get('openapi.json')
  @Public((config) => !config.docs.requireKey)
  describe(): Promise<object> {
    return this.document.read();
  }

  @Get('docs')
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', DOCS_CONTENT_SECURITY_POLICY)
  @Header('x-content-type-options', 'nosniff')
  @Header('referrer-policy', 'no-referrer')
  page(): string {
    return DOCS_PAGE;
  }

  @Get('docs/:file')
  @Public()
  @Header('x-content-type-options', 'nosniff')
  @Header('cache-control', 'public, max-age=3600')
  async file(@Param('file') name: string, @Res({ passthrough: true }) response: HttpResponse): Promise<string> {
    if (name === 'page.js') {
      response.type('text/javascript; charset=utf-8');
      return DOCS_SCRIPT;
    }
    const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
    if (type === undefined) throw noSuchFile(name);
    response.type(type);
    return readFile(join(assets(), name), 'utf8');
  }
}

/** Returns the folder of Swagger UI. */
function assets(): string {
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
}

function noSuchFile(name: string): GatewayError {
  return new GatewayError({
    code: 'unknown_url',
    message: `The documentation has no file ${name.slice(0, 100)}.`,
  });
}
