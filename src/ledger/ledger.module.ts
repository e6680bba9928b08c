import { Global, Module } from '@nestjs/common';
import { LEDGER_RECORDER, NO_LEDGER } from './rows/ledger-recorder.ts';
import { RequestRecorder } from './recording/request-recorder.ts';

/** The ledger. Global, because requests and background work have rows. */
@Global()
@Module({
  providers: [RequestRecorder, { provide: LEDGER_RECORDER, useValue: NO_LEDGER }],
  exports: [RequestRecorder],
})
export class LedgerModule {}
