import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { AdmissionService } from '../../admission/admission.service.ts';
import { ADMIN_ROUTE, type AdminRouteRule } from '../auth/admin-route.decorator.ts';
import { administratorOf } from '../auth/current-administrator.decorator.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { bodyTooLarge, unsupportedMediaType } from './body-errors.ts';
import { announcesBody, contentCoding, declaredLength } from './body-headers.ts';
import { parseBody } from './json-body.guard.ts';
import { receiveBody } from './receive-body.ts';
import { UploadPace } from './upload-pace.ts';

const DEFAULT_LIMIT_BYTES = 1024 * 1024;

/** Receives and parses the body of an authenticated request of the admin API, within the budget of all bodies. */
@Injectable()
export class AdminBodyGuard implements CanActivate {
  private readonly pace = new UploadPace();

  constructor(
    private readonly admission: AdmissionService,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const http = execution.switchToHttp();
    const request = http.getRequest<GatewayRequest & { body: unknown }>();
    const { context, headers, method } = request;
    if (method === 'GET' || method === 'HEAD' || !announcesBody(headers)) return true;
    if (contentCoding(headers) !== undefined) {
      throw unsupportedMediaType('The admin API accepts no compressed bodies. Send the body without content-encoding.');
    }
    const rule = this.reflector.get<AdminRouteRule | undefined>(ADMIN_ROUTE, execution.getHandler());
    const { uploads } = this.admission;
    const limitBytes = Math.min(rule?.bodyLimitBytes ?? DEFAULT_LIMIT_BYTES, uploads.budget.largestBody);
    const length = declaredLength(headers);
    if (length !== undefined && length > limitBytes) throw bodyTooLarge(limitBytes);
    const { actor } = administratorOf(request);
    // The uploads of administrators are counted as those of a key.
    const owner = { name: actor.id, id: `${actor.kind}:${actor.id}` };
    const upload = await uploads.begin(context, owner, length ?? 0);
    if (headers.expect !== undefined && request.readableLength === 0) http.getResponse<Response>().writeContinue();
    const { reservation } = upload;
    const bytes = await receiveBody(request, { reservation, pace: this.pace, limitBytes });
    upload.complete();
    request.body = parseBody(bytes, reservation);
    return true;
  }
}
