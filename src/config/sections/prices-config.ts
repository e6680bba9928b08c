import { decimalNumber, calendarDay, listOf, listOfText, oneOf, section, textMatching } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

const nameWithoutSpaces = /^\S+$/;
/** Highest price per million tokens that is no mistake. */
const MAX_PRICE = 10_000;
/** Decimal places of a price: one pico-USD for each token. */
const PRICE_PLACES = 6;
/** A factor above this is a percentage, or another mistake. */
const MAX_FACTOR = 2;
const FACTOR_PLACES = 9;

export class ContractConfig {
  @OptionalSetting(
    'Account in bedrock.accounts. Default: all accounts, including the one of the gateway.',
    textMatching(nameWithoutSpaces, 'a name without spaces'),
  )
  account?: string;

  @Setting(
    'Names or Bedrock ids of the models; `*` at the end matches any rest.',
    listOfText('a list of model names such as [claude-opus-5, amazon.*]'),
  )
  models: string[];

  @Setting(
    'Share of the list price that AWS charges: 0.85 is a discount of 15 percent.',
    decimalNumber({ above: 0, max: MAX_FACTOR, places: FACTOR_PLACES }),
  )
  factor: number;

  @OptionalSetting('First day, in UTC. Default: without a beginning.', calendarDay())
  from?: string;

  @OptionalSetting('Last day, in UTC. Default: without an end.', calendarDay())
  to?: string;
}

export class UnknownPriceConfig {
  @Setting('USD per million tokens of input.', decimalNumber({ above: 0, max: MAX_PRICE, places: PRICE_PLACES }))
  input = 5;

  @Setting('USD per million tokens of output.', decimalNumber({ above: 0, max: MAX_PRICE, places: PRICE_PLACES }))
  output = 25;
}

export class PricesConfig {
  @Setting(
    'Prices agreed with AWS. At most one entry applies to an account, a model and a day.',
    listOf(ContractConfig),
  )
  contract: ContractConfig[] = [];

  @Setting('Estimated prices of models without a known price.', section(UnknownPriceConfig))
  unknown: UnknownPriceConfig = new UnknownPriceConfig();

  @Setting(
    'Requests for models without a known price: estimate, they cost prices.unknown; refuse, callers with a budget are to be rejected. Budgets do not have an effect yet, so refuse does not differ from estimate.',
    oneOf('estimate', 'refuse'),
  )
  onUnknown: 'estimate' | 'refuse' = 'estimate';
}
