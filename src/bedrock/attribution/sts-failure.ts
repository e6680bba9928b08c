/** Longest text of a failure in the log. */
const MAX_FAILURE_TEXT = 500;

/** Returns the failure of a request to STS with the advice that follows from it. Contains no credentials. */
export function describeStsFailure(failure: Error): string {
  const text = `${failure.name}: ${failure.message}`.slice(0, MAX_FAILURE_TEXT);
  const advice = adviceFor(failure);
  return advice === undefined ? text : `${text} (${advice})`;
}

function adviceFor({ name, message }: Error): string | undefined {
  if (/sts:TagSession/.test(message)) {
    return 'the trust policy of the role must allow sts:TagSession to the role of the gateway, which needs the permission, too';
  }
  if (name === 'AccessDenied' || name === 'AccessDeniedException') {
    return 'the role does not exist, or its trust policy or the policy of the gateway does not allow sts:AssumeRole';
  }
  if (/PackedPolicyTooLarge/.test(name)) return 'the session tags are too large together; shorten them';
  if (/DurationSeconds|MaxSessionDuration|role chaining/i.test(message)) {
    return 'bedrock.attribution.sessionSeconds must be at most the maximum of the role, and 3600 for credentials of a role';
  }
  return undefined;
}
