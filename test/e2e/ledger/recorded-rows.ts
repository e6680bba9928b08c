import type { LedgerRow } from '../../../src/ledger/rows/ledger-row.ts';
import { RequestRecorder } from '../../../src/ledger/recording/request-recorder.ts';
import { startGateway, type TestGateway, until } from '../../support/gateway.ts';

/** A gateway whose rows of the ledger a test reads. */
export interface RecordedGateway extends TestGateway {
  readonly rows: LedgerRow[];
  /** Resolves with the row of the response with this id. */
  rowOf(response: Response): Promise<LedgerRow>;
}

/** Starts a gateway that keeps its rows in an array. */
export async function startRecordedGateway(settings = ''): Promise<RecordedGateway> {
  return recordRows(await startGateway(settings));
}

/** Makes a gateway keep its rows in an array. */
export function recordRows(gateway: TestGateway): RecordedGateway {
  const rows: LedgerRow[] = [];
  // As the journal does it.
  const append = (row: LedgerRow) => void rows.push(JSON.parse(JSON.stringify(row)) as LedgerRow);
  gateway.app.get(RequestRecorder).recordTo({ isEnabled: true, append });
  const rowOf = async (response: Response): Promise<LedgerRow> => {
    const id = response.headers.get('x-outcrop-id');
    const found = () => rows.find((row) => row.id === id);
    await until(() => found() !== undefined, `the row ${id}`);
    return found()!;
  };
  return Object.defineProperties(gateway, { rows: { value: rows }, rowOf: { value: rowOf } }) as RecordedGateway;
}
