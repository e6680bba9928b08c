import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { AdmissionService } from '../../admission/admission.service.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { readClientTimeout, clientTimeoutExceeded } from '../context/client-timeout.ts';
import { bodyTooLarge } from '../body/body-errors.ts';
import { announcesBody, type ContentCoding, contentCoding, declaredLength } from '../body/body-headers.ts';
import { DECOMPRESSOR_BYTES } from '../body/decompressor.ts';
import { receiveBody, receiveCompressed } from '../body/receive-body.ts';
import { UploadPace } from '../body/upload-pace.ts';
import type { Caller } from '../../request/caller.ts';

/** A request with a valid API key. `body` holds its bytes until they are parsed. */
interface UploadingRequest extends GatewayRequest {
  body: unknown;
}

/**
 * Receives the bytes of a request's body after the guards have accepted its headers. A body that is still arriving holds an
 * upload slot; one that arrived with its headers needs none. The client's own time limit starts here.
 */
@Injectable()
export class UploadGuard implements CanActivate {
  private readonly pace = new UploadPace();

  constructor(
    private readonly config: GatewayConfig,
    private readonly admission: AdmissionService,
  ) {}

  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    const http = execution.switchToHttp();
    const request = http.getRequest<UploadingRequest>();
    const { context, headers } = request;
    if (context.caller === undefined || request.method !== 'POST') return true;
    const timeoutMs = readClientTimeout(headers);
    if (timeoutMs !== undefined) context.cancelAfter(timeoutMs, () => clientTimeoutExceeded(timeoutMs));
    if (!announcesBody(headers)) return true;
    const length = declaredLength(headers);
    const limitBytes = this.limitBytes;
    if (length !== undefined && length > limitBytes) throw bodyTooLarge(limitBytes);
    if (length !== undefined && request.readableLength === length && contentCoding(headers) === undefined) {
      const reservation = this.admission.uploads.hold(context, context.caller, length);
      if (reservation !== undefined) {
        request.bodyReservation = reservation;
        request.body = request.read();
        return true;
      }
    }
    return this.receive(request, http.getResponse<Response>(), context.caller);
  }

  private get limitBytes(): number {
    return Math.min(this.config.server.bodyLimitBytes, this.admission.uploads.budget.largestBody);
  }

  private async receive(request: UploadingRequest, response: Response, caller: Caller): Promise<true> {
    const { context, headers } = request;
    const { pace, limitBytes } = this;
    // The ContentTypeGuard has rejected unknown codings.
    const coding = contentCoding(headers) as ContentCoding | undefined;
    const expectedBytes = coding === undefined ? (declaredLength(headers) ?? 0) : DECOMPRESSOR_BYTES[coding];
    const upload = await this.admission.uploads.begin(context, caller, Math.min(expectedBytes, limitBytes));
    // A client that sends its body without waiting for `100 Continue` does not need it.
    if (headers.expect !== undefined && request.readableLength === 0) response.writeContinue();
    const receiving = { reservation: upload.reservation, pace, limitBytes };
    request.bodyReservation = upload.reservation;
    const startedAt = performance.now();
    request.body = await (coding === undefined
      ? receiveBody(request, receiving)
      : receiveCompressed(request, coding, receiving));
    context.report.uploadMs = performance.now() - startedAt;
    upload.complete();
    return true;
  }
}
