import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Call } from '../../request/request-context.ts';
import type { GatewayRequest } from './http-request-context.ts';

/** The call of this request: who asks, for how long, and what is learnt on the way. */
export const CurrentCall = createParamDecorator(
  (_: unknown, context: ExecutionContext): Call => context.switchToHttp().getRequest<GatewayRequest>().call,
);
