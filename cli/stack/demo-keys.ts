/** The key pair of the demo account: made at the first start of a home, the same ever after. */
import { randomBytes, randomInt } from 'node:crypto';
import { readJsonFile, writeJsonFile } from './json-file';

export interface DemoKeys {
  readonly apiKeyId: string;
  readonly apiSecretKey: string;
}

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const ID_LENGTH = 18;
const SECRET_BYTES = 32;

function createKeys(): DemoKeys {
  const letters = Array.from(
    { length: ID_LENGTH },
    () => ID_ALPHABET[randomInt(ID_ALPHABET.length)],
  );
  return {
    apiKeyId: `PK${letters.join('')}`,
    apiSecretKey: randomBytes(SECRET_BYTES).toString('base64url'),
  };
}

/** Reads the pair from the file (mode 600), which is written first when there is none. */
export function openDemoKeys(file: string): DemoKeys {
  const content = readJsonFile(file);
  if (content === undefined) {
    const keys = createKeys();
    writeJsonFile(file, { api_key_id: keys.apiKeyId, api_secret_key: keys.apiSecretKey });
    return keys;
  }
  const { api_key_id: apiKeyId, api_secret_key: apiSecretKey } = content as Record<string, unknown>;
  if (typeof apiKeyId !== 'string' || typeof apiSecretKey !== 'string') {
    throw new Error(`${file} holds no key pair; remove it and a new one is made at the next start`);
  }
  return { apiKeyId, apiSecretKey };
}
