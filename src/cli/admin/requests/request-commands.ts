import type { ExplainedRequest } from '../../../ledger/requests/request-explanation.ts';
import type { RequestSummary } from '../../../ledger/requests/request-summary.ts';
import { type AdminCall, type AdminCommands, positionalArguments, textOption, UsageError } from '../admin-command.ts';
import { printObject, printTable, visibleText } from '../printed-text.ts';
import { requestText } from './request-text.ts';

const LISTED_REQUESTS = 50;
const MAX_REQUESTS = 100_000;
const REQUEST_PAGE_SIZE = 1_000;
/** Pages of one command. A page may be a day without a match. */
const MAX_REQUEST_PAGES = 500;
const LEDGER_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Options of the search, and the parameters of the API. */
const SEARCH_OPTIONS = {
  day: ['day', 'DAY', 'only this day (UTC), such as 2026-11-30'],
  from: ['from', 'TIME', 'first time: a day, or a time such as 2026-11-30T09:00:00Z'],
  to: ['to', 'TIME', 'only requests before this time'],
  key: ['key', 'KEY', 'only requests of the key, by name or id'],
  team: ['team', 'TEAM', 'only requests of the team'],
  code: ['code', 'CODE', 'only requests with the error code'],
  status: ['status', 'STATUS', 'succeeded, failed, refused, canceled or lost'],
  'request-id': ['requestId', 'ID', 'only requests with this x-request-id'],
} as const;

export const requestCommands: AdminCommands = {
  'requests list': {
    parameters: '',
    summary: 'lists requests of the ledger, the newest first',
    options: {
      ...Object.fromEntries(
        Object.entries(SEARCH_OPTIONS).map(([name, [, value, help]]) => [
          name,
          { type: 'string' as const, value, help },
        ]),
      ),
      limit: { type: 'string', value: 'N', help: `most requests to list; default: ${LISTED_REQUESTS}` },
    },
    run: listRequests,
  },
  'requests show': {
    parameters: 'ID',
    summary: 'explains a request: models, failures, cost and times',
    notes: ['ID is the value of x-outcrop-id, or of x-request-id if only one request has it.'],
    run: showRequest,
  },
};

interface FoundRequests {
  readonly requests: RequestSummary[];
  /** True if further requests may match. */
  readonly hasMore: boolean;
}

async function listRequests(call: AdminCall): Promise<number> {
  positionalArguments(call);
  const filters = Object.entries(SEARCH_OPTIONS).map(([option, [parameter]]) => [parameter, textOption(call, option)]);
  const query = Object.fromEntries(filters.filter(([, value]) => value !== undefined)) as Record<string, string>;
  const { hasMore, requests } = await findRequests(call, query, requestLimit(call));
  printRequests(call, requests);
  if (hasMore) call.terminal.report('Further requests match. Raise --limit, or narrow the search.\n');
  return 0;
}

async function showRequest(call: AdminCall): Promise<number> {
  const [given] = positionalArguments(call, 'ID');
  const id = LEDGER_ID.test(given!) ? given! : await idOfClientId(call, given!);
  if (id === undefined) return 1;
  const request: ExplainedRequest = await call.client.send({
    method: 'GET',
    path: `/requests/${encodeURIComponent(id)}`,
  });
  if (call.values.json === true) printObject(call, request);
  else call.terminal.print(requestText(request));
  return 0;
}

/** Returns the id of the only request with a value of `x-request-id`. Reports the others, or that there is none. */
async function idOfClientId(call: AdminCall, requestId: string): Promise<string | undefined> {
  const { requests } = await findRequests(call, { requestId }, LISTED_REQUESTS);
  if (requests.length === 1) return requests[0]!.id;
  const shown = visibleText(requestId);
  if (requests.length === 0) {
    call.terminal.report(`No request has the x-request-id ${shown}, or its row is not in the database yet.\n`);
  } else {
    call.terminal.report(`${requests.length} requests have the x-request-id ${shown}. Choose one by its id:\n`);
    printRequests(call, requests);
  }
  return undefined;
}

async function findRequests(
  { client }: AdminCall,
  query: Readonly<Record<string, string>>,
  limit: number,
): Promise<FoundRequests> {
  const requests: RequestSummary[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_REQUEST_PAGES && requests.length < limit; page += 1) {
    const parameters = new URLSearchParams({
      ...query,
      limit: String(Math.min(REQUEST_PAGE_SIZE, limit - requests.length)),
    });
    if (after !== null) parameters.set('after', after);
    const answer: { data: RequestSummary[]; next: string | null } = await client.send({
      method: 'GET',
      path: `/requests?${parameters.toString()}`,
    });
    requests.push(...answer.data);
    after = answer.next;
    if (after === null) return { requests, hasMore: false };
  }
  return { requests, hasMore: true };
}

function printRequests(call: AdminCall, requests: readonly RequestSummary[]): void {
  printTable(call, requests, {
    TIME: requests.map(({ at }) => at),
    STATUS: requests.map(({ count, status }) => (count > 1 ? `${status} ×${count}` : status)),
    CODE: requests.map(({ errorCode, httpStatus }) => errorCode ?? String(httpStatus)),
    KEY: requests.map(({ key }) => key?.name ?? key?.id),
    TEAM: requests.map(({ team }) => team?.name ?? team?.id),
    PRINCIPAL: requests.map(({ principal }) => principal?.id),
    MODEL: requests.map(({ modelAnswering, modelAsked }) => modelAnswering ?? modelAsked),
    MS: requests.map(({ durationMs }) => String(durationMs)),
    USD: requests.map(({ costUsd, isEstimated }) => (isEstimated ? `~${costUsd}` : costUsd)),
    ID: requests.map(({ id }) => id),
  });
}

function requestLimit(call: AdminCall): number {
  const text = textOption(call, 'limit');
  if (text === undefined) return LISTED_REQUESTS;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_REQUESTS) return limit;
  throw new UsageError(`--limit must be a whole number from 1 to ${MAX_REQUESTS}; found '${text}'`);
}
