import type { Model } from '../types/model.ts';

/**
 * Regions that reject `display`. "GovCloud rejects `thinking.display`" (Anthropic's migration guide and the pi-ai
 * catalog, 2026-11-10).
 */
const WITHOUT_DISPLAY = ['us-gov-'];

/** Returns the model with the restrictions of a region; the same model if there are none. */
export function modelInRegion(region: string | undefined, card: Model): Model {
  const { thinking } = card.rules;
  if (thinking === null || !WITHOUT_DISPLAY.some((start) => region?.startsWith(start))) return card;
  return { ...card, rules: { ...card.rules, thinking: { ...thinking, displayRejected: true } } };
}
