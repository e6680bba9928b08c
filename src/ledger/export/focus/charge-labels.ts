import type { BedrockConfig } from '../../../config/gateway-config.ts';
import type { DatabaseService } from '../../../database/database.service.ts';

/** Id of the billing account if the settings name none. FOCUS requires one. */
const UNKNOWN_ACCOUNT = 'unknown';
/** Name of the account of the gateway, which has no name in the settings. */
const OWN_ACCOUNT_NAME = 'gateway';
const ROLE_ACCOUNT = /^arn:[^:]+:iam::(\d{12}):/;

/** Names and numbers that the rows of the ledger do not contain. */
export interface ChargeLabels {
  readonly billingAccountId: string;
  /** AWS account by its name in `bedrock.accounts`; the one of the gateway under undefined. */
  readonly accountOf: (name: string | undefined) => { readonly id: string; readonly name: string } | undefined;
  /** Name of a team or an application by its id; undefined if it does not exist any more. */
  readonly nameOf: (id: string) => string | undefined;
}

/** Reads the names of teams and applications. Throws DatabaseUnavailableError if the database cannot be used. */
export async function readChargeLabels(
  database: DatabaseService,
  { accountId, accounts }: Pick<BedrockConfig, 'accountId' | 'accounts'>,
  billingAccountId = accountId ?? UNKNOWN_ACCOUNT,
): Promise<ChargeLabels> {
  const objects = await database.query((db) =>
    db.selectFrom('governance_object').select(['id', 'name']).where('kind', 'in', ['Team', 'Application']).execute(),
  );
  const names = new Map(objects.map(({ id, name }) => [id, name]));
  const ids = new Map<string | undefined, string | undefined>([[undefined, accountId]]);
  for (const { name, roleArn } of accounts) ids.set(name, ROLE_ACCOUNT.exec(roleArn)?.[1]);
  return {
    billingAccountId,
    accountOf: (name) => {
      const id = ids.get(name);
      return id === undefined ? undefined : { id, name: name ?? OWN_ACCOUNT_NAME };
    },
    nameOf: (id) => names.get(id),
  };
}
