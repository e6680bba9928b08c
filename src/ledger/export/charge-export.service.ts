import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { DatabaseService } from '../../database/database.service.ts';
import { GatewayError } from '../../errors/errors.ts';
import { type ExportFormat, formatCharges } from './focus/charge-export.ts';
import { hoursOfDays } from './charge-hours.ts';
import { readChargeLabels } from './focus/charge-labels.ts';
import { ChargeSource } from './charge-source.ts';

/** Exports at a time. Each holds some 20 MB. */
const MAX_EXPORTS = 2;

/** Exports of charges by the admin API. */
@Injectable()
export class ChargeExportService {
  private running = 0;

  constructor(
    private readonly database: DatabaseService,
    private readonly config: GatewayConfig,
  ) {}

  /**
   * Returns the charges of days, both included, as the content of a file. Rejects before its first part with GatewayError 503 if
   * too many exports run, and with DatabaseUnavailableError if the database cannot be used.
   */
  async open(from: string, to: string, format: ExportFormat): Promise<AsyncIterable<string | Uint8Array>> {
    if (this.running >= MAX_EXPORTS) {
      throw new GatewayError({
        code: 'overloaded',
        message: `${MAX_EXPORTS} exports run in this replica. Send the request again when one has ended.`,
      });
    }
    this.running += 1;
    let isOpen = false;
    try {
      const labels = await readChargeLabels(this.database, this.config.bedrock);
      const batches = new ChargeSource(this.database).batches(hoursOfDays(from, to));
      const first = await batches.next();
      const content = formatCharges(format, resumed(first, batches), labels);
      isOpen = true;
      return this.counted(content);
    } finally {
      if (!isOpen) this.running -= 1;
    }
  }

  private async *counted<Part>(parts: AsyncIterable<Part>): AsyncGenerator<Part, undefined> {
    try {
      yield* parts;
      return undefined;
    } finally {
      this.running -= 1;
    }
  }
}

/** Continues an iteration whose first result was read. */
async function* resumed<Item>(
  first: IteratorResult<Item, undefined>,
  rest: AsyncGenerator<Item, undefined>,
): AsyncGenerator<Item, undefined> {
  if (first.done === true) return undefined;
  yield first.value;
  return yield* rest;
}
