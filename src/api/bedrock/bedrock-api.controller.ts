import { Controller, HttpCode, Param, Post, Req, UseInterceptors } from '@nestjs/common';
import { unsupportedMediaType } from '../../http/body/body-errors.ts';
import type { GatewayRequest } from '../../http/context/http-request-context.ts';
import { RetryInterceptor } from '../../http/retry/retry.interceptor.ts';
import type { BedrockApiRequest } from '../../translation/bedrock-api/bedrock-api-request.ts';
import { pickBedrockHeaders } from '../../inference/invoke/bedrock-headers.ts';
import { BedrockApiService } from '../../inference/invoke/bedrock-api.service.ts';

/** Bedrock Runtime's own API, for clients with a custom endpoint URL (AWS SDKs, Claude Code). */
@Controller('model/:id')
@UseInterceptors(RetryInterceptor)
export class BedrockApiController {
  constructor(private readonly relay: BedrockApiService) {}

  @Post('converse')
  @HttpCode(200)
  converse(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.whole('converse', id, bedrockApiRequest(request), request.context);
  }

  @Post('converse-stream')
  @HttpCode(200)
  converseStream(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.stream('converse-stream', id, bedrockApiRequest(request), request.context);
  }

  @Post('invoke')
  @HttpCode(200)
  invoke(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.whole('invoke', id, bedrockApiRequest(request), request.context);
  }

  @Post('invoke-with-response-stream')
  @HttpCode(200)
  invokeStream(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.stream('invoke-with-response-stream', id, bedrockApiRequest(request), request.context);
  }

  @Post('count-tokens')
  @HttpCode(200)
  countTokens(@Req() request: GatewayRequest, @Param('id') id: string) {
    return this.relay.whole('count-tokens', id, bedrockApiRequest(request), request.context);
  }
}

/** Returns the raw body, which is not parsed for these paths (`json-body.guard.ts`), with Bedrock's headers. */
function bedrockApiRequest({ body, headers }: GatewayRequest): BedrockApiRequest {
  if (!Buffer.isBuffer(body))
    throw unsupportedMediaType(
      'The request body was not received as bytes. Send it with content-type: application/json.',
    );
  return { body, headers: pickBedrockHeaders(headers) };
}
