import { Controller, Get, Query, Req } from '@nestjs/common';
import { badRequest } from '../../errors/errors.ts';
import type { GatewayRequest } from '../../http/context/http-request-context.ts';
import { CallerUsage, type CallerUsageView } from '../../ledger/usage/caller-usage.ts';

/** Shows a caller its own cost and usage. Calls no model, and reads sums of the ledger only. */
@Controller('v1/me/usage')
export class MyUsageController {
  constructor(private readonly usage: CallerUsage) {}

  @Get()
  async find(
    @Req() request: GatewayRequest,
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<CallerUsageView> {
    const { caller } = request.context;
    if (caller === undefined) throw new Error('the ApiKeyGuard has not authenticated the request');
    const [unknown] = Object.keys(query);
    if (unknown !== undefined) {
      const name = unknown.slice(0, 64);
      throw badRequest(`Unknown query parameter '${name}'. The route has none.`, name, 'invalid_value');
    }
    return this.usage.find(caller);
  }
}
