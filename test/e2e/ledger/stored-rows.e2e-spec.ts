import { rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { describeDatabases } from '../../database/databases.ts';
import { readAll } from '../../ledger/ledger-database.ts';
import { bearerOf } from '../../support/governed-gateway.ts';
import { startGateway } from '../../support/gateway.ts';

const CHAT = { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'Hello' }] };

describeDatabases('the ledger of a gateway', (test) => {
  it('has a row of each request after the end of the gateway, also of refused ones', async () => {
    const url = await test.createDatabase();
    const folder = `/tmp/outcrop-stored-rows-${process.pid}-${Date.now()}`;
    const gateway = await startGateway(
      `database: { url: '${url}', timeoutMs: 10000 }\nledger: { journalFolder: '${folder}' }`,
    );
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => gateway.send('/v1/chat/completions', { body: CHAT })),
    );
    const refused = await gateway.send('/v1/chat/completions', {
      body: { ...CHAT, model: 'claude-opus-4-5' },
      headers: bearerOf('sk-other-key'),
    });
    const ids = [...answers, refused].map(({ headers }) => headers.get('x-outcrop-id'));
    await Promise.all([...answers, refused].map((answer) => answer.text()));
    await gateway.close();
    const database = await test.connect({ url });
    const rows = await readAll(database, 'select id, status, contract_cost from ledger_row');
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(ids));
    expect(rows.filter(({ status }) => status === 'refused')).toHaveLength(1);
    const [sum] = await readAll(
      database,
      "select sum(requests) as requests, sum(contract_cost) as cost from ledger_rollup where dimension = 'key'",
    );
    const cost = rows.reduce((total, row) => total + BigInt(row['contract_cost']!), 0n);
    expect(sum).toEqual({ requests: '21', cost: String(cost) });
    expect(cost).toBeGreaterThan(0n);
    await rm(folder, { recursive: true });
  });

  it('is absent if it is disabled', async () => {
    const url = await test.createDatabase();
    const folder = `/tmp/outcrop-no-rows-${process.pid}-${Date.now()}`;
    const gateway = await startGateway(
      `database: { url: '${url}', timeoutMs: 10000 }\nledger: { enabled: false, journalFolder: '${folder}' }`,
    );
    const answer = await gateway.send('/v1/chat/completions', { body: CHAT });
    expect(answer.headers.get('x-outcrop-id')).toBeNull();
    await answer.text();
    await gateway.close();
    expect(existsSync(folder)).toBe(false);
  });
});
