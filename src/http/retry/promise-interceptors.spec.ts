import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { InterceptorsConsumer } from '@nestjs/core/interceptors/interceptors-consumer.js';
import { isObservable, lastValueFrom, map, type Observable } from 'rxjs';
import { callPromiseInterceptorsDirectly, interceptWith, type PromiseInterceptor } from './promise-interceptors.ts';

const interceptOfNest = Reflect.get(InterceptorsConsumer.prototype, 'intercept') as never;

afterAll(() => {
  InterceptorsConsumer.prototype.intercept = interceptOfNest;
});

/** Adds its name to the answer, after `calls` calls of the handler. */
class Naming implements PromiseInterceptor {
  seen?: ExecutionContext;

  constructor(
    private readonly name: string,
    private readonly calls = 1,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    return interceptWith(this, execution, next);
  }

  async around(execution: ExecutionContext, handle: () => Promise<unknown>): Promise<unknown> {
    this.seen = execution;
    let answer: unknown;
    for (let call = 0; call < this.calls; call++) answer = await handle();
    return `${this.name}(${String(answer)})`;
  }
}

class OnObservables implements NestInterceptor {
  intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((answer) => `observable(${String(answer)})`));
  }
}

class Controller {}
const callback = () => 'handler';

describe.each(['of Nest', 'of the gateway'])('the interceptors of a handler, called in the way %s', (way) => {
  beforeAll(() => {
    if (way === 'of the gateway') callPromiseInterceptorsDirectly();
  });

  async function call(interceptors: NestInterceptor[], next = () => Promise.resolve<unknown>('answer')) {
    const consumer = new InterceptorsConsumer();
    const answer: unknown = await consumer.intercept(
      interceptors,
      ['request'],
      new Controller(),
      callback,
      next,
      'http',
    );
    return { answer: isObservable(answer) ? await lastValueFrom(answer) : answer, isObservable: isObservable(answer) };
  }

  it('surround one another in their order', async () => {
    const { answer } = await call([new Naming('outer'), new Naming('inner')]);
    expect(answer).toBe('outer(inner(answer))');
  });

  it('repeat the interceptors below them and the handler', async () => {
    let calls = 0;
    const { answer } = await call([new Naming('outer', 2), new Naming('inner', 3)], () =>
      Promise.resolve((calls += 1)),
    );
    expect([answer, calls]).toEqual(['outer(inner(6))', 6]);
  });

  it('know the request, the class, the handler and the kind', async () => {
    const interceptor = new Naming('one');
    await call([interceptor]);
    const { seen } = interceptor;
    expect(seen!.switchToHttp().getRequest()).toBe('request');
    expect([seen!.getClass(), seen!.getHandler(), seen!.getType()]).toEqual([Controller, callback, 'http']);
  });

  it('pass on the error of the handler', async () => {
    const failing = call([new Naming('one')], () => Promise.reject(new Error('failed')));
    await expect(failing).rejects.toThrow('failed');
  });

  it('use observables if one of them needs them', async () => {
    const result = await call([new Naming('outer'), new OnObservables(), new Naming('inner')]);
    expect(result).toEqual({ answer: 'outer(observable(inner(answer)))', isObservable: true });
  });

  it('may be none', async () => {
    expect(await call([])).toEqual({ answer: 'answer', isObservable: false });
  });

  it('use observables only in the way of Nest', async () => {
    expect((await call([new Naming('one')])).isObservable).toBe(way === 'of Nest');
  });
});
