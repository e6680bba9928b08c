import { Controller, Get } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { Public } from '../../http/auth/public.decorator.ts';

/** Name of the product, and the paths of its pages. */
interface Welcome {
  name: string;
  models: string;
  /** Paths of the page and the OpenAPI document; absent if the settings disable them. */
  documentation?: string;
  openapi?: string;
}

/**
 * The root path. Clients use it to test the connection (Claude Code with HEAD). It reveals no version, because it is public.
 */
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
