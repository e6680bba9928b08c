/** Live memory and objects of a process after garbage collection, in bytes and counts. */
export interface Alive {
  heapBytes: number;
  externalBytes: number;
  /** Sockets and pipes that keep the process alive, by libuv's names. */
  handles: number;
  timers: number;
  /** Listeners of all event emitters by class and event: `Socket close`. */
  listeners: Readonly<Record<string, number>>;
  sockets: number;
  abortSignals: number;
}

interface Reply {
  id?: number;
  result?: { result?: { objectId?: string; value?: unknown }; objects?: { objectId?: string } };
  error?: { message: string };
}

/** Inspector protocol client for a Node process that was started with `--inspect`. */
export class Inspector {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private next = 1;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.id !== undefined) this.waiting.get(reply.id)?.(reply);
    });
  }

  /** Connects to the inspector; `port` is the value of `--inspect`. */
  static async connect(port: number): Promise<Inspector> {
    const [page] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
      webSocketDebuggerUrl: string;
    }[];
    const socket = new WebSocket(page!.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    return new Inspector(socket);
  }

  /** Collects garbage twice, because finalizers free more, and counts. */
  async alive(): Promise<Alive> {
    for (let round = 0; round < 3; round += 1) await this.send('HeapProfiler.collectGarbage', {});
    const memory = (await this.evaluate('process.memoryUsage()')) as { heapUsed: number; external: number };
    const resources = (await this.evaluate('process.getActiveResourcesInfo()')) as string[];
    const isTimer = (name: string): boolean => name === 'Timeout' || name === 'Immediate';
    const listeners = (await this.over(
      "process.getBuiltinModule('node:events').EventEmitter.prototype",
      '(all) => all.reduce((sums, one) => { for (const name of one._eventsCount > 0 ? one.eventNames() : []) { const of = `${one.constructor?.name} ${String(name)}`; sums[of] = (sums[of] ?? 0) + one.listenerCount(name); } return sums; }, {})',
    )) as Record<string, number>;
    return {
      heapBytes: memory.heapUsed,
      externalBytes: memory.external,
      handles: resources.filter((name) => !isTimer(name)).length,
      timers: resources.filter(isTimer).length,
      listeners,
      sockets: await this.living("process.getBuiltinModule('node:net').Socket.prototype"),
      abortSignals: await this.living('AbortSignal.prototype'),
    };
  }

  close(): void {
    this.socket.close();
  }

  private async living(prototype: string): Promise<number> {
    return Number(await this.over(prototype, '(all) => all.length'));
  }

  /** Returns the result of a function over all live objects with this prototype. */
  private async over(prototype: string, count: string): Promise<unknown> {
    const { result } = await this.send('Runtime.evaluate', { expression: prototype, objectGroup: 'soak' });
    const { objects } = await this.send('Runtime.queryObjects', {
      prototypeObjectId: result?.objectId,
      objectGroup: 'soak',
    });
    const counted = await this.send('Runtime.callFunctionOn', {
      objectId: objects?.objectId,
      functionDeclaration: `function () { return (${count})(this) }`,
      returnByValue: true,
    });
    await this.send('Runtime.releaseObjectGroup', { objectGroup: 'soak' });
    return counted.result?.value;
  }

  private async evaluate(expression: string): Promise<unknown> {
    return (await this.send('Runtime.evaluate', { expression, returnByValue: true })).result?.value;
  }

  private send(method: string, params: object): Promise<NonNullable<Reply['result']>> {
    const id = this.next;
    this.next += 1;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, (reply) => {
        this.waiting.delete(id);
        if (reply.error) reject(new Error(`${method}: ${reply.error.message}`));
        else resolve(reply.result ?? {});
      });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
