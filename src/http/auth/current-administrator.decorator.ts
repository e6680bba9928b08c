import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Administrator } from '../../governance/administration/administrator.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';

const administrators = new WeakMap<object, Administrator>();

/** Keeps the caller of a request of the admin API. */
export function setAdministrator(request: object, administrator: Administrator): void {
  administrators.set(request, administrator);
}

/** Returns the caller that the AdminGuard has authenticated. */
export function administratorOf(request: object): Administrator {
  const found = administrators.get(request);
  if (found === undefined) throw new Error('the AdminGuard has not authenticated the request');
  return found;
}

/** Injects the caller of the admin API into a controller's parameter. */
export const CurrentAdministrator = createParamDecorator((_: unknown, execution: ExecutionContext): Administrator =>
  administratorOf(execution.switchToHttp().getRequest<GatewayRequest>()),
);
