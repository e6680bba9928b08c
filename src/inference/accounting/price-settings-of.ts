import type { ContractConfig, PricesConfig } from '../../config/gateway-config.ts';
import { periodOfDays } from '../../config/settings/date-time.ts';
import type { ContractPrice, PriceSettings } from '../../usage/prices/price-settings.ts';

/** Returns the settings in the form of the price book. Numbers become the decimal text that the operator wrote. */
export function priceSettingsOf({ unknown, contract }: PricesConfig): PriceSettings {
  return {
    unknown: { input: String(unknown.input), output: String(unknown.output) },
    contracts: contract.map(contractOf),
  };
}

function contractOf({ account, models, factor, from, to }: ContractConfig): ContractPrice {
  return { account, models, factor: String(factor), ...periodOfDays(from, to) };
}
