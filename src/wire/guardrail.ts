/** What ApplyGuardrail answers, as far as it is read. */
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
