import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import type { Call } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { badRequest } from '../errors.ts';
import { RemoteMediaService } from '../media/remote-media.service.ts';
import type { Route } from '../models/model.ts';
import { cardIn } from '../models/region-rules.ts';
import { lostParameter } from './converse/adjustments.ts';
import type { Dialect, DialectRequest, Reply, Translation } from './dialect.ts';
import type { TranslationPolicy } from './policy.ts';

/** Gives the pure translators what they may not fetch themselves: rules, defaults, ids and time. */
@Injectable()
export class TranslationService {
  private readonly defaultMaxTokens: number;
  private readonly policy: TranslationPolicy;
  private readonly unsupported: GatewayConfig['params']['unsupported'];

  constructor(
    config: GatewayConfig,
    private readonly media: RemoteMediaService,
  ) {
    const { models, caching, guardrail, requestMetadata, passthrough, params } = config;
    this.defaultMaxTokens = models.defaultMaxTokens;
    this.policy = { caching, guardrail, requestMetadata, passthrough };
    this.unsupported = params.unsupported;
  }

  /**
   * Gathers first what the translation needs from outside; a retry finds it gathered.
   * Throws GatewayError 400 with `param` for what the model cannot be told; where the settings reject what is
   * unsupported, for every field of which nothing would come, too.
   */
  async prepare<Request extends DialectRequest, Answer>(
    dialect: Dialect<Request, Answer>,
    request: Request,
    route: Route,
    call: Pick<Call, 'once' | 'signal' | 'caller'>,
  ): Promise<Translation> {
    const references = dialect.mediaReferences?.(request, route.model) ?? [];
    const translation = dialect.toConverse(request, {
      model: cardIn(route.targets[0]?.region, route.model),
      thinkingByName: route.thinkingByName,
      defaultMaxTokens: this.defaultMaxTokens,
      policy: this.policy,
      caller: call.caller?.name,
      ...(references.length > 0 && {
        fetchedMedia: await call.once('media', () => this.media.fetchAll(references, call.signal)),
      }),
    });
    const lost = this.unsupported === 'reject' ? lostParameter(translation.adjusted) : undefined;
    if (lost !== undefined) {
      throw badRequest(`\`${route.model.name}\` cannot be told ${lost}.`, lost, 'unsupported_parameter');
    }
    return translation;
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
