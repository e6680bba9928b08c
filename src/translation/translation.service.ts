import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { GatewayConfig } from '../config/gateway-config.ts';
import type { Route } from '../models/model.ts';
import type { Dialect, DialectRequest, Reply, Translation } from './dialect.ts';
import type { Concessions } from './structured/expectation.ts';

/** Gives the pure translators what they may not fetch themselves: rules, defaults, ids and time. */
@Injectable()
export class TranslationService {
  private readonly defaultMaxTokens: number;

  constructor(config: GatewayConfig) {
    this.defaultMaxTokens = config.models.defaultMaxTokens;
  }

  /** Throws GatewayError 400 with `param` for what the model cannot be told. */
  prepare<Request extends DialectRequest, Answer>(
    dialect: Dialect<Request, Answer>,
    request: Request,
    route: Route,
    concessions: Concessions = {},
  ): Translation {
    return dialect.toConverse(request, {
      model: route.model,
      thinkingByName: route.thinkingByName,
      defaultMaxTokens: this.defaultMaxTokens,
      concessions,
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
