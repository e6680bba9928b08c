import { Controller, HttpCode, Param, Post, Req, UseInterceptors } from '@nestjs/common';
import { unsupportedMediaType } from '../../http/body/body-errors.ts';
import type { GatewayRequest } from '../../http/context/http-request-context.ts';
import { RetryInterceptor } from '../../http/retry/retry.interceptor.ts';
import type { BedrockApiRequest } from '../../translation/bedrock-api/bedrock-api-request.ts';
import { pickBedrockHeaders } from '../../inference/invoke/bedrock-headers.ts';
import { BedrockApiService } from '../../inference/invoke/bedrock-api.service.ts';

/** Bedrock Runtime's own API, for clients that are pointed here by an endpoint URL (AWS SDKs, Claude Code). */
@Controller('model/:id')
@UseInterceptors(RetryInterceptor)
export class BedrockApiController {
  constructor(private readonly relay: BedrockApiService) {}

  @Post('converse')
  @HttpCode(200)
  converse(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.whole('converse', id, relayed(request), request.context);
  }

  @Post('converse-stream')
  @HttpCode(200)
  converseStream(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.stream('converse-stream', id, relayed(request), request.context);
  }

  @Post('invoke')
  @HttpCode(200)
  invoke(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.whole('invoke', id, relayed(request), request.context);
  }

  @Post('invoke-with-response-stream')
  @HttpCode(200)
  invokeStream(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.stream('invoke-with-response-stream', id, relayed(request), request.context);
  }

  @Post('count-tokens')
  @HttpCode(200)
  countTokens(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.whole('count-tokens', id, relayed(request), request.context);
  }
}

/** Bodies of these paths are not parsed (`json-body.guard.ts`). */
function relayed({ body, headers }: GatewayRequest): BedrockApiRequest {
  if (!Buffer.isBuffer(body))
    throw unsupportedMediaType('Send the body as it is, with content-type: application/json.');
  return { body, headers: pickBedrockHeaders(headers) };
}
