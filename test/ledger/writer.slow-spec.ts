import { setTimeout as sleep } from 'node:timers/promises';
import { describeDatabases, describePostgres } from '../database/databases.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { LedgerRetention } from '../../src/ledger/retention/ledger-retention.ts';
import type { LedgerRow } from '../../src/ledger/rows/ledger-row.ts';
import { countRows, readAll, startTestLedger, stopTestLedger, until } from './ledger-database.ts';
import { ledgerLine, ledgerRow, ledgerRows } from './ledger-rows.ts';

const DAY_MS = 86_400_000;
const WHOLE = Number.MAX_SAFE_INTEGER;

describeDatabases('the writer of the ledger', (test) => {
  async function recorded(rows: readonly LedgerRow[], settings = {}) {
    const database = await test.connect();
    const running = await startTestLedger(database, settings);
    for (const row of rows) running.ledger.append(row);
    // The end of a process has a time limit, which a busy machine exceeds.
    await until(async () => {
      const ended = await Promise.all([
        running.metric('outcrop_ledger_rows_total', { outcome: 'written' }),
        running.metric('outcrop_ledger_rows_total', { outcome: 'repeated' }),
        running.metric('outcrop_ledger_rows_quarantined_total'),
        running.metric('outcrop_ledger_rows_lost_total'),
      ]);
      return ended.reduce((sum, count) => sum + count, 0) >= rows.length;
    });
    await stopTestLedger(running);
    return { database, ...running };
  }

  it('writes each field of a row and of its lines', async () => {
    const at = Date.now();
    const row = ledgerRow({
      at,
      traceId: 'trace',
      principal: 'p_1',
      errorCode: 'rate_limit_exceeded',
      errorSource: 'gateway',
      status: 'failed',
      httpStatus: 429,
      firstEventMs: 12.6,
      fallback: ['a=b'],
      adjusted: ['temperature'],
      cache: 'miss',
      savedNano: 5,
      lines: [ledgerLine({ at }), ledgerLine({ at, account: 'other', tier: 'flex', isEstimated: true })],
    });
    const { database } = await recorded([row]);
    expect(await readAll(database, 'select * from ledger_row')).toEqual([
      {
        day: row.day,
        id: row.id,
        at: String(at),
        request_id: 'client-1',
        trace_id: 'trace',
        endpoint: '/v1/chat/completions',
        method: 'POST',
        key_id: 'key_1',
        team_id: 'team_1',
        application_id: 'app_1',
        principal_id: 'p_1',
        cost_center: 'CC-1',
        model_asked: 'sonnet',
        model_answering: 'claude-sonnet-4-5',
        status: 'failed',
        http_status: '429',
        error_code: 'rate_limit_exceeded',
        error_source: 'gateway',
        duration_ms: '812',
        first_event_ms: '13',
        retries: '0',
        fallback: '["a=b"]',
        adjusted: '["temperature"]',
        cache: 'miss',
        saved_cost: '5',
        input_tokens: '100',
        output_tokens: '20',
        cache_read_tokens: '0',
        cache_write_tokens: '0',
        cache_write_1h_tokens: '0',
        is_estimated: '0',
        list_cost: '600000',
        contract_cost: '540000',
        price_source: 'contract',
        requests: '1',
        explain: '{"target":"eu-west-1","upstreamMs":700}',
        corrects_id: null,
      },
    ]);
    const lines = await readAll(database, 'select * from ledger_line order by position');
    expect(lines).toEqual([
      expect.objectContaining({ row_id: row.id, position: '0', account: null, tier: 'default', is_estimated: '0' }),
      expect.objectContaining({ row_id: row.id, position: '1', account: 'other', tier: 'flex', is_estimated: '1' }),
    ]);
    expect(JSON.parse(lines[0]!['units']!)).toEqual(row.lines[0]!.units);
  });

  it('adds each row once to each sum, also if it is written again', async () => {
    const rows = ledgerRows(1_200);
    const { database, folder, metric } = await recorded([...rows, ...rows.slice(0, 300)]);
    expect(await countRows(database)).toBe(1_200);
    expect(await countRows(database, 'ledger_line')).toBe(1_200);
    expect(await metric('outcrop_ledger_rows_total', { outcome: 'written' })).toBe(1_200);
    expect(await metric('outcrop_ledger_rows_total', { outcome: 'repeated' })).toBe(300);
    const again = await startTestLedger(database, { journalFolder: folder });
    for (const row of rows.slice(100, 400)) again.ledger.append(row);
    await stopTestLedger(again);
    const sums = await readAll(
      database,
      `select dimension, sum(requests) as requests, sum(contract_cost) as cost, sum(input_tokens) as input
       from ledger_rollup group by dimension order by dimension`,
    );
    const dimensions = [
      'application',
      'cost_center',
      'key',
      'key_month',
      'model',
      'principal',
      'principal_month',
      'team',
      'team_model',
    ];
    expect(sums).toEqual(
      dimensions.map((dimension) => ({
        dimension,
        requests: '1200',
        cost: String(1_200 * 540_000),
        input: String(1_200 * 100),
      })),
    );
    expect(
      await readAll(database, "select requests from ledger_rollup where dimension = 'key' order by member"),
    ).toEqual([172, 172, 172, 171, 171, 171, 171].map((requests) => ({ requests: String(requests) })));
    const [quarter] = await readAll(
      database,
      'select sum(calls) as calls, sum(list_cost) as cost from ledger_quarter_hour',
    );
    expect(quarter).toEqual({ calls: '1200', cost: String(1_200 * 600_000) });
  });

  it('keeps a refused row apart, and writes all others', async () => {
    const rows = ledgerRows(40);
    // The sum of input tokens exceeds 64 bits: each row is valid alone.
    const vast = Array.from({ length: 1_030 }, () =>
      ledgerRow({
        team: 'vast',
        application: 'vast',
        costCenter: 'vast',
        key: 'vast',
        usage: { input: WHOLE, output: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0 },
      }),
    );
    const { database, metric } = await recorded([...rows.slice(0, 20), ...vast, ...rows.slice(20)]);
    const quarantined = await metric('outcrop_ledger_rows_quarantined_total', { reason: 'refused' });
    expect(quarantined).toBe(1_030 - 1_024);
    expect(await countRows(database)).toBe(40 + 1_024);
    expect(await countRows(database, 'ledger_quarantine')).toBe(quarantined);
    const [team] = await readAll(
      database,
      "select sum(requests) as requests from ledger_rollup where dimension = 'team' and member <> 'vast'",
    );
    expect(team).toEqual({ requests: '40' });
  });

  it('keeps texts apart that are not rows, with their content', async () => {
    const wrong = [
      { ...ledgerRow(), at: -1 },
      { ...ledgerRow(), day: '2020-01-01' },
      { ...ledgerRow(), id: 'not-an-id' },
      { ...ledgerRow(), lines: [{ ...ledgerLine(), listCostNano: 2 ** 60 }] },
      { ...ledgerRow(), usage: undefined },
      { ...ledgerRow(), team: 7 },
    ] as unknown as LedgerRow[];
    const { database } = await recorded([...wrong, ledgerRow()]);
    expect(await countRows(database)).toBe(1);
    const rows = await readAll(database, 'select reason, detail, content from ledger_quarantine');
    expect(rows.map(({ detail }) => detail!).sort((left, right) => (left < right ? -1 : 1))).toEqual([
      'at is not a number from 0 to 2^53 - 1',
      'day is not the UTC day of id',
      'id is not a UUID of version 7',
      'lines.0.listCostNano is not a number from 0 to 2^53 - 1',
      'team is not a text',
      'usage is not an object',
    ]);
    expect(rows.every(({ content }) => (JSON.parse(content!) as LedgerRow).endpoint === '/v1/chat/completions')).toBe(
      true,
    );
  });

  it('writes rows with NUL and lone surrogates', async () => {
    const text = 'a\0b\uD800c\u{1F600}\\u0000';
    const row = ledgerRow({ requestId: text, team: text, explain: { failovers: [text] } });
    const { database } = await recorded([row, ledgerRow({ key: text, lines: [ledgerLine({ region: text })] })]);
    const stored = 'a\u{FFFD}b\u{FFFD}c\u{1F600}\\u0000';
    expect(
      await readAll(database, "select request_id, team_id, explain from ledger_row where team_id <> 'team_1'"),
    ).toEqual([{ request_id: stored, team_id: stored, explain: JSON.stringify({ failovers: [stored] }) }]);
    expect(await countRows(database)).toBe(2);
  });

  it('sums amounts beyond 2^53 exactly', async () => {
    const rows = Array.from({ length: 300 }, (_row, index) =>
      ledgerRow({
        contractCostNano: WHOLE - index,
        listCostNano: WHOLE,
        lines: [ledgerLine({ contractCostNano: WHOLE - index, listCostNano: WHOLE })],
      }),
    );
    const { database } = await recorded(rows);
    const sum = rows.reduce((total, { contractCostNano }) => total + BigInt(contractCostNano), 0n);
    expect(await readAll(database, "select contract_cost from ledger_rollup where dimension = 'team'")).toEqual([
      { contract_cost: String(sum) },
    ]);
    expect(await readAll(database, 'select contract_cost from ledger_quarter_hour')).toEqual([
      { contract_cost: String(sum) },
    ]);
  });

  it('counts late rows into their own day and quarter, and keeps rows apart that are too old or too far ahead', async () => {
    const now = Date.now();
    const late = ledgerRow({ at: now - 3 * DAY_MS, lines: [ledgerLine({ at: now - 3 * DAY_MS })] });
    const old = ledgerRow({ at: now - 9 * DAY_MS });
    const future = ledgerRow({ at: now + 3 * DAY_MS });
    const { database } = await recorded([late, old, future], { rowRetentionDays: 7 });
    expect(await readAll(database, 'select id from ledger_row')).toEqual([{ id: late.id }]);
    expect(await readAll(database, "select period from ledger_rollup where dimension = 'team'")).toEqual([
      { period: late.day },
    ]);
    const [quarter] = await readAll(database, 'select quarter from ledger_quarter_hour');
    expect(Date.parse(quarter!['quarter']!)).toBe(Math.floor(late.at / 900_000) * 900_000);
    expect(await readAll(database, 'select id, reason from ledger_quarantine order by reason')).toEqual([
      { id: future.id, reason: 'future' },
      { id: old.id, reason: 'old' },
    ]);
  });

  it('sums by the days of the reporting zone', async () => {
    const at = Date.parse(`${new Date().toISOString().slice(0, 10)}T12:00:00Z`);
    const rows = [ledgerRow({ at }), ledgerRow({ at: at - 3_600_000 })];
    const { database } = await recorded(rows, { timeZone: 'Pacific/Kiritimati' });
    const next = new Date(at + DAY_MS).toISOString().slice(0, 10);
    expect(await readAll(database, "select period, requests from ledger_rollup where dimension = 'team'")).toEqual([
      { period: next, requests: '2' },
    ]);
    expect(await readAll(database, 'select distinct day from ledger_row')).toEqual([{ day: rows[0]!.day }]);
  });

  it('counts refused, canceled and estimated requests, and lines by model and kind', async () => {
    const { database } = await recorded([
      ledgerRow({
        status: 'refused',
        count: 250,
        modelAsked: 'any-text',
        modelAnswering: undefined,
        lines: [],
        usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0 },
        listCostNano: 0,
        contractCostNano: 0,
      }),
      ledgerRow({
        status: 'canceled',
        isEstimated: true,
        lines: [
          ledgerLine({ isEstimated: true }),
          ledgerLine({
            model: 'nova',
            units: [
              { kind: 'cacheWrite1h', count: 7, unitPricePico: 1 },
              { kind: 'cacheWrite5m', count: 2, unitPricePico: 1 },
              { kind: 'image', count: 3, unitPricePico: 1 },
            ],
            contractCostNano: 10,
          }),
        ],
      }),
    ]);
    expect(
      await readAll(
        database,
        "select model, requests, refused, canceled, estimated_requests, estimated_cost, cache_write_tokens, cache_write_1h_tokens from ledger_rollup where dimension = 'team_model' order by model",
      ),
    ).toEqual([
      {
        model: '',
        requests: '250',
        refused: '250',
        canceled: '0',
        estimated_requests: '0',
        estimated_cost: '0',
        cache_write_tokens: '0',
        cache_write_1h_tokens: '0',
      },
      {
        model: 'claude-sonnet-4-5',
        requests: '1',
        refused: '0',
        canceled: '1',
        estimated_requests: '1',
        estimated_cost: '540000',
        cache_write_tokens: '0',
        cache_write_1h_tokens: '0',
      },
      {
        model: 'nova',
        requests: '0',
        refused: '0',
        canceled: '0',
        estimated_requests: '0',
        estimated_cost: '0',
        cache_write_tokens: '9',
        cache_write_1h_tokens: '7',
      },
    ]);
    expect(await readAll(database, "select images, calls from ledger_quarter_hour where model = 'nova'")).toEqual([
      { images: '3', calls: '1' },
    ]);
  });

  it('removes what is older than the settings keep', async () => {
    const now = Date.now();
    const { database } = await recorded(
      [0, 5, 20, 60].map((days) =>
        ledgerRow({ at: now - days * DAY_MS, lines: [ledgerLine({ at: now - days * DAY_MS })] }),
      ),
    );
    const settings = Object.assign(new GatewayConfig().ledger, {
      rowRetentionDays: 10,
      quarterHourRetentionDays: 30,
      rollupRetentionDays: 30,
    });
    await new LedgerRetention(database, () => settings).run();
    expect(await countRows(database)).toBe(2);
    expect(await countRows(database, 'ledger_line')).toBe(2);
    expect(await countRows(database, 'ledger_quarter_hour')).toBe(3);
    expect(await readAll(database, "select count(*) as count from ledger_rollup where dimension = 'team'")).toEqual([
      { count: '3' },
    ]);
  });
});

describePostgres('the writer of the ledger', (test) => {
  it('creates a partition again that was removed meanwhile', async () => {
    const url = await test.createDatabase();
    const database = await test.connect({ url });
    const running = await startTestLedger(database);
    running.ledger.append(ledgerRow());
    await until(async () => (await countRows(database)) === 1);
    const name = `ledger_row_${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`;
    await test.postgres.query(`drop table ${name}`, url);
    running.ledger.append(ledgerRow());
    await until(async () => (await countRows(database)) === 1);
    expect(await countRows(database, 'ledger_quarantine')).toBe(0);
    await stopTestLedger(running);
  });

  it('loses and doubles no row while the server is killed and restarted three times', async () => {
    const url = await test.createDatabase();
    // The servers of tests may lose committed transactions.
    await test.postgres.query('alter role outcrop set synchronous_commit = on', url);
    const database = await test.connect({ url, timeoutMs: 2_000 });
    const running = await startTestLedger(database);
    let appended = 0;
    const timer = setInterval(() => {
      for (const row of ledgerRows(20)) running.ledger.append(row);
      appended += 20;
    }, 20);
    for (let kill = 0; kill < 3; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      await test.postgres.kill();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await test.postgres.restart();
      const before = appended;
      await until(async () => database.available && (await countRows(database).catch(() => 0)) >= before, 30_000);
    }
    clearInterval(timer);
    await stopTestLedger(running);
    expect(await countRows(database)).toBe(appended);
    const sums = await readAll(
      database,
      'select dimension, sum(requests) as requests from ledger_rollup group by dimension',
    );
    expect(new Set(sums.map(({ requests }) => requests))).toEqual(new Set([String(appended)]));
    expect(await running.metric('outcrop_ledger_rows_lost_total')).toBe(0);
  });

  it('loses and doubles no row while the server hangs', async () => {
    const url = await test.createDatabase();
    const database = await test.connect({ url, timeoutMs: 500 });
    const running = await startTestLedger(database);
    const rows = ledgerRows(3_000);
    for (const [index, row] of rows.entries()) {
      running.ledger.append(row);
      if (index === 1_000) test.postgres.pause();
      if (index % 20 === 0) await sleep(10);
    }
    await sleep(1_500);
    test.postgres.resume();
    await until(async () => database.available && (await countRows(database).catch(() => 0)) === rows.length);
    await stopTestLedger(running);
    const sums = await readAll(database, "select sum(requests) as requests from ledger_rollup where dimension = 'key'");
    expect(sums).toEqual([{ requests: '3000' }]);
    expect(running.printed).toEqual([]);
  });

  it('keeps rows in the journal while the user may not write them', async () => {
    const url = await test.createDatabase();
    await (await test.connect({ url })).query(async () => undefined);
    const name = `limited_${Date.now()}`;
    await test.postgres.query(`create role ${name} login password 'limited'`, url);
    await test.postgres.query(`grant select on all tables in schema public to ${name}`, url);
    const limited = Object.assign(new URL(url), { username: name, password: 'limited' }).href;
    const database = await test.connect({ url: limited });
    const running = await startTestLedger(database);
    const row = ledgerRow();
    running.ledger.append(row);
    await sleep(1_200);
    expect(await countRows(database, 'ledger_quarantine')).toBe(0);
    expect(await running.metric('outcrop_ledger_lag_seconds')).toBeGreaterThan(0);
    await test.postgres.query(`grant outcrop to ${name}`, url);
    await until(async () => (await countRows(database)) === 1);
    await stopTestLedger(running);
  });
});
