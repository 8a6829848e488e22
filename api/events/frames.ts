/** Frames of a server-sent event stream (WHATWG HTML, section 9.2). */

export interface Frame {
  /** Becomes the reader's Last-Event-ID; absent leaves that as it was. */
  readonly id?: string;
  /** Absent: what a reader calls a message. */
  readonly event?: string;
  readonly data: unknown;
}

export function formatFrame({ id, event, data }: Frame): string {
  // JSON.stringify writes no line break, so the data is one line.
  const head = id === undefined ? '' : `id: ${id}\n`;
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${head}${name}data: ${JSON.stringify(data)}\n\n`;
}

export const formatComment = (text: string): string => `: ${text}\n\n`;

/** How long a browser waits before it comes back. */
export const formatRetry = (milliseconds: number): string => `retry: ${milliseconds}\n\n`;
