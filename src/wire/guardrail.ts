/** Response of ApplyGuardrail. Contains only the fields that the gateway reads. */
export interface GuardrailAnswer {
  action?: string;
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
