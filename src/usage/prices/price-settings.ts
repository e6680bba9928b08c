/** A private price, agreed with AWS. */
export interface ContractPrice {
  /** Name of the account; undefined for all accounts. */
  readonly account: string | undefined;
  /** Names or foundation model ids. `*` at the end matches any rest. */
  readonly models: readonly string[];
  /** Share of the list price, as decimal text. */
  readonly factor: string;
  /** First millisecond, since 1970. */
  readonly from: number;
  /** First millisecond after the end, since 1970. */
  readonly until: number;
}

/** Settings of the operator on which prices depend. Amounts are decimal text. */
export interface PriceSettings {
  /** USD per million tokens of models without a price. */
  readonly unknown: { readonly input: string; readonly output: string };
  readonly contracts: readonly ContractPrice[];
}

/** The model of a call, as contracts name it. */
export interface ContractedModel {
  readonly id: string;
  readonly name: string;
}

/** Returns the contract that applies to a call at a time; undefined if there is none. */
export function contractFor(
  contracts: readonly ContractPrice[],
  { model, account, at }: { model: ContractedModel; account: string | undefined; at: number },
): ContractPrice | undefined {
  return contracts.find(
    (contract) =>
      at >= contract.from &&
      at < contract.until &&
      (contract.account === undefined || contract.account === account) &&
      contract.models.some((pattern) => matchesModel(pattern, model)),
  );
}

function matchesModel(pattern: string, { id, name }: ContractedModel): boolean {
  if (!pattern.endsWith('*')) return pattern === name || pattern === id;
  const start = pattern.slice(0, -1);
  return name.startsWith(start) || id.startsWith(start);
}
