import {
  dateTime,
  flag,
  listOf,
  oneOf,
  section,
  text,
  textMatching,
  wholeNumber,
} from '../../config/settings/kinds.ts';
import { OptionalSetting, Setting } from '../../config/settings/setting.ts';
import { objectId, objectName, shortText } from './shared-documents.ts';

/** USD as decimal text, at most nine digits after the point. */
const amountUsd = textMatching(/^\d{1,10}(\.\d{1,9})?$/, 'an amount in USD such as "200000" or "0.5"');

/** What a budget applies to: exactly one of the fields. */
export class BudgetScopeDocument {
  @OptionalSetting('Name of a team: a pool of all its requests.', objectName)
  team?: string;

  @OptionalSetting('Name of a team: a separate amount for each of its members.', objectName)
  eachMemberOf?: string;

  @OptionalSetting('Name of an application.', objectName)
  application?: string;

  @OptionalSetting('Name of a key.', objectName)
  key?: string;

  @OptionalSetting('Id of a principal.', objectId)
  principal?: string;

  @OptionalSetting('Each key, or each person, that no other budget names.', oneOf('keys', 'people'))
  default?: 'keys' | 'people';
}

/** What happens when a share of the amount is spent. */
export class BudgetThresholdDocument {
  @Setting('Percent of the amount.', wholeNumber({ min: 1, max: 1000 }))
  percent: number;

  @Setting('notify: an event and a metric; block: further requests are rejected.', oneOf('notify', 'block'))
  do: 'notify' | 'block';
}

/** An amount of money for each period. */
export class BudgetDocument {
  @OptionalSetting('Id. Default: chosen by the gateway.', objectId)
  id?: string;

  @Setting('Unique name.', objectName)
  name: string;

  @Setting('What the budget applies to.', section(BudgetScopeDocument))
  scope: BudgetScopeDocument = new BudgetScopeDocument();

  @Setting('Amount of each period in USD.', amountUsd)
  amountUsd: string;

  @Setting('Period. Weeks begin on Monday.', oneOf('day', 'week', 'month', 'quarter'))
  period: 'day' | 'week' | 'month' | 'quarter';

  @Setting('Time zone of the period, as in the IANA database.', text('a time zone such as Europe/Berlin'))
  timeZone = 'UTC';

  @OptionalSetting('Thresholds. Default: requests are rejected at 100 percent.', listOf(BudgetThresholdDocument))
  at?: BudgetThresholdDocument[];

  @OptionalSetting('Reserves the worst case of each request, so that the amount is never exceeded.', flag())
  strict?: boolean;
}

/** A raise of a budget until an end. */
export class OverrideDocument {
  @OptionalSetting('Id. Default: chosen by the gateway.', objectId)
  id?: string;

  @Setting('Name of the budget.', objectName)
  budget: string;

  @Setting('Amount that replaces the amount of the budget, in USD.', amountUsd)
  amountUsd: string;

  @Setting('Day (until its end, UTC) or time at which the override ends.', dateTime())
  until: string;

  @Setting('Reason.', shortText)
  reason: string;
}
