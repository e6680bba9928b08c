import { PromptCache } from './answers/prompt-cache.ts';
import { BillBook, type Bill } from './billing/bill.ts';
import { BehaviorBook } from './behavior.ts';
import type { Behavior } from './behavior.ts';
import { CONTROL, control } from './http/control.ts';
import { Exchange } from './http/exchange.ts';
import type { Incoming, Outgoing } from './http/exchange.ts';
import { listen } from './http/listener.ts';
import type { Listener } from './http/listener.ts';
import { Journal } from './journal.ts';
import type { EmulatorStats, RecordedRequest } from './journal.ts';
import { AwsException } from './aws-exception.ts';
import { serve } from './serve.ts';
import type { EmulatorState } from './serve.ts';
import { Sts, STS_PATH } from './sts.ts';
import { Script } from './script.ts';
import type { ScriptedAnswer } from './script.ts';

export type { Behavior } from './behavior.ts';
export type { Bill, BillLine } from './billing/bill.ts';
export type { EmulatorStats, RecordedRequest } from './journal.ts';
export type { ScriptedAnswer } from './script.ts';

export interface EmulatorOptions {
  /** Port to listen on. 0, the default, chooses a free port. */
  port?: number;
  host?: string;
  /** The only identity that can sign requests. */
  accessKeyId?: string;
  secretAccessKey?: string;
  bearerToken?: string;
  /** Pause between the events of a stream, in milliseconds. */
  paceMs?: number;
  /** Current date for the end of life of models. The emulator always checks signatures against the real time. */
  now?: () => Date;
}

/** HTTP server that implements the protocol of Bedrock Runtime and rejects what Bedrock rejects. */
export class Emulator {
  #listener: Listener | undefined;
  readonly #journal = new Journal();
  readonly #behaviors = new BehaviorBook();
  readonly #script = new Script();
  readonly #cache = new PromptCache();
  readonly #bill = new BillBook();
  /** The Security Token Service, at the same address. */
  readonly sts = new Sts();
  readonly #surroundings: EmulatorState;

  constructor(options: EmulatorOptions) {
    const {
      accessKeyId = 'emulator',
      secretAccessKey = 'emulator',
      bearerToken = 'emulator',
      paceMs = 15,
      now = () => new Date(),
    } = options;
    this.#surroundings = {
      identity: { accessKeyId, secretAccessKey, bearerToken },
      paceMs,
      now,
      journal: this.#journal,
      behaviors: this.#behaviors,
      script: this.#script,
      cache: this.#cache,
      bill: this.#bill,
      sts: this.sts,
    };
  }

  async listen(port: number, host: string): Promise<void> {
    this.#listener = await listen(port, host, (request, response) => void this.#handle(request, response));
  }

  get url(): string {
    return this.#listener?.url ?? '';
  }

  /** Latest recorded requests, oldest first. */
  get requests(): RecordedRequest[] {
    return this.#journal.requests;
  }

  behave(behavior: Behavior): void {
    this.#behaviors.add(behavior);
  }

  script(answers: ScriptedAnswer[]): void {
    this.#script.add(answers);
  }

  /** Removes behaviors, scripted answers, recorded requests, cached prompts, the bill and the calls of STS. */
  reset(): void {
    this.#behaviors.clear();
    this.#script.clear();
    this.#journal.clear();
    this.#cache.clear();
    this.#bill.clear();
    this.sts.clear();
  }

  stats(): EmulatorStats {
    return this.#journal.stats();
  }

  /** Returns what AWS would bill, with prices of the emulator. */
  bill(): Bill {
    return this.#bill.bill();
  }

  async close(): Promise<void> {
    await this.#listener?.close();
  }

  async #handle(request: Incoming, response: Outgoing): Promise<void> {
    const exchange = new Exchange(request, response);
    try {
      if (exchange.path.startsWith(CONTROL)) await control(exchange, this);
      else if (exchange.path === STS_PATH && exchange.method === 'POST')
        await this.sts.serve(exchange, this.#surroundings.identity);
      else await serve(exchange, this.#surroundings);
    } catch (error) {
      // Reading also fails if the client closes the connection in the middle of its request.
      if (exchange.gone.aborted || exchange.interrupted) return;
      if (!(error instanceof AwsException)) console.error('emulator:', error);
      exchange.sendException(
        error instanceof AwsException
          ? error
          : new AwsException('InternalServerException', `The emulator failed: ${String(error)}`),
      );
    }
  }
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = new Emulator(options);
  await emulator.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  return emulator;
}
