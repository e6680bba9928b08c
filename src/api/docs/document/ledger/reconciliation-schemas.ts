import { ADJUSTMENT_TYPES, BILLED_KINDS } from '../../../../ledger/reconciliation/bill/billed-line.ts';
import { DRIFT_CAUSES } from '../../../../ledger/reconciliation/drift/drift-causes.ts';
import type { OpenApiSchema } from '../bodies/schema.ts';

const reconciledText = { type: 'string' };
const lineCount = { type: 'integer', minimum: 0 };
const reconciledUsd = { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$', description: 'USD.' };
const reconciliationFlag = { type: 'boolean' };
const costComparison = { aws: reconciledUsd, ledger: reconciledUsd, drift: reconciledUsd };
const percentOfCost = { driftPercent: { type: 'number', minimum: 0 } };
const listAndContract = { list: reconciledUsd, contract: reconciledUsd };
const evidence = { type: 'object', additionalProperties: reconciledText };
const comparedTotal = reconciledFields({
  list: reconciledFields({ ...costComparison, ...percentOfCost }),
  contract: reconciledFields({ ...costComparison, ...percentOfCost }),
  absoluteListDrift: reconciledUsd,
  absoluteContractDrift: reconciledUsd,
});

/** Returns the schema of an object that has all fields. */
function reconciledFields(properties: Readonly<Record<string, OpenApiSchema>>): OpenApiSchema {
  return { type: 'object', properties, required: Object.keys(properties) };
}

function itemsOf(items: OpenApiSchema): OpenApiSchema {
  return { type: 'array', items };
}

const modelDay = reconciledFields({
  day: reconciledText,
  account: { ...reconciledText, description: 'Name in `bedrock.accounts`; empty for the account of the gateway.' },
  awsAccount: reconciledText,
  model: reconciledText,
  isProvisional: reconciliationFlag,
  list: reconciledFields(costComparison),
  contract: reconciledFields({ ...costComparison, awsFactor: reconciledText, ledgerFactor: reconciledText }),
  otherUsers: reconciledFields(listAndContract),
  quantities: {
    type: 'object',
    additionalProperties: reconciledFields({ aws: reconciledText, ledger: reconciledText }),
  },
  causes: itemsOf(reconciledFields({ cause: { enum: DRIFT_CAUSES }, list: reconciledUsd, evidence })),
});

/** Schemas of the comparison with AWS's bill. */
export const reconciliationSchemas = {
  ReconciledMonths: reconciledFields({
    data: itemsOf(reconciledFields({ month: reconciledText, computedAt: reconciledText })),
  }),
  Reconciliation: reconciledFields({
    month: reconciledText,
    from: reconciledText,
    to: reconciledText,
    computedAt: reconciledText,
    isWithinLimit: reconciliationFlag,
    maxDriftPercent: { type: 'number' },
    bill: reconciledFields({
      files: lineCount,
      lines: lineCount,
      bedrockLines: lineCount,
      otherMonthLines: lineCount,
      assumedListLines: lineCount,
    }),
    settled: comparedTotal,
    provisional: comparedTotal,
    otherUsers: reconciledFields(listAndContract),
    otherAccounts: reconciledFields({ list: reconciledUsd, accounts: lineCount }),
    adjustments: itemsOf(
      reconciledFields({
        type: { enum: ADJUSTMENT_TYPES },
        lines: lineCount,
        amount: reconciledUsd,
        inNetCost: reconciledUsd,
      }),
    ),
    uncompared: itemsOf(
      reconciledFields({
        reason: reconciledText,
        awsAccount: reconciledText,
        what: reconciledText,
        product: reconciledText,
        lines: lineCount,
        amount: reconciledUsd,
      }),
    ),
    attribution: itemsOf(reconciledFields({ attribution: reconciledText, lines: lineCount, ...listAndContract })),
    causes: itemsOf(reconciledFields({ cause: { enum: DRIFT_CAUSES }, list: reconciledUsd, modelDays: lineCount })),
    days: itemsOf(modelDay),
    omittedDays: lineCount,
  }),
  LedgerDaySums: reconciledFields({
    data: itemsOf(
      reconciledFields({
        account: reconciledText,
        day: reconciledText,
        model: reconciledText,
        tier: reconciledText,
        region: reconciledText,
        calls: reconciledText,
        estimatedCalls: reconciledText,
        listNano: reconciledText,
        contractNano: reconciledText,
        estimatedNano: reconciledText,
        quantities: reconciledFields(Object.fromEntries(BILLED_KINDS.map((kind) => [kind, reconciledText]))),
      }),
    ),
  }),
} satisfies Record<string, OpenApiSchema>;
