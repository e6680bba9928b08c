import { DatabaseService } from '../../src/database/database.service.ts';
import type { GatewayConfig } from '../../src/config/gateway-config.ts';
import { LiveConfig } from '../../src/config/live-config.ts';
import { GovernanceService } from '../../src/governance/governance.service.ts';
import { GovernanceRepository } from '../../src/governance/repository/governance.repository.ts';
import { TokenVerifier } from '../../src/governance/tokens/token-verifier.service.ts';
import { ModelRegistryService } from '../../src/models/model-registry.service.ts';
import { MetricsService } from '../../src/telemetry/metrics/metrics.service.ts';

/** Returns a verifier of tokens without teams and without a database. */
export function tokenVerifierOf(config: GatewayConfig): TokenVerifier {
  const [metrics, live] = [new MetricsService(), new LiveConfig(config)];
  const repository = new GovernanceRepository(new DatabaseService(config.database));
  const models = new ModelRegistryService(config);
  const governance = new GovernanceService(config, live, metrics, { repository, models });
  return new TokenVerifier(config, metrics, live, governance, repository);
}
