import { GatewayError } from '../../errors/errors.ts';
import { innermostMessage } from './message-layers.ts';

/**
 * Messages that reject beta flags: Bedrock's (BerriAI/litellm#19875, 2026-01; anthropics/claude-code#49370, 2026-04),
 * and Anthropic's, which repeats the flags (anthropics/claude-code#53855, 2026-04). The patterns match the whole
 * message. Beta flags are the only text of the client that a matching message can contain.
 */
const REJECTION_PATTERNS: readonly RegExp[] = [
  /^invalid beta flag\.?$/,
  /^Unexpected value\(s\) `[\w.-]+`(?:, `[\w.-]+`)* for the `anthropic-beta` header\. Please consult our documentation at docs\.(?:anthropic|claude)\.com or try again without the header\.$/,
];

/** Returns true if `error` is a rejection of the request's beta flags. */
export function isBetaRejection(error: unknown): boolean {
  if (!(error instanceof GatewayError) || error.status !== 400 || error.exception === undefined) return false;
  const inner = innermostMessage(error.message);
  return inner !== undefined && REJECTION_PATTERNS.some((pattern) => pattern.test(inner));
}
