import { csvDocument, csvText } from '../../ledger/usage/csv-cell.ts';
import type { ModelDayReport, Reconciliation } from '../../ledger/reconciliation/reconciliation.ts';

const CSV_HEAD = [
  'day',
  'account',
  'aws_account',
  'model',
  'provisional',
  'aws_list_usd',
  'ledger_list_usd',
  'list_drift_usd',
  'aws_contract_usd',
  'ledger_contract_usd',
  'contract_drift_usd',
  'other_users_list_usd',
  'cause',
  'cause_list_usd',
  'evidence',
] as const;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;
const PRINTED_DAYS = 40;

/** Formats the comparison as CSV: one line for each cause of a model on a day. */
export function reconciliationCsv({ days }: Reconciliation): string {
  const lines = days.flatMap((day) =>
    (day.causes.length === 0 ? [undefined] : day.causes).map((cause) => [
      day.day,
      day.account,
      day.awsAccount,
      day.model,
      String(day.isProvisional),
      day.list.aws,
      day.list.ledger,
      day.list.drift,
      day.contract.aws,
      day.contract.ledger,
      day.contract.drift,
      day.otherUsers.list,
      cause?.cause ?? '',
      cause?.list ?? '',
      evidenceText(cause?.evidence ?? {}),
    ]),
  );
  return csvDocument(
    CSV_HEAD,
    lines.map((line) => line.map(csvCell)),
  );
}

/** Formats the comparison for people. */
export function reconciliationText(report: Reconciliation): string {
  const { adjustments, bill, causes, month, otherUsers, provisional, settled, uncompared } = report;
  const drifting = report.days.filter(({ contract, list }) => list.drift !== '0' || contract.drift !== '0');
  const shown = drifting.slice(0, PRINTED_DAYS);
  return [
    `${month}: ${bill.bedrockLines} lines of Bedrock among ${bill.lines} in ${bill.files} files, ${report.from} to ${report.to}`,
    totalLine('settled days', settled),
    totalLine('provisional days', provisional),
    `other users of the accounts: ${otherUsers.list} USD`,
    ...causes.map(({ cause, list, modelDays }) => `cause ${cause}: ${list} USD, ${modelDays} models on days`),
    ...adjustments.map(
      ({ amount, inNetCost, lines, type }) =>
        `not drift: ${type} ${amount} USD in ${lines} lines, ${inNetCost} USD in net costs`,
    ),
    ...uncompared.map(({ amount, lines, product, reason, what }) =>
      `not compared (${reason}): ${amount} USD in ${lines} lines, ${what} ${product}`.trimEnd(),
    ),
    ...shown.flatMap(dayLines),
    ...(drifting.length > shown.length ? [`and ${drifting.length - shown.length} more: --csv lists all`] : []),
    report.isWithinLimit
      ? `The drift of settled days is within ${report.maxDriftPercent} percent.`
      : `The drift of settled days is above ${report.maxDriftPercent} percent.`,
    '',
  ].join('\n');
}

function totalLine(name: string, { contract, list }: Reconciliation['settled']): string {
  return (
    `${name}: list ${list.aws} USD on the bill, ${list.ledger} USD in the ledger, drift ${list.drift} USD (${list.driftPercent} percent); ` +
    `contract ${contract.aws}, ${contract.ledger}, ${contract.drift} (${contract.driftPercent} percent)`
  );
}

function dayLines({
  account,
  awsAccount,
  causes,
  contract,
  day,
  isProvisional,
  list,
  model,
}: ModelDayReport): string[] {
  const place = account === '' ? awsAccount : `${account} ${awsAccount}`;
  return [
    `${day} ${model} ${place}${isProvisional ? ' (provisional)' : ''}: list drift ${list.drift} USD, contract drift ${contract.drift} USD`,
    ...causes.map(({ cause, evidence, list: amount }) =>
      `  ${cause} ${amount} USD ${evidenceText(evidence)}`.trimEnd(),
    ),
  ];
}

function evidenceText(evidence: Readonly<Record<string, string>>): string {
  return Object.entries(evidence)
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ');
}

/** Escapes a cell. An amount may begin with a minus sign. */
function csvCell(value: string): string {
  return PLAIN_NUMBER.test(value) ? value : csvText(value);
}
