/**
 * The channel to a program that started Everfill and waits for it: `up --detach`, or a test.
 * While the channel is open Everfill belongs to that program and ends with it.
 */

/** What the starter hears. */
export type StarterMessage =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'ready'; readonly banner: string }
  | { readonly kind: 'failed'; readonly message: string };

/** What the starter may say: Everfill is to go on without it. */
export const RELEASE = 'release';

export interface ParentChannel {
  tell(message: StarterMessage): void;
  close(): void;
}

/**
 * @param whenLost - Called when the starter ended without releasing Everfill.
 * @returns Undefined when this process was started without a channel, e.g. by a shell.
 */
export function openParentChannel(whenLost: () => void): ParentChannel | undefined {
  if (!process.connected) return undefined;
  let released = false;
  process.on('message', (message) => {
    if (message !== RELEASE) return;
    released = true;
    process.disconnect();
  });
  process.on('disconnect', () => {
    if (!released) whenLost();
  });
  return {
    tell: (message) => {
      // The starter may end at any moment; then nobody listens and nothing is lost.
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    close: () => {
      released = true;
      if (process.connected) process.disconnect();
    },
  };
}
