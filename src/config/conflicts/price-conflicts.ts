import type { ContractConfig } from '../sections/prices-config.ts';
import type { GatewayConfig } from '../gateway-config.ts';
import type { Problem } from '../settings/config-error.ts';
import { periodOfDays, isDay } from '../settings/date-time.ts';

/** Returns the problems of contract prices that the validators of single settings cannot detect. */
export function priceConflicts({ bedrock, prices }: GatewayConfig): Problem[] {
  const accounts = bedrock.accounts.map(({ name }) => name);
  const contracts = prices.contract.filter(isReadable);
  return prices.contract.flatMap((contract, index) => {
    const path = `prices.contract[${index}]`;
    if (!isReadable(contract)) return [];
    const { account, models, from, to } = contract;
    const problems: Problem[] = [];
    if (account !== undefined && !accounts.includes(account)) {
      problems.push({ path: `${path}.account`, message: `must be one of bedrock.accounts: ${accounts.join(', ')}` });
    }
    if (models.length === 0) problems.push({ path: `${path}.models`, message: 'must contain at least one model' });
    const period = periodOfDays(from, to);
    if (period.from >= period.until) problems.push({ path: `${path}.to`, message: `must not be before from, ${from}` });
    const other = contracts.slice(0, contracts.indexOf(contract)).find((earlier) => bothApply(earlier, contract));
    if (other !== undefined) {
      const message = `must not overlap with prices.contract[${prices.contract.indexOf(other)}] in account, models and days`;
      problems.push({ path, message });
    }
    return problems;
  });
}

/** Returns true if the validators of single settings have no objection, which report other values. */
function isReadable({ models, from, to }: ContractConfig): boolean {
  const hasDays = [from, to].every((value) => value === undefined || isDay(value));
  return hasDays && Array.isArray(models) && models.every((model) => typeof model === 'string');
}

function bothApply(one: ContractConfig, other: ContractConfig): boolean {
  const [a, b] = [periodOfDays(one.from, one.to), periodOfDays(other.from, other.to)];
  const sameAccount = one.account === undefined || other.account === undefined || one.account === other.account;
  const sameDays = a.from < b.until && b.from < a.until;
  return sameAccount && sameDays && one.models.some((model) => other.models.some((match) => canOverlap(model, match)));
}

/** Returns true if a model can match both patterns, of which each can end with `*`. */
function canOverlap(one: string, other: string): boolean {
  const [a, b] = [one.replace(/\*$/, ''), other.replace(/\*$/, '')];
  if (one.endsWith('*') && other.endsWith('*')) return a.startsWith(b) || b.startsWith(a);
  if (one.endsWith('*')) return b.startsWith(a);
  return other.endsWith('*') ? a.startsWith(b) : a === b;
}
