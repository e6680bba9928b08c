import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Call } from '../../request/call.ts';
import type { GatewayRequest } from './http-call.ts';

/** The call of this request: who asks, for how long, and what is learnt on the way. */
export const CurrentCall = createParamDecorator(
  (_: unknown, context: ExecutionContext): Call => context.switchToHttp().getRequest<GatewayRequest>().call,
);
