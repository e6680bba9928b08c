import { maskSecrets } from '../../config/mask-secrets.ts';

/** Longest text of a client that is kept as the name of a model. */
const MAX_MODEL_TEXT = 128;

/** Returns the name of a model in a request. Clients also put other text there, such as keys. */
export function nameInRequest(text: unknown): string | undefined {
  return typeof text === 'string' && text !== '' ? maskSecrets(text.slice(0, MAX_MODEL_TEXT)) : undefined;
}
