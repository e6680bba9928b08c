import { Module } from '@nestjs/common';

import { PUBLIC_INTERNET, NETWORK_POLICY } from './network-policy.ts';
import { RemoteMediaService } from './remote-media.service.ts';

/** Provides the download of media. `GatewayConfig` comes from the global config module. */
@Module({
  providers: [RemoteMediaService, { provide: NETWORK_POLICY, useValue: PUBLIC_INTERNET }],
  exports: [RemoteMediaService],
})
export class MediaModule {}
