import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { periodOfDays } from '../../config/settings/date-time.ts';
import { geographyOf } from '../../models/names/geography.ts';
import { ALL_MODELS } from '../../models/table/model-table.ts';
import type { BillingFacts } from '../billing-facts.ts';
import { formatUsd } from '../money.ts';
import { ZERO_USAGE, type Usage } from '../usage.ts';
import { FREE_PRICE } from '../price-list/list-price.ts';
import { type BilledCall, PriceBook, type PriceSource } from './price-book.ts';
import type { PriceSettings } from './price-settings.ts';

const FOLDER = join(import.meta.dirname, '../../../test/fixtures/invoices');
const BY_DEFAULT: PriceSettings = { unknown: { input: '5', output: '25' }, contracts: [] };

interface Contract {
  account?: string;
  models: string[];
  factor: string;
  from?: string;
  to?: string;
}

interface Invoice {
  name: string;
  model: string;
  profile?: string;
  region: string;
  account?: string;
  at?: string;
  usage: Partial<Usage>;
  facts?: BillingFacts;
  settings?: { unknown?: PriceSettings['unknown']; contracts?: Contract[] };
  expected: { list: string; contract?: string; source: PriceSource };
}

const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

function settingsOf({ settings }: Invoice): PriceSettings {
  return {
    unknown: settings?.unknown ?? BY_DEFAULT.unknown,
    contracts: (settings?.contracts ?? []).map(({ account, models, factor, from, to }) => ({
      account,
      models,
      factor,
      ...periodOfDays(from, to),
    })),
  };
}

function callOf({ model: id, profile, region, account, at, usage, facts }: Invoice): BilledCall {
  const known = ALL_MODELS.find((model) => model.id === id);
  const price = id === 'free' ? FREE_PRICE : known?.price;
  const model = { id, name: known?.name ?? id, price };
  return { model, profile, region, account, facts, usage: { ...ZERO_USAGE, ...usage }, at: Date.parse(at ?? '') || 0 };
}

describe.each(FILES)('the golden invoices of %s', (file) => {
  const invoices = parse(readFileSync(join(FOLDER, file), 'utf8')) as Invoice[];

  it.each(invoices.map((invoice) => [invoice.name, invoice] as const))('%s', (_name, invoice) => {
    const line = new PriceBook(settingsOf(invoice), geographyOf).line(callOf(invoice));
    const { list, contract = list, source } = invoice.expected;
    expect(formatUsd(line.listCostNano)).toBe(list);
    expect(formatUsd(line.contractCostNano)).toBe(contract);
    expect(line.priceSource).toBe(source);
  });
});
