import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import type { GatewayRequest } from './http-request-context.ts';

/** The call of this request: who asks, for how long, and what is learnt on the way. */
export const CurrentContext = createParamDecorator(
  (_: unknown, execution: ExecutionContext): RequestContext =>
    execution.switchToHttp().getRequest<GatewayRequest>().context,
);
