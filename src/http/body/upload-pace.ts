/** Minimum rate at which a client must send a body. */
export const MIN_UPLOAD_BYTES_PER_SECOND = 10 * 1024;

const CHECK_MS = 1_000;
/** Length of the window in which the rate is measured. Short pauses of the network do not matter. */
const WINDOW_MS = 5_000;
const BYTES_PER_WINDOW = (MIN_UPLOAD_BYTES_PER_SECOND * WINDOW_MS) / 1_000;

/** An upload whose rate is checked. */
export interface PacedUpload {
  /** Bytes received over the network so far. */
  receivedBytes: number;
  /** Called once, when a window contains too few bytes. */
  tooSlow(): void;
}

interface Watched {
  windowEndsAt: number;
  bytesAtWindowStart: number;
}

/** Checks the rate of all uploads with one timer, which runs only if there are uploads. */
export class UploadPace {
  private readonly uploads = new Map<PacedUpload, Watched>();
  private timer?: NodeJS.Timeout;
  private checkedAt = 0;

  watch(upload: PacedUpload): void {
    const now = performance.now();
    this.uploads.set(upload, { windowEndsAt: now + WINDOW_MS, bytesAtWindowStart: upload.receivedBytes });
    if (this.timer !== undefined) return;
    this.checkedAt = now;
    this.timer = setInterval(() => this.check(performance.now()), CHECK_MS).unref();
  }

  unwatch(upload: PacedUpload): void {
    this.uploads.delete(upload);
  }

  private check(now: number): void {
    if (this.uploads.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    // After a pause of this process, bytes that have arrived meanwhile are not read yet, so the windows are extended.
    const pausedMs = Math.max(0, now - this.checkedAt - CHECK_MS);
    this.checkedAt = now;
    for (const [upload, watched] of this.uploads) {
      watched.windowEndsAt += pausedMs;
      if (now < watched.windowEndsAt) continue;
      if (upload.receivedBytes - watched.bytesAtWindowStart < BYTES_PER_WINDOW) {
        this.uploads.delete(upload);
        upload.tooSlow();
        continue;
      }
      watched.windowEndsAt = now + WINDOW_MS;
      watched.bytesAtWindowStart = upload.receivedBytes;
    }
  }
}
