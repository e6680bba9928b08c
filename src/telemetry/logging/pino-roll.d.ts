/** Types of the parts of pino-roll in use. The package has none. */
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
