import { Controller, HttpCode, Param, Post, Req, UseInterceptors } from '@nestjs/common';
import { unsupportedMediaType } from '../../http/body/body-errors.ts';
import type { GatewayRequest } from '../../http/context/http-request-context.ts';
import { RetryInterceptor } from '../../http/retry/retry.interceptor.ts';
import { pickBedrockHeaders } from '../../inference/bedrock-api/bedrock-headers.ts';
import type { RelayRequest } from '../../inference/bedrock-api/relay-preparer.ts';
import { BedrockApiService } from '../../inference/bedrock-api/bedrock-api.service.ts';

/** Bedrock Runtime's own API, for clients with a custom endpoint URL (AWS SDKs, Claude Code). */
@Controller('model/:id')
@UseInterceptors(RetryInterceptor)
export class BedrockApiController {
  constructor(private readonly relay: BedrockApiService) {}

  @Post('converse')
  @HttpCode(200)
  converse(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.handle('converse', relayed(request, id), request.context);
  }

  @Post('converse-stream')
  @HttpCode(200)
  converseStream(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.handle('converse-stream', relayed(request, id), request.context);
  }

  @Post('invoke')
  @HttpCode(200)
  invoke(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.handle('invoke', relayed(request, id), request.context);
  }

  @Post('invoke-with-response-stream')
  @HttpCode(200)
  invokeStream(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.handle('invoke-with-response-stream', relayed(request, id), request.context);
  }

  @Post('count-tokens')
  @HttpCode(200)
  countTokens(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.handle('count-tokens', relayed(request, id), request.context);
  }
}

/** Returns the raw body, which is not parsed for these paths (`json-body.guard.ts`), with Bedrock's headers. */
function relayed({ body, headers }: GatewayRequest, model: string): RelayRequest {
  if (!Buffer.isBuffer(body))
    throw unsupportedMediaType(
      'The request body was not received as bytes. Send it with content-type: application/json.',
    );
  return { model, body, headers: pickBedrockHeaders(headers) };
}
