/** Response of ApplyGuardrail. Contains only the fields that the gateway reads. */
export interface GuardrailAnswer {
  action?: string;
  /** Units that AWS bills, by policy. */
  usage?: unknown;
  assessments?: readonly Assessment[];
}

interface Assessment {
  contentPolicy?: { filters?: readonly Filter[] };
}

interface Filter {
  type?: string;
  confidence?: string;
  action?: string;
  detected?: boolean;
}
