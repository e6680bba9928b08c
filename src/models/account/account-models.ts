import type { Account, ListedModel } from './account.ts';
import { publicNameOf } from '../names/derived-name.ts';
import { ALL_MODELS } from '../table/model-table.ts';
import type { Lifecycle, Model } from '../types/model.ts';
import { assumedOutput, familyRulesOf } from '../rules/unlisted-models.ts';

/**
 * Returns all models: those of the table, with AWS's lifecycle dates, and those that only the account has. Models of
 * unknown vendors are excluded; clients can call them by their ids.
 */
export function modelsWithAccount(account: Account | undefined): readonly Model[] {
  if (account === undefined) return ALL_MODELS;
  const { models, asOf } = account;
  const known = ALL_MODELS.map((card) => {
    const listed = models.get(card.id);
    return listed === undefined ? card : { ...card, lifecycle: lifecycleOf(card.lifecycle, listed, asOf) };
  });
  const ids = new Set(known.map(({ id }) => id));
  const usedNames = new Set(known.flatMap(({ name, id, aliases }) => [name, id, ...aliases]));
  const found: Model[] = [];
  for (const id of [...models.keys()].toSorted()) {
    const card = ids.has(id) ? undefined : newCard(id, account, usedNames);
    if (card === undefined) continue;
    found.push(card);
    usedNames.add(card.name);
  }
  return [...known, ...found];
}

/**
 * Returns a model that the table lacks, with the rules of its family and without a price; undefined if no rules apply.
 */
function newCard(id: string, account: Account, usedNames: ReadonlySet<string>): Model | undefined {
  const listed = account.models.get(id);
  const reach = account.reaches.get(id);
  const rules = familyRulesOf(id);
  if (listed === undefined || reach === undefined || rules === undefined || !listed.chats) return undefined;
  // The model is sold by the hour only (`…:0:24k`). Clients call it by the ARN of the purchased capacity.
  if (reach.prefixes.length === 0 && !reach.onDemand) return undefined;
  return {
    name: publicNameOf(id, usedNames),
    displayName: listed.displayName,
    provider: id.slice(0, id.indexOf('.')),
    id,
    aliases: [],
    ...reach,
    rules: { ...rules, vision: listed.images },
    ...assumedOutput(id),
    lifecycle: lifecycleOf({}, listed, account.asOf),
  };
}

/**
 * Combines the dates of AWS and of the table. AWS's dates take precedence, but can be missing. A past date of the table
 * that contradicts AWS's status is dropped: it was wrong, or does not apply to this account (extended access, another
 * partition).
 */
function lifecycleOf(known: Lifecycle, { status, lifecycle }: ListedModel, asOf: string): Lifecycle {
  const { legacy, endOfLife } = known;
  const isOver = endOfLife !== undefined && endOfLife < asOf;
  const wasLegacy = legacy !== undefined && legacy <= asOf;
  const legacyByStatus = wasLegacy === (status === 'legacy') ? legacy : status === 'legacy' ? asOf : undefined;
  return {
    launched: known.launched ?? lifecycle.launched,
    legacy: lifecycle.legacy ?? legacyByStatus,
    endOfLife: lifecycle.endOfLife ?? (isOver ? undefined : endOfLife),
    ...(known.endNotBefore !== undefined && { endNotBefore: known.endNotBefore }),
  };
}
