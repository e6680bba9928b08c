import type { Model } from '../types/model.ts';

/** "GovCloud rejects `thinking.display`" (Anthropic's migration guide and the pi-ai catalogue, 2026-11-10). */
const WITHOUT_DISPLAY = ['us-gov-'];

/** The card with what a region takes away from its model; the same card where that is nothing. */
export function modelInRegion(region: string | undefined, card: Model): Model {
  const { thinking } = card.rules;
  if (thinking === null || !WITHOUT_DISPLAY.some((start) => region?.startsWith(start))) return card;
  return { ...card, rules: { ...card.rules, thinking: { ...thinking, displayRefused: true } } };
}
