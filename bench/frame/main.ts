/**
 * The frame: the libraries of the gateway with minimal code. It has Nest on Express, two guards, a pipe, an
 * interceptor, a log line of pino, two metrics of prom-client, and a call over undici. Keys, limits, validation and
 * retries are stubs.
 *
 * The cost of the gateway above the frame is the gateway's own work. The cost of the frame above the floor is that of
 * the libraries. Plain requests only.
 */
import 'reflect-metadata';
import { hash } from 'node:crypto';
import {
  Body,
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  HttpCode,
  Injectable,
  Module,
  type NestInterceptor,
  type PipeTransform,
  Post,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { destination, pino } from 'pino';
import { Counter, Histogram } from 'prom-client';
import { catchError, type Observable, throwError } from 'rxjs';
import { tuneV8 } from '../../src/bootstrap/tune-v8.ts';
import { BedrockCall, type ChatAnswer, type ChatRequest } from './bedrock-call.ts';

const KEY_HASH = process.env.FRAME_KEY_HASH;

@Injectable()
class KeyGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const { authorization = '' } = execution.switchToHttp().getRequest<Request>().headers;
    return hash('sha256', authorization.slice('Bearer '.length)) === KEY_HASH;
  }
}

@Injectable()
class LimitGuard implements CanActivate {
  private readonly hits = new Map<string, number>();

  canActivate(execution: ExecutionContext): boolean {
    const { authorization = '' } = execution.switchToHttp().getRequest<Request>().headers;
    const hits = (this.hits.get(authorization) ?? 0) + 1;
    this.hits.set(authorization, hits);
    return hits < 1e9;
  }
}

@Injectable()
class EnvelopePipe implements PipeTransform<ChatRequest> {
  transform(body: ChatRequest): ChatRequest {
    if (typeof body.model !== 'string' || !Array.isArray(body.messages)) throw new TypeError('no chat request');
    return body;
  }
}

@Injectable()
class RetryInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((error: unknown) => throwError(() => error)));
  }
}

@Controller()
class FrameController {
  constructor(private readonly bedrock: BedrockCall) {}

  @Post('v1/chat/completions')
  @HttpCode(200)
  @UseGuards(KeyGuard, LimitGuard)
  @UseInterceptors(RetryInterceptor)
  chat(@Body(EnvelopePipe) body: ChatRequest): Promise<ChatAnswer> {
    return this.bedrock.converse(body);
  }

  @Get('health/ready')
  ready(): object {
    return { status: 'ok' };
  }
}

@Module({ controllers: [FrameController], providers: [BedrockCall, KeyGuard, LimitGuard, EnvelopePipe] })
class FrameModule {}

const log = pino({ base: null }, destination({ dest: 1, sync: false, minLength: 12 * 1024 }));
const requests = new Counter({ name: 'requests', help: 'requests', labelNames: ['route', 'status'] });
const seconds = new Histogram({ name: 'seconds', help: 'seconds', labelNames: ['route', 'status'] });

function record(request: Request, response: Response, next: NextFunction): void {
  const startedAt = performance.now();
  response.once('close', () => {
    const durationMs = performance.now() - startedAt;
    const labels = { route: request.path, status: response.statusCode };
    log.info({ method: request.method, path: request.path, status: response.statusCode, durationMs }, 'request');
    requests.inc(labels);
    seconds.observe(labels, durationMs / 1000);
  });
  next();
}

const app = await NestFactory.create<NestExpressApplication>(FrameModule, { logger: false });
app.disable('etag');
app.disable('x-powered-by');
app.set('query parser', 'simple');
app.useBodyParser('json', { limit: '32mb' });
app.use(record);
await app.listen(Number(process.env.PORT), '127.0.0.1');
tuneV8();
process.once('SIGTERM', () => process.exit(0));
