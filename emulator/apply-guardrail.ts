import type { BillBook } from './billing/bill.ts';
import type { Exchange } from './http/exchange.ts';
import { awsValidationException } from './rules/shape-messages.ts';
import { issuesOf, list, oneOf, record, text, union } from './rules/shape.ts';
import type { Shape } from './rules/shape.ts';
import { AwsException } from './aws-exception.ts';

/** Shape of an ApplyGuardrail body (AWS API reference). */
const APPLY: Shape = record({
  'source!': oneOf('INPUT', 'OUTPUT'),
  'content!': list(
    union({
      text: record({ 'text!': text(), qualifiers: list(oneOf('grounding_source', 'query', 'guard_content')) }),
    }),
    1,
  ),
  outputScope: oneOf('INTERVENTIONS', 'FULL'),
});

export const GUARDRAIL_PATH = /^\/guardrail\/([^/]+)\/version\/([^/]+)\/apply$/;
const VERSION = /^([1-9][0-9]{0,7}|DRAFT)$/;
/** Characters of a text unit (AWS, prices of Bedrock Guardrails). */
const CHARACTERS_PER_UNIT = 1000;
const FILTERS = ['HATE', 'INSULTS', 'SEXUAL', 'VIOLENCE', 'MISCONDUCT', 'PROMPT_ATTACK'];

/** Blocks text that contains `[blocked]` or the name of a filter in brackets, as in `[violence]`. */
export function applyGuardrail(exchange: Exchange, version: string, body: unknown, bill: BillBook): void {
  if (!VERSION.test(version)) throw new AwsException('ValidationException', 'The guardrail version is invalid.');
  const issues = issuesOf(body, APPLY);
  if (issues.length > 0) throw awsValidationException(issues);
  const { content } = body as { content: { text: { text: string } }[] };
  const upperCaseText = content.map(({ text: { text } }) => text.toUpperCase()).join(' ');
  const filters = FILTERS.filter((type) => upperCaseText.includes(`[${type}]`)).map((type) => ({
    type,
    confidence: 'HIGH',
    filterStrength: 'HIGH',
    action: 'BLOCKED',
    detected: true,
  }));
  const isBlocked = filters.length > 0 || upperCaseText.includes('[BLOCKED]');
  const textUnits = Math.max(1, Math.ceil(upperCaseText.length / CHARACTERS_PER_UNIT));
  const usage = {
    contentPolicyUnits: textUnits,
    topicPolicyUnits: 0,
    wordPolicyUnits: textUnits,
    sensitiveInformationPolicyUnits: 0,
  };
  const guardrailId = decodeURIComponent(GUARDRAIL_PATH.exec(exchange.path)?.[1] ?? '');
  const billed = {
    operation: 'apply-guardrail',
    model: undefined,
    modelId: guardrailId,
    tier: 'default',
    latency: 'standard',
  };
  exchange.onClose(() => {
    if (exchange.status === 200)
      bill.add(exchange, { ...billed, units: usage, end: exchange.finished ? 'complete' : 'aborted' });
  });
  exchange.json(200, {
    usage,
    action: isBlocked ? 'GUARDRAIL_INTERVENED' : 'NONE',
    outputs: isBlocked ? [{ text: 'The emulated guardrail blocked this.' }] : [],
    assessments: isBlocked
      ? [
          {
            ...(filters.length > 0 && { contentPolicy: { filters } }),
            ...(upperCaseText.includes('[BLOCKED]') && {
              wordPolicy: { customWords: [{ match: '[blocked]', action: 'BLOCKED', detected: true }] },
            }),
          },
        ]
      : [],
  });
}
