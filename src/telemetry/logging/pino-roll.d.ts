/** The package has no types of its own; this is as much of it as is used. */
declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events';

  interface RollingFile extends EventEmitter {
    write(line: string): boolean;
    flush(done: (error?: Error) => void): void;
    flushSync(): void;
    end(): void;
  }

  export default function openRollingFile(options: {
    file: string;
    size: string;
    limit: { count: number; removeOtherLogFiles: boolean };
    mkdir: boolean;
    sync: boolean;
    maxLength: number;
  }): Promise<RollingFile>;
}
