import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import type { Call } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { RemoteMediaService } from '../media/remote-media.service.ts';
import type { Route } from '../models/model.ts';
import type { Dialect, DialectRequest, Reply, Translation } from './dialect.ts';

/** Gives the pure translators what they may not fetch themselves: rules, defaults, ids and time. */
@Injectable()
export class TranslationService {
  private readonly defaultMaxTokens: number;

  constructor(
    config: GatewayConfig,
    private readonly media: RemoteMediaService,
  ) {
    this.defaultMaxTokens = config.models.defaultMaxTokens;
  }

  /**
   * Gathers first what the translation needs from outside; a retry finds it gathered.
   * Throws GatewayError 400 with `param` for what the model cannot be told.
   */
  async prepare<Request extends DialectRequest, Answer>(
    dialect: Dialect<Request, Answer>,
    request: Request,
    route: Route,
    call: Pick<Call, 'once' | 'signal'>,
  ): Promise<Translation> {
    const references = dialect.mediaReferences?.(request, route.model) ?? [];
    return dialect.toConverse(request, {
      model: route.model,
      thinkingByName: route.thinkingByName,
      defaultMaxTokens: this.defaultMaxTokens,
      ...(references.length > 0 && {
        fetchedMedia: await call.once('media', () => this.media.fetchAll(references, call.signal)),
      }),
    });
  }

  /** Identity of one answer, the same in all of its chunks. */
  reply(route: Route): Reply {
    return {
      id: randomUUID().replaceAll('-', ''),
      created: Math.floor(Date.now() / 1_000),
      model: route.model.name,
      thinkingByName: route.thinkingByName,
    };
  }
}
