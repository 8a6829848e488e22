import { readCredentials } from './credentials';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('readCredentials', () => {
  test.each([
    {
      name: "Alpaca's two headers",
      headers: { 'APCA-API-KEY-ID': 'PK1', 'APCA-API-SECRET-KEY': 's3cret' },
      expected: { keyId: 'PK1', secret: 's3cret' },
    },
    {
      name: 'HTTP Basic, with a colon in the secret',
      headers: { Authorization: basic('PK1:s3:cret') },
      expected: { keyId: 'PK1', secret: 's3:cret' },
    },
    {
      name: 'a Bearer token of both',
      headers: { Authorization: 'Bearer PK1:s3-cr_et' },
      expected: { keyId: 'PK1', secret: 's3-cr_et' },
    },
    { name: 'another token', headers: { Authorization: 'Bearer s3cret' }, expected: null },
    { name: 'nothing', headers: {}, expected: null },
    { name: 'a key without its secret', headers: { 'APCA-API-KEY-ID': 'PK1' }, expected: null },
    { name: 'Basic without a colon', headers: { Authorization: basic('PK1') }, expected: null },
    { name: 'another scheme', headers: { Authorization: 'Digest abc' }, expected: null },
    {
      name: 'a key longer than any of ours',
      headers: { 'APCA-API-KEY-ID': 'P'.repeat(257), 'APCA-API-SECRET-KEY': 's' },
      expected: null,
    },
    {
      name: 'a key that Postgres cannot compare',
      headers: { Authorization: basic('PK\0:s') },
      expected: null,
    },
  ])('reads $name', ({ headers, expected }) => {
    const header = (name: string): string => (headers as Record<string, string>)[name] ?? '';
    expect(readCredentials(header)).toEqual(expected);
  });
});
