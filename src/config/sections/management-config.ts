import { text, needsRestart, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class ManagementConfig {
  @OptionalSetting(
    'Port for probes and Prometheus only, over plain HTTP. /metrics needs no API key there. 0 selects any free port. Default: both are on server.port.',
    needsRestart(wholeNumber({ min: 0, max: 65_535 })),
  )
  port?: number;

  @Setting('Address on which the management port listens.', needsRestart(text('an address or host name')))
  host = '0.0.0.0';
}
