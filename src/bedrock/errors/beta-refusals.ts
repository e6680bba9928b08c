import { GatewayError } from '../../errors/errors.ts';
import { innermostMessage } from './message-layers.ts';

/**
 * Wordings of refused beta flags: that of Bedrock (BerriAI/litellm#19875, 2026-01; anthropics/claude-code#49370, 2026-04),
 * and that of Anthropic, which repeats the flags (anthropics/claude-code#53855, 2026-04). They cover the whole message, and
 * accept no text that a client chooses apart from flags.
 */
const REFUSALS: readonly RegExp[] = [
  /^invalid beta flag\.?$/,
  /^Unexpected value\(s\) `[\w.-]+`(?:, `[\w.-]+`)* for the `anthropic-beta` header\. Please consult our documentation at docs\.(?:anthropic|claude)\.com or try again without the header\.$/,
];

/** Returns true for a refusal of the beta flags of a request. */
export function isBetaRefusal(error: unknown): boolean {
  if (!(error instanceof GatewayError) || error.status !== 400 || error.exception === undefined) return false;
  const inner = innermostMessage(error.message);
  return inner !== undefined && REFUSALS.some((pattern) => pattern.test(inner));
}
