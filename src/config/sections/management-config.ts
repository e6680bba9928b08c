import { text, needsRestart, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class ManagementConfig {
  @OptionalSetting(
    'Port for probes and Prometheus alone, over plain HTTP; /metrics wants no API key there. 0 takes any free port; ' +
      'without it, both are asked on server.port.',
    needsRestart(wholeNumber({ min: 0, max: 65_535 })),
  )
  port?: number;

  @Setting('Address that the management port listens on.', needsRestart(text('an address or host name')))
  host = '0.0.0.0';
}
