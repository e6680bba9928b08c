/** HTTP statuses of Bedrock Runtime's exceptions. AWS API reference: InvokeModel and Converse, "Errors". */
const STATUS: Record<string, number> = {
  AccessDeniedException: 403,
  ConflictException: 400,
  ExpiredTokenException: 403,
  InternalServerException: 500,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelStreamErrorException: 424,
  ModelTimeoutException: 408,
  RequestEntityTooLargeException: 413,
  ResourceNotFoundException: 404,
  SerializationException: 400,
  ServiceQuotaExceededException: 400,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
  ValidationException: 400,
};

const DEFAULT_MESSAGE: Record<string, string> = {
  InternalServerException: 'The system encountered an unexpected error during processing. Try your request again.',
  ModelErrorException: 'The model encountered an error while processing the request. Try your request again.',
  ModelNotReadyException: 'Model is not ready for inference. Wait and try your request again.',
  ModelStreamErrorException: 'The model stream failed. Try your request again.',
  ModelTimeoutException: 'Model has timed out in processing the request. Try your request again.',
  ServiceQuotaExceededException: 'Your request exceeds the service quota for your account.',
  ServiceUnavailableException: 'Bedrock is unable to process your request.',
  ThrottlingException: 'Too many requests, please wait before trying again.',
};

/** Rejection of a request in Bedrock's form: name of the exception, HTTP status and message. */
export class AwsException extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(name: string, message?: string, status?: number) {
    super(message ?? DEFAULT_MESSAGE[name] ?? 'The emulator is configured to fail.');
    this.name = name;
    this.status = status ?? STATUS[name] ?? 500;
  }
}

export function validationException(message: string): AwsException {
  return new AwsException('ValidationException', message);
}
