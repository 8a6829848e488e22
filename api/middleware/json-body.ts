import type { IncomingMessage } from 'node:http';
import rawBody from 'raw-body';
import type { ApiContext } from '../context';
import { parseJson, type JsonValue } from '../json/parse-json';
import { ProblemError } from '../problem-error';

/**
 * Reads a request's JSON body, numbers as they were written.
 *
 * @param limit - Bytes a body may have.
 * @throws ProblemError 413, 415 or 400.
 */
export async function readJsonBody(ctx: ApiContext, limit: number): Promise<JsonValue> {
  refuseOtherMedia(ctx);
  const bytes = await readBytes(ctx.req, limit);
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'the text is not UTF-8';
    throw new ProblemError('malformed_request', `The body is not JSON: ${reason}.`, {
      cause: error,
    });
  }
}

/** Alpaca's Go client says nothing of its JSON, and curl says what it says of any text. */
const UNNAMED: ReadonlySet<string> = new Set(['', 'application/x-www-form-urlencoded']);

function refuseOtherMedia(ctx: ApiContext): void {
  const encoding = ctx.get('Content-Encoding').toLowerCase();
  if (encoding !== '' && encoding !== 'identity') {
    throw new ProblemError(
      'unsupported_media_type',
      `Content-Encoding '${encoding.slice(0, 40)}' is not read here; send the body as it is.`,
      { headers: { 'Accept-Encoding': 'identity' } },
    );
  }
  const type = ctx.get('Content-Type').split(';')[0]?.trim().toLowerCase() ?? '';
  const unnamed = ctx.state.door.name === 'alpaca' && UNNAMED.has(type);
  if (type !== 'application/json' && !unnamed) {
    throw new ProblemError('unsupported_media_type', 'Send the body as application/json.', {
      headers: { Accept: 'application/json' },
    });
  }
}

async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  try {
    return await rawBody(request, { limit, length: request.headers['content-length'] ?? null });
  } catch (error) {
    // Read to its end, so that a client that only writes now sees the answer, not a reset.
    request.resume();
    if ((error as { type?: unknown }).type === 'entity.too.large') {
      throw new ProblemError('body_too_large', `A body has at most ${limit} bytes.`);
    }
    throw new ProblemError('malformed_request', 'The body ended before its announced length.', {
      cause: error,
    });
  }
}
