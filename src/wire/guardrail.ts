/** What ApplyGuardrail answers, as far as it is read. */
export interface GuardrailAnswer {
  action?: string;
  assessments?: readonly Assessment[];
}

export interface Assessment {
  contentPolicy?: { filters?: readonly Filter[] };
}

export interface Filter {
  type?: string;
  confidence?: string;
  action?: string;
  detected?: boolean;
}
