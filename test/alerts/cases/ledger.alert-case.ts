import type { AlertCase, AlertGround, AlertSurroundings, EndOfCondition } from '../alert-case.ts';
import { POD } from '../alert-case.ts';
import type { Settings } from '../../support/gateway-process.ts';
import { chat } from '../traffic.ts';

/** Smallest limit of a journal. */
const JOURNAL_BYTES = 1_048_576;
const SENDERS = 4;

/** Conditions of the ledger. */
export const cases: readonly AlertCase[] = [
  {
    name: 'ledger-full',
    condition: 'the database refuses all rows of the ledger while many requests arrive',
    alerts: {
      OutcropLedgerBehind: { pod: POD },
      OutcropLedgerJournalFilling: { pod: POD },
      OutcropLedgerRowsLost: { pod: POD, reason: 'journal_full' },
    },
    traffic: 'none',
    needs: 'postgres',
    settings: (surroundings) => withLedger(surroundings, { journalMaxBytes: JOURNAL_BYTES }),
    async provoke(ground) {
      const restore = await change(ground, 'alter table ledger_row rename to hidden_row');
      const senders = new AbortController();
      for (let sender = 0; sender < SENDERS; sender++) void sendUntil(ground.gateway.origin, senders.signal);
      return async () => {
        senders.abort();
        await restore('alter table hidden_row rename to ledger_row');
      };
    },
  },
  {
    name: 'ledger-quarantine',
    condition: 'a constraint refuses rows of the ledger',
    alerts: { OutcropLedgerQuarantine: {} },
    needs: 'postgres',
    settings: (surroundings) => withLedger(surroundings, {}),
    async provoke(ground) {
      const constraint = "alter table ledger_row add constraint refused check (endpoint = '') not valid";
      const restore = await change(ground, constraint);
      return () => restore('alter table ledger_row drop constraint refused; delete from ledger_quarantine');
    },
  },
];

/** Runs a statement. Returns a function that runs another one. */
async function change(
  { postgres }: AlertGround,
  statement: string,
): Promise<(statement: string) => ReturnType<EndOfCondition>> {
  const run = async (text: string): Promise<void> => {
    await postgres!.server.query(text, postgres!.url);
  };
  await run(statement);
  return run;
}

async function sendUntil(origin: string, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) await chat(origin, {}).catch(() => undefined);
}

function withLedger({ folder, postgres }: AlertSurroundings, ledger: Settings): Settings {
  return {
    database: { url: postgres!.url, timeoutMs: 2_000 },
    ledger: { journalFolder: `${folder}/journal`, ...ledger },
  };
}
