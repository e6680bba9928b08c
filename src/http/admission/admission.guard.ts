import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { AdmissionService } from '../../admission/admission.service.ts';

/**
 * Lets a request whose body is complete wait for its place. What asks a model is POSTed with a key; everything else
 * (health, metrics, lists) never waits.
 */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(private readonly admission: AdmissionService) {}

  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    const { context, method, path } = execution.switchToHttp().getRequest<GatewayRequest>();
    // A background response holds a slot of its key, so a request that cancels it must not wait for one.
    if (context.caller === undefined || method !== 'POST' || path.endsWith('/cancel')) return true;
    return this.admission.admit(context, context.caller);
  }
}
