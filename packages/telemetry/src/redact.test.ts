import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';
import { maskPhone, onOneLine, redactText } from './redact-text.ts';

describe('redact', () => {
  it('masks secrets by key, however the key is written, at any depth and inside arrays', () => {
    const redacted = redact({
      password: 'hunter2',
      nested: [{ 'Set-Cookie': 'sid=1', api_key: 'k', accessToken: 't', setup_token: 's' }],
      headers: { Authorization: 'Bearer abc', 'x-api-key': 'k', proxyAuthorization: { any: 'thing' } },
      jwt: 'abc',
    });
    expect(redacted).toEqual({
      password: '***',
      nested: [{ 'Set-Cookie': '***', api_key: '***', accessToken: '***', setup_token: '***' }],
      headers: { Authorization: '***', 'x-api-key': '***', proxyAuthorization: '***' },
      jwt: '***',
    });
  });

  it('masks phones by key, as text and as number, keeping two digits', () => {
    expect(
      redact({ phone: '+55 11 98765-4321', contact: { phone_number: 5511987654321, msisdn: '99' } }),
    ).toEqual({
      phone: '***21',
      contact: { phone_number: '***21', msisdn: '***99' },
    });
  });

  it('keeps counts and flags whose key merely sounds like a secret', () => {
    expect(redact({ tokensLeft: 3, hasPassword: true, cookie: null })).toEqual({
      tokensLeft: 3,
      hasPassword: true,
      cookie: null,
    });
  });

  it('spells errors out with causes and own fields, masked', () => {
    const error = Object.assign(new Error('no answer for +5511987654321', { cause: new Error('deep') }), {
      code: 'unavailable',
      details: { token: 'abc' },
    });
    expect(redact({ error })).toMatchObject({
      error: {
        type: 'Error',
        message: 'no answer for ***21',
        code: 'unavailable',
        details: { token: '***' },
        cause: { message: 'deep' },
      },
    });
    expect(JSON.stringify(redact(error))).not.toContain('11987654321');
    expect(redact(new AggregateError([new Error('one')]))).toMatchObject({ errors: [{ message: 'one' }] });
  });

  it('leaves out what a Postgres error quotes of a row', () => {
    const error = Object.assign(new Error('invalid input syntax for type json'), {
      severity: 'ERROR',
      code: '22P02',
      detail: 'Key (tenant_id, name)=(1, Maria Silva) already exists.',
      where: 'COPY import_stage, line 3, column attributes: "{"cpf":"123.456.789-09"}"',
      internalQuery: "select 'Maria Silva'",
    });
    const text = JSON.stringify(redact({ error: new Error('the batch failed', { cause: error }) }));
    expect(text).toContain('22P02');
    expect(text).not.toContain('Maria');
    expect(text).not.toContain('123.456');
  });

  it('leaves the original alone', () => {
    const fields = { user: { password: 'hunter2' } };
    redact(fields);
    expect(fields.user.password).toBe('hunter2');
  });

  it('survives cycles, depth, getters that throw, and values JSON does not know', () => {
    const cyclic: Record<string, unknown> = { big: 10n, when: new Date(0), bytes: new Uint8Array(3) };
    cyclic['self'] = cyclic;
    expect(redact(cyclic)).toEqual({
      big: '10',
      when: '1970-01-01T00:00:00.000Z',
      bytes: '[3 bytes]',
      self: '[circular]',
    });
    let deep: unknown = 'end';
    for (let level = 0; level < 50; level++) deep = { deep };
    expect(JSON.stringify(redact(deep))).toContain('[too deep]');
    const hostile = {
      get trap(): string {
        throw new Error('boo');
      },
    };
    expect(redact(hostile)).toEqual({ unprintable: true });
    const bad = {
      toJSON: () => {
        throw new Error('boo');
      },
    };
    expect(redact({ bad, good: { toJSON: () => '***' } })).toEqual({ bad: '[unprintable]', good: '***' });
    expect(redact({ map: new Map([['token', 'x']]), set: new Set([1]), fn: () => 1 })).toEqual({
      map: { token: '***' },
      set: [1],
    });
  });
});

describe('redactText', () => {
  it.each([
    ['sent to +5511987654321 now', 'sent to ***21 now'],
    ['sent to +55 (11) 98765-4321.', 'sent to ***21.'],
    ['5511987654321@s.whatsapp.net', '***21@s.whatsapp.net'],
    ['GET /x Authorization: Bearer abc.def-123', 'GET /x Authorization: Bearer ***'],
    ['jwt eyJhbGciOiJI.eyJzdWIiOiIx.sig', 'jwt ***'],
    ['postgres://zaphub:pa55word@127.0.0.1:5432/x', 'postgres://zaphub:***@127.0.0.1:5432/x'],
    ['redis://:secret@127.0.0.1:6379', 'redis://:***@127.0.0.1:6379'],
    ['/events?token=abc&x=1', '/events?token=***&x=1'],
  ])('masks %j', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it.each([
    '0193b1a2-7c3d-7e4f-8a5b-123456789012',
    '2026-11-21T14:36:00.000Z',
    'took 1234 ms at file.ts:120:15',
    'batch of 1000000 rows',
    'version 18.4',
  ])('keeps %j', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('masks whatever is written as a phone', () => {
    expect(maskPhone('')).toBe('***');
    expect(maskPhone('+1 (415) 555-0132')).toBe('***32');
  });
});

describe('onOneLine', () => {
  it('makes line breaks and escape sequences visible', () => {
    expect(onOneLine('a\r\nb\u001b[31mred\u2028c')).toBe('a\\r\\nb\\u001b[31mred\\u2028c');
  });
});
