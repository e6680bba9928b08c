import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { GatewayRequest } from '../call.middleware.ts';
import { clientTimeout, clientTimeoutOver } from '../client-timeout.ts';
import { AdmissionService } from './admission.service.ts';

/**
 * Last of the guards: a request that is in order waits for its place here. What asks a model is POSTed with a key;
 * everything else (health, metrics, lists) never waits. The client's own time limit begins to count before that.
 */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(private readonly admission: AdmissionService) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<GatewayRequest>();
    const { call, method, headers } = request;
    // A background response holds a slot of its key, so a request that cancels it must not wait for one.
    if (call.caller === undefined || method !== 'POST' || request.path.endsWith('/cancel')) return true;
    const granted = clientTimeout(headers);
    if (granted !== undefined) call.endAfter(granted, () => clientTimeoutOver(granted));
    return this.admission.admit(call, call.caller);
  }
}
