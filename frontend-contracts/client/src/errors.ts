import type { UserErrorCode } from './generated/documents.js';

/** Every `extensions.code` that the server sends. */
export type ErrorCode =
  | 'BAD_REQUEST' | 'BODY_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED' | 'OPERATION_NOT_FOUND'
  | 'QUERY_TOO_DEEP' | 'QUERY_TOO_COMPLEX' | 'TOO_MANY_ALIASES' | 'DOCUMENT_NOT_TRUSTED' | 'INTROSPECTION_DISABLED'
  | 'INVALID_INPUT' | 'INVALID_ID' | 'INVALID_CURSOR' | 'UNAUTHENTICATED' | 'TOKEN_EXPIRED' | 'FORBIDDEN' | 'NOT_FOUND'
  | 'RATE_LIMITED' | 'BUSY_RETRY' | 'UNAVAILABLE' | 'OVERLOADED' | 'INTERNAL';

/**
 * What the client adds. NETWORK: no answer came, so that nobody knows what became of it. CLOSED: the server ended the subscription or the socket for good. CHANGED: the shopper
 * for whom it was begun is signed in no more; it was not sent for anybody else, but an earlier try may have come through.
 */
export type ClientCode = 'NETWORK' | 'CLOSED' | 'CHANGED';

export interface Details {
  /** The HTTP status, or the socket's close code. */
  status?: number;
  /** Names the request in the shop's log. */
  traceId?: string;
  /** Not before then does trying again make sense. */
  retryAfterSeconds?: number | null;
  /** What did come, when only some fields failed. */
  data?: unknown;
}

/** One element of a GraphQL answer's `errors`. */
export interface Failure {
  message: string;
  extensions: Details & { code: ErrorCode };
}

export interface KaituanError extends Details {}

/** Why a request, a subscription or a sign-in failed. Broken rules of the shop are no errors but `userErrors` in the data; a refused sign-in has such a code here. */
export class KaituanError extends Error {
  constructor(readonly code: ErrorCode | UserErrorCode | ClientCode, message: string, details?: Details) {
    super(message);
    Object.assign(this, details);
  }
}

export const failed = ({ message, extensions }: Failure, status?: number, data?: unknown): KaituanError =>
  new KaituanError(extensions.code, message, Object.assign({ status, data }, extensions));

/** The token that was sent counts no more. */
export const unknown = (code: string): boolean => /^(TOKEN_EXPIRED|UNAUTHENTICATED)$/.test(code);

/** Nothing is wrong with what was sent: trying again may help. */
export const passing = (code: string): boolean => /^(NETWORK|BUSY_RETRY|OVERLOADED|RATE_LIMITED|UNAVAILABLE|INTERNAL)$/.test(code);
