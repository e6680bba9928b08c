/** Response of ApplyGuardrail. Contains only the fields that the gateway reads. */
export interface GuardrailAnswer {
  action?: string;
  /** Units that AWS bills, by policy. */
  usage?: unknown;
  assessments?: readonly Assessment[];
  /** AWS's id of the request, which the gateway adds. */
  upstreamRequestId?: string;
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
