import type { Bill } from '../billing/bill.ts';
import { behaviorProblem } from '../behavior.ts';
import type { Behavior } from '../behavior.ts';
import type { EmulatorStats, RecordedRequest } from '../journal.ts';
import type { ScriptedAnswer } from '../script.ts';
import type { AssumedSession, StsBehavior } from '../sts.ts';
import type { Exchange } from './exchange.ts';

export const CONTROL = '/__emulator/';

interface ControlledEmulator {
  readonly requests: RecordedRequest[];
  behave(behavior: Behavior): void;
  script(answers: ScriptedAnswer[]): void;
  reset(): void;
  stats(): EmulatorStats;
  bill(): Bill;
  readonly sts: { readonly sessions: AssumedSession[]; behave(behavior: StsBehavior): void };
}

/** Serves the control API for tests in another process. It requires no signature. */
export async function control(exchange: Exchange, emulator: ControlledEmulator): Promise<void> {
  const bytes = await exchange.body();
  switch (`${exchange.method} ${exchange.path.slice(CONTROL.length)}`) {
    case 'GET requests':
      return exchange.json(200, emulator.requests);
    case 'GET stats':
      return exchange.json(200, emulator.stats());
    case 'GET bill':
      return exchange.json(200, emulator.bill());
    case 'GET sts':
      return exchange.json(200, emulator.sts.sessions);
    case 'POST sts':
      return acceptList(exchange, bytes, stsProblem, (behaviors) =>
        behaviors.forEach((one) => emulator.sts.behave(one as StsBehavior)),
      );
    case 'POST reset':
      emulator.reset();
      return exchange.json(200, {});
    case 'POST behave':
      return acceptList(exchange, bytes, behaviorProblem, (values) =>
        values.forEach((one) => emulator.behave(one as Behavior)),
      );
    case 'POST script':
      return acceptList(exchange, bytes, answerProblem, (answers) => emulator.script(answers as ScriptedAnswer[]));
    default:
      return exchange.json(404, { message: `The emulator has no ${exchange.method} ${exchange.path}` });
  }
}

function answerProblem(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? undefined : 'an answer must be an object';
}

function stsProblem(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? undefined : 'a behavior of STS must be an object';
}

/** Parses a body that is one value or a list, and passes the values to `accept`. Answers 400 if one is invalid. */
function acceptList(
  exchange: Exchange,
  bytes: Buffer,
  problemOf: (value: unknown) => string | undefined,
  accept: (values: unknown[]) => void,
): void {
  let values: unknown[];
  try {
    values = [JSON.parse(bytes.toString('utf8')) as unknown].flat();
  } catch {
    return exchange.json(400, { message: 'The body must be JSON.' });
  }
  const problem = values.map(problemOf).find((text) => text !== undefined);
  if (problem !== undefined) return exchange.json(400, { message: problem });
  accept(values);
  exchange.json(200, {});
}
