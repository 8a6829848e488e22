import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createAccount } from '../../../schema/accounts';
import { NumberLexeme } from '../../json/number-lexeme';
import { findAccount, listAccounts } from '../../queries/accounts';
import { AccountResource, toAccountResource } from '../../resources/account';
import { defineRoute } from '../../route';
import { readCash } from '../../schemas/cash';
import { decimal, isPrintable, uuid, wholeNumber } from '../../schemas/scalars';

const SCOPES = ['trade', 'read', 'admin'] as const;

const NewAccountBody = z.object({
  name: z
    .string()
    .min(1)
    .max(100)
    .refine(isPrintable, { params: { rule: 'printable' }, error: 'only printable characters' }),
  cash: decimal,
  multiplier: z
    .custom<unknown>((value) => ['1', '2'].includes(readText(value) as string), {
      error: 'expected 1 or 2',
      params: { rule: 'multiplier' },
    })
    .transform((value): 1 | 2 => (readText(value) === '2' ? 2 : 1))
    .meta({ type: ['integer', 'string'], enum: [1, 2, '1', '2'] })
    .optional(),
  shorting_enabled: z.boolean().optional(),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length).optional(),
});

/** `2` and `"2"` alike: Alpaca writes the multiplier as text. */
function readText(value: unknown): unknown {
  return value instanceof NumberLexeme ? value.text : value;
}

export const postAccount = defineRoute({
  method: 'POST',
  path: '/admin/accounts',
  operationId: 'createAccount',
  tag: 'admin',
  summary: 'Open an account with cash and a key',
  description: 'The secret is in this answer and nowhere else: only its hash is stored.',
  doors: ['short'],
  scope: 'admin',
  body: NewAccountBody,
  example: { name: 'alice', cash: '100000' },
  answers: {
    201: {
      description: 'The account and its key',
      schema: z.object({
        account: AccountResource,
        key: z.object({
          api_key_id: z.string(),
          api_secret_key: z.string(),
          scopes: z.array(z.enum(SCOPES)),
        }),
        account_id: uuid,
      }),
    },
  },
  problems: [],
  async answer({ db }, { body }) {
    const key = {
      keyId: newKeyId(),
      secret: randomBytes(32).toString('base64url'),
      scopes: [...new Set(body.scopes ?? (['trade', 'read'] as const))],
    };
    const accountId = randomUUID();
    const multiplier = body.multiplier ?? 1;
    await createAccount(db, {
      accountId,
      name: body.name,
      cash: readCash(body.cash),
      multiplier,
      shortingEnabled: body.shorting_enabled ?? false,
      key,
    });
    const account = await findAccount(db, accountId);
    if (account === undefined) throw new Error(`account ${accountId} was created and is not there`);
    return {
      status: 201,
      headers: { 'Cache-Control': 'no-store' },
      body: {
        account_id: accountId,
        account: toAccountResource(account, []),
        key: { api_key_id: key.keyId, api_secret_key: key.secret, scopes: key.scopes },
      },
    };
  },
});

export const getAccounts = defineRoute({
  method: 'GET',
  path: '/admin/accounts',
  operationId: 'listAccounts',
  tag: 'admin',
  summary: 'Accounts, oldest first; positions are not valued here',
  doors: ['short'],
  scope: 'admin',
  query: z.object({ limit: wholeNumber(1, 1_000).optional() }),
  answers: { 200: { description: 'Accounts', schema: z.array(AccountResource) } },
  problems: [],
  async answer({ db }, { query }) {
    const rows = await listAccounts(db, query.limit ?? 100);
    return { status: 200, body: rows.map((row) => toAccountResource(row, [])) };
  },
});

const KEY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `PK` and 18 letters or digits, as Alpaca's paper keys look. */
function newKeyId(): string {
  const letters = Array.from({ length: 18 }, () => KEY_ALPHABET[randomInt(KEY_ALPHABET.length)]);
  return `PK${letters.join('')}`;
}
