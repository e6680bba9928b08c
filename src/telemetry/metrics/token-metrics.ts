import { Counter, Gauge, type Registry } from 'prom-client';

interface KeySetState {
  /** Monotonic milliseconds of the last loading, or of the start. */
  loadedAt: number;
  failing: boolean;
}

/** Metrics of tokens (JWT), of the keys of their issuers, and of principals. */
export class TokenMetrics {
  private readonly verifications: Counter<'result'>;
  private readonly loads: Counter<'issuer' | 'result'>;
  private readonly unknownTeams: Counter;
  private readonly droppedPrincipals: Counter;
  /** By issuer. Issuers come from the configuration only. */
  private readonly keySets = new Map<string, KeySetState>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.verifications = new Counter({
      name: 'outcrop_token_verifications_total',
      help: 'Verified and rejected tokens (JWT), by result. Tokens that are accepted from the cache are not counted.',
      labelNames: ['result'],
      registers,
    });
    this.loads = new Counter({
      name: 'outcrop_token_key_set_loads_total',
      help: 'Requests for the key set of an issuer, and readings of its file, by result (ok, failed).',
      labelNames: ['issuer', 'result'],
      registers,
    });
    this.unknownTeams = new Counter({
      name: 'outcrop_token_unknown_teams_total',
      help: 'Groups in tokens that a rule assigns to a team that does not exist.',
      registers,
    });
    this.droppedPrincipals = new Counter({
      name: 'outcrop_principals_dropped_total',
      help: 'Uses of principals that were not recorded, because the database was unavailable or slow.',
      registers,
    });
    this.keySetGauges(registers);
  }

  verified(result: string): void {
    this.verifications.inc({ result });
  }

  unknownTeam(): void {
    this.unknownTeams.inc();
  }

  principalsDropped(count: number): void {
    this.droppedPrincipals.inc(count);
  }

  issuerAdded(issuer: string): void {
    this.keySets.set(issuer, { loadedAt: performance.now(), failing: true });
  }

  issuerRemoved(issuer: string): void {
    this.keySets.delete(issuer);
  }

  keysLoaded(issuer: string): void {
    this.keySets.set(issuer, { loadedAt: performance.now(), failing: false });
    this.loads.inc({ issuer, result: 'ok' });
  }

  keysFailed(issuer: string): void {
    const state = this.keySets.get(issuer);
    if (state !== undefined) state.failing = true;
    this.loads.inc({ issuer, result: 'failed' });
  }

  private keySetGauges(registers: Registry[]): void {
    const gauge = (name: string, help: string, value: (state: KeySetState) => number): void => {
      const made: Gauge = new Gauge({
        name: `outcrop_token_key_set_${name}`,
        help,
        labelNames: ['issuer'],
        registers,
        collect: () => {
          made.reset();
          for (const [issuer, state] of this.keySets) made.set({ issuer }, value(state));
        },
      });
    };
    gauge(
      'age_seconds',
      'Time since the key set of an issuer was last loaded, or since the start if it never was. A file is loaded when it changes.',
      ({ loadedAt }) => (performance.now() - loadedAt) / 1_000,
    );
    gauge('failing', '1 while the last attempt to load the key set of an issuer failed.', ({ failing }) =>
      Number(failing),
    );
  }
}
