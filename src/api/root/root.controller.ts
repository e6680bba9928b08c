import { Controller, Get } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { Public } from '../../http/auth/public.decorator.ts';

/** The name of the product and the paths of its pages. */
interface Welcome {
  name: string;
  models: string;
  /** The page and the OpenAPI document; absent if the settings switch them off. */
  documentation?: string;
  openapi?: string;
}

/** The root, which clients also use to test the connection (Claude Code with HEAD). It shows no version to strangers. */
@Controller()
@Public()
export class RootController {
  constructor(private readonly config: GatewayConfig) {}

  @Get()
  root(): Welcome {
    const pages = this.config.docs.enabled ? { documentation: '/docs', openapi: '/openapi.json' } : {};
    return { name: 'outcrop', models: '/v1/models', ...pages };
  }
}
