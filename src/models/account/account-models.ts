import type { Account, ListedModel } from './account.ts';
import { publicNameOf } from '../names/derived-name.ts';
import { ALL_MODELS } from '../table/model-table.ts';
import type { Lifecycle, Model } from '../types/model.ts';
import { assumedOutput, familyRulesOf } from '../rules/unlisted-models.ts';

/**
 * Every model there is: the table, with the dates that AWS gives, then what the account has beyond it. Models of
 * vendors we know nothing of are left out; they answer by their ids.
 */
export function modelsWithAccount(account: Account | undefined): readonly Model[] {
  if (account === undefined) return ALL_MODELS;
  const { models, asOf } = account;
  const known = ALL_MODELS.map((card) => {
    const listed = models.get(card.id);
    return listed === undefined ? card : { ...card, lifecycle: lifecycleOf(card.lifecycle, listed, asOf) };
  });
  const ids = new Set(known.map(({ id }) => id));
  const taken = new Set(known.flatMap(({ name, id, aliases }) => [name, id, ...aliases]));
  const found: Model[] = [];
  for (const id of [...models.keys()].toSorted()) {
    const card = ids.has(id) ? undefined : newCard(id, account, taken);
    if (card === undefined) continue;
    found.push(card);
    taken.add(card.name);
  }
  return [...known, ...found];
}

/** A model that nobody has described yet, by the rules of its family; what it costs is not known. */
function newCard(id: string, account: Account, taken: ReadonlySet<string>): Model | undefined {
  const listed = account.models.get(id);
  const reach = account.reaches.get(id);
  const rules = familyRulesOf(id);
  if (listed === undefined || reach === undefined || rules === undefined || !listed.chats) return undefined;
  // Bought by the hour only (`…:0:24k`): such a model answers by the ARN of what was bought.
  if (reach.prefixes.length === 0 && !reach.onDemand) return undefined;
  return {
    name: publicNameOf(id, taken),
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
 * AWS's dates before the table's. AWS does not always give them: a date of the table that has passed, and that the
 * state AWS gives contradicts, was wrong or is not true of this account (extended access, another partition).
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
