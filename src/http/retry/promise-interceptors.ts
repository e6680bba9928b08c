import type { CallHandler, ContextType, ExecutionContext, NestInterceptor, Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { InterceptorsConsumer } from '@nestjs/core/interceptors/interceptors-consumer.js';
import { from, lastValueFrom, type Observable } from 'rxjs';

/** An interceptor of Nest that also works on promises, without observables. */
export interface PromiseInterceptor extends NestInterceptor {
  /** Returns the answer. `handle` calls the handler, or the next interceptor. Each call repeats it. */
  around(execution: ExecutionContext, handle: () => Promise<unknown>): Promise<unknown>;
}

/** Runs a PromiseInterceptor in Nest's way. Used as its `intercept`. */
export function interceptWith(
  interceptor: PromiseInterceptor,
  execution: ExecutionContext,
  next: CallHandler,
): Observable<unknown> {
  return from(interceptor.around(execution, () => lastValueFrom(next.handle())));
}

type Handler = () => Promise<unknown>;
type Intercept = typeof InterceptorsConsumer.prototype.intercept;

const interceptWithObservables = Reflect.get(InterceptorsConsumer.prototype, 'intercept');

/**
 * Calls handlers whose interceptors all work on promises without observables. For each interceptor, Nest creates an
 * asynchronous resource and six observables. Other handlers are called as before.
 */
export function callPromiseInterceptorsDirectly(): void {
  InterceptorsConsumer.prototype.intercept = interceptDirectly as Intercept;
}

function interceptDirectly(
  this: InterceptorsConsumer,
  interceptors: NestInterceptor[] | undefined,
  args: unknown[],
  instance: { constructor: Type<unknown> },
  callback: (...args: unknown[]) => unknown,
  next: Handler,
  type?: ContextType,
): Promise<unknown> {
  if (!interceptors?.length || !interceptors.every(isPromiseInterceptor)) {
    return interceptWithObservables.call(this, interceptors ?? [], args, instance, callback, next, type);
  }
  const execution = new ExecutionContextHost(args, instance.constructor, callback);
  if (type !== undefined) execution.setType(type);
  return handlerFrom(0, interceptors, execution, next)();
}

/** Returns the handler that the interceptors from `index` on surround. */
function handlerFrom(
  index: number,
  interceptors: readonly PromiseInterceptor[],
  execution: ExecutionContext,
  next: Handler,
): Handler {
  const interceptor = interceptors[index];
  if (interceptor === undefined) return next;
  const inner = handlerFrom(index + 1, interceptors, execution, next);
  return () => interceptor.around(execution, inner);
}

function isPromiseInterceptor(interceptor: NestInterceptor): interceptor is PromiseInterceptor {
  return 'around' in interceptor;
}
