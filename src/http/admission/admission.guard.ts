import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { AdmissionService } from '../../admission/admission.service.ts';

/**
 * Admits a request after its body is complete, and lets it wait in the queue of the AdmissionService. Only POST requests
 * with an API key need admission; health checks, metrics and lists never wait.
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
