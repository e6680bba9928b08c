import type { Response } from 'express';

/** Resolves when a full socket has drained or the connection has closed. */
export function waitUntilWritable(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
