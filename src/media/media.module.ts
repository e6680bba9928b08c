import { Module } from '@nestjs/common';

import { INTERNET, OUTSIDE } from './network-policy.ts';
import { RemoteMediaService } from './remote-media.service.ts';

/** `GatewayConfig` comes from the global config module. */
@Module({
  providers: [RemoteMediaService, { provide: OUTSIDE, useValue: INTERNET }],
  exports: [RemoteMediaService],
})
export class MediaModule {}
