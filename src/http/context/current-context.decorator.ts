import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import type { GatewayRequest } from './http-request-context.ts';

/** Injects the RequestContext of the request into a controller's parameter. */
export const CurrentContext = createParamDecorator(
  (_: unknown, execution: ExecutionContext): RequestContext =>
    execution.switchToHttp().getRequest<GatewayRequest>().context,
);
