import type { ExplainedRequest } from '../../../ledger/requests/request-explanation.ts';
import type { RequestError } from '../../../ledger/requests/request-error.ts';
import type { ExplainedLine } from '../../../ledger/requests/request-lines.ts';
import type { FailedCall } from '../../../ledger/requests/failed-calls.ts';
import type { NamedId } from '../../../ledger/requests/request-names.ts';
import type { TimelineParts, TimelineStep } from '../../../ledger/requests/request-timeline.ts';
import { visibleText } from '../printed-text.ts';

const LABEL_WIDTH = 10;

const OUTCOMES: Readonly<Record<string, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  refused: 'was refused by the gateway, before it reached a model',
  canceled: 'was canceled by the client',
  lost: 'was lost: the process ended before its cost was known',
};

const EVENTS: Readonly<Record<TimelineStep['event'], string>> = {
  arrived: 'arrival',
  first_call: 'first call of Bedrock',
  first_event: 'first event of Bedrock',
  last_call_ended: 'end of the last call',
  ended: 'end of the response',
};

const PART_TEXTS: Readonly<Record<keyof TimelineParts, string>> = {
  uploadMs: 'upload of the body',
  queueMs: 'wait for a slot of the gateway',
  quotaMs: 'wait for a quota of Bedrock',
  translationMs: 'check and translation by the gateway',
  bedrockMs: 'calls of Bedrock',
  retryMs: 'waits before retries',
  finishMs: 'from the last call to the end',
  maxGapMs: 'longest silence of the stream',
  schemaCpuMs: 'CPU time for the schema of the client',
};

/** Returns the explanation of a request as text, with the most important facts first. */
export function requestText(request: ExplainedRequest): string {
  const lines = [...outcomeLines(request), '', ...callerLines(request), ...callLines(request), ...costLines(request)];
  return `${[...lines, ...timeLines(request)].map((line) => visibleText(line)).join('\n')}\n`;
}

function outcomeLines({ count, error, httpStatus, id, isEstimated, status }: ExplainedRequest): string[] {
  const lines = [`Request ${id} ${OUTCOMES[status] ?? status} (HTTP ${error?.status ?? httpStatus}).`];
  if (error !== null) lines.push(...errorLines(error));
  if (count > 1) lines.push(`The row stands for ${count} requests of this key that were refused for the same reason.`);
  if (isEstimated) lines.push('The cost is estimated, because AWS has not reported the tokens of each call.');
  return lines;
}

function errorLines({ code, documentation, meaning, retry, retryAfterSeconds, source }: RequestError): string[] {
  const origin = source === null ? '' : `, source ${source}`;
  return [`Why: ${meaning} (${code}${origin})`, retryLine(retry, retryAfterSeconds), `Read on: ${documentation}`];
}

function retryLine(retry: RequestError['retry'], seconds: number | undefined): string {
  switch (retry) {
    case 'client':
      return `The client may send the same request again${seconds === undefined ? '' : ` after ${seconds} s`}.`;
    case 'gateway':
      return 'The gateway has repeated the request as far as its settings allow. The client may send it again.';
    case 'no':
      return 'The same request would fail again: change it, or the rule behind it.';
    case null:
      return 'The gateway sends no answer for this failure.';
    default:
      return retry satisfies never;
  }
}

function callerLines(request: ExplainedRequest): string[] {
  const { application, costCenter, endpoint, key, method, principal, requestId, team, traceId } = request;
  const owners = [
    key && `key ${nameWithId(key)}`,
    principal && `principal ${principal.id}`,
    team && `team ${nameWithId(team)}`,
    application && `application ${nameWithId(application)}`,
    costCenter && `cost center ${costCenter}`,
  ].filter((part) => typeof part === 'string');
  const call = [`${method} ${endpoint}`, request.isStream && 'streamed', `x-request-id ${requestId}`];
  if (traceId !== null) call.push(`trace ${traceId}`);
  if (request.hasClientDisconnected) call.push('the client disconnected before the end');
  return [labeled('Caller', owners.join(', ') || 'unknown'), labeled('Request', call.filter(Boolean).join(', '))];
}

function callLines({ adjustments, cache, model, quota, targets }: ExplainedRequest): string[] {
  const lines = [labeled('Model', `${model.asked ?? 'none'} → ${model.answering ?? 'none'}. ${model.explanation}`)];
  if (model.state !== undefined) lines.push(labeled('', `The catalog of the company has it as ${model.state}.`));
  if (targets.calls > 0)
    lines.push(labeled('Target', `${targets.answering ?? 'none answered'}, ${callsText(targets)}`));
  for (const { errorCode, name } of targets.failed) lines.push(labeled('', `before it, ${name} failed: ${errorCode}`));
  if (targets.continued.length > 0) lines.push(labeled('', `continued after ${failuresText(targets.continued)}`));
  for (const { errorCode, waitedMs } of targets.retried) {
    lines.push(labeled('Retry', `after ${errorCode}, with a wait of ${waitedMs} ms`));
  }
  if (targets.upstreamRequestId !== null) lines.push(labeled('AWS id', targets.upstreamRequestId));
  if (quota !== null) {
    const waited = quota.waitedMs > 0 ? `, waited ${quota.waitedMs} ms` : '';
    lines.push(labeled('Quota', `${quota.exhausted} was exhausted for ${quota.demandTokens} tokens${waited}`));
  }
  if (adjustments.length > 0) lines.push(labeled('Adjusted', adjustments.join(', ')));
  if (cache !== null) lines.push(labeled('Cache', `${cache.result}, saved ${cache.savedUsd} USD`));
  return lines;
}

function costLines({ cost, hasMoreLines, lines, tokens }: ExplainedRequest): string[] {
  const { cacheRead, cacheWrite, input, output } = tokens;
  const list = cost.listUsd === cost.contractUsd ? '' : `, at list prices ${cost.listUsd} USD`;
  return [
    labeled('Tokens', `${input} input, ${output} output, ${cacheRead} cache read, ${cacheWrite} cache write`),
    labeled('Cost', `${cost.contractUsd} USD${list}`),
    ...lines.flatMap((line, index) => lineText(line, index + 1)),
    ...(hasMoreLines ? [labeled('', 'The row has further calls, which are not shown.')] : []),
  ];
}

function lineText(line: ExplainedLine, number: number): string[] {
  const place = [line.region, line.profile && `profile ${line.profile}`, line.account && `account ${line.account}`];
  const origin = `${line.priceSource} price${line.isEstimated ? ', estimated tokens' : ''}`;
  return [
    labeled('', `${number}. ${line.model}, ${place.filter(Boolean).join(', ')}, tier ${line.tier}, ${origin}`),
    ...line.units.map(({ contractUnitPriceUsd, costUsd, count, kind, unitPriceUsd }) =>
      labeled('', `   ${kind}: ${count} × ${contractUnitPriceUsd ?? unitPriceUsd} = ${costUsd} USD`),
    ),
  ];
}

function timeLines({ at, durationMs, timeline }: ExplainedRequest): string[] {
  const parts = Object.entries(timeline.parts) as [keyof TimelineParts, number][];
  return [
    labeled('Time', `${at}, ${durationMs} ms`),
    ...timeline.steps.map(({ atMs, event }) => labeled('', `${`${atMs} ms`.padStart(12)}  ${EVENTS[event]}`)),
    ...parts.map(([name, ms]) => labeled('', `${`${ms} ms`.padStart(12)}  in all: ${PART_TEXTS[name] ?? name}`)),
  ];
}

function callsText({ calls, retries }: ExplainedRequest['targets']): string {
  const count = `${calls} ${calls === 1 ? 'call' : 'calls'} of Bedrock`;
  return retries === 0 ? count : `${count}, ${retries} ${retries === 1 ? 'retry' : 'retries'}`;
}

function failuresText(failures: readonly FailedCall[]): string {
  return failures.map(({ errorCode, name }) => `${name} (${errorCode})`).join(', ');
}

function nameWithId({ id, name }: NamedId): string {
  return name === undefined ? id : `${name} (${id})`;
}

function labeled(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}
