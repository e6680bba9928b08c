import { flag } from '../settings/kinds.ts';
import { Setting } from '../settings/setting.ts';

export class DeprecatedNamesConfig {
  @Setting(
    'Emits former names of metrics, log fields, log events and values of x-outcrop-adjusted beside the present ones.',
    flag(),
  )
  emit = true;
}
