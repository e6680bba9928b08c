/** A variable that platforms, Docker images or the AWS tools set under its own name. */
export interface WellKnownVariable {
  name: string;
  /** Path of the setting. */
  setting: string;
  /**
   * `file`: has precedence over the configuration file. `defaults`: applies only if the file does not contain the setting,
   * because EKS sets AWS_REGION in every pod, which must not override the file.
   */
  overrides: 'file' | 'defaults';
  /** Converts the text to a value; undefined means no value. Without it, the text is the value. */
  read?: (text: string) => string | undefined;
  /** For the documentation. */
  note?: string;
}

/**
 * All well-known variables. For the same setting, later entries have precedence among those that beat the file, and earlier
 * ones among those that beat the defaults. GATEWAY__ variables have precedence over all.
 */
export const wellKnownVariables: readonly WellKnownVariable[] = [
  { name: 'PORT', setting: 'server.port', overrides: 'file' },
  { name: 'AWS_REGION', setting: 'bedrock.region', overrides: 'defaults' },
  { name: 'AWS_DEFAULT_REGION', setting: 'bedrock.region', overrides: 'defaults' },
  {
    name: 'AWS_ROLE_ARN',
    setting: 'bedrock.accountId',
    overrides: 'defaults',
    read: accountOfRole,
    note: 'the account of the role',
  },
  { name: 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME', setting: 'bedrock.endpoint', overrides: 'defaults' },
  { name: 'AWS_ENDPOINT_URL', setting: 'bedrock.endpoint', overrides: 'defaults' },
  { name: 'AWS_ENDPOINT_URL_BEDROCK', setting: 'bedrock.controlPlaneEndpoint', overrides: 'defaults' },
  { name: 'AWS_ENDPOINT_URL', setting: 'bedrock.controlPlaneEndpoint', overrides: 'defaults' },
  { name: 'REDIS_URL', setting: 'redis.url', overrides: 'file' },
  // A flag is less specific than a level, so LOG_LEVEL follows it.
  {
    name: 'DEBUG_MODE',
    setting: 'logging.level',
    overrides: 'file',
    read: debugLevel,
    note: '`true` means `debug`; content is logged by `npm start` only',
  },
  {
    name: 'LOG_LEVEL',
    setting: 'logging.level',
    overrides: 'file',
    read: lowerCase,
    note: 'has precedence over `DEBUG_MODE`',
  },
  { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', setting: 'telemetry.endpoint', overrides: 'defaults' },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    setting: 'telemetry.headers',
    overrides: 'defaults',
    read: pairs,
    note: '`name=value,…`',
  },
  { name: 'OTEL_SERVICE_NAME', setting: 'telemetry.serviceName', overrides: 'defaults' },
  {
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    setting: 'telemetry.resourceAttributes',
    overrides: 'defaults',
    read: pairs,
    note: '`name=value,…`',
  },
];

/** Returns the account of a role's ARN. EKS sets the variable in pods that have an IAM role (IRSA). */
function accountOfRole(text: string): string | undefined {
  return /^arn:[a-z-]+:iam::(\d{12}):role\//.exec(text)?.[1];
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}

function debugLevel(text: string): string | undefined {
  return ['true', '1', 'yes', 'on'].includes(text.toLowerCase()) ? 'debug' : undefined;
}

/** Converts OpenTelemetry's lists, `name=value,name=value` with percent-encoded values, to JSON. Skips invalid pairs. */
function pairs(text: string): string {
  const entries = text.split(',').flatMap((pair) => {
    const [name = '', ...rest] = pair.split('=');
    const value = decoded(rest.join('=').trim());
    return name.trim() === '' || value === '' ? [] : [[name.trim(), value]];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
