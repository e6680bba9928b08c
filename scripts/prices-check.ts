/*
 * `npm run prices:check -- FILE…`: compares the price list with bulk files of AWS's price list, and prints the differences
 * as a table and as JSON. The exit code is 1 if there are differences, and 2 if a file cannot be read. Download the files
 * from a machine that reaches AWS, one for each offer:
 * https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrockFoundationModels/current/index.json
 * https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrock/current/index.json
 */
import { readFileSync } from 'node:fs';
import { compareGuardrails, comparePrices, type PriceDifference } from './price-list/compare-prices.ts';
import { readOfferFile, type OfferFile } from './price-list/offer-file.ts';

const COLUMNS = ['difference', 'model', 'region', 'unit', 'here', 'there'] as const;

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('Usage: npm run prices:check -- FILE…, with bulk files of AWS’s price list.');
  process.exit(2);
}
const offers = files.map(read);
const differences = [
  ...comparePrices(offers.flatMap(({ prices }) => prices)),
  ...compareGuardrails(offers.flatMap(({ guardrails }) => guardrails)),
];
for (const { offer, published, prices, guardrails, skipped } of offers) {
  const compared = prices.length + guardrails.length;
  console.log(`${offer}, published ${published}: ${compared} prices compared, ${skipped} products skipped`);
}
console.log(differences.length === 0 ? 'No differences.' : table(differences));
console.log(JSON.stringify(differences, undefined, 2));
process.exit(differences.length === 0 ? 0 : 1);

function read(path: string): OfferFile {
  try {
    return readOfferFile(readFileSync(path, 'utf8'));
  } catch (error) {
    console.error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
}

function table(rows: readonly PriceDifference[]): string {
  const lines = [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column]))];
  const widths = COLUMNS.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
