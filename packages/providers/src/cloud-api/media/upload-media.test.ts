import { afterEach, describe, expect, it } from 'vitest';
import { exampleRequest, soon } from '../../provider-conformance.ts';
import { Secret } from '../../secret.ts';
import { createCloudApi } from '../create-cloud-api.ts';
import { type GraphServer, startGraphServer } from '../testing/graph-server.ts';
import { type MediaFile, type MediaUpload, uploadMedia } from './upload-media.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const open = async () => {
  const server: GraphServer = await startGraphServer();
  const { phoneNumberId, businessAccountId } = server;
  const account = { phoneNumberId, businessAccountId, accessToken: new Secret('EAAB-test') };
  const provider = createCloudApi({ accountFor: () => account }, { baseUrl: server.url });
  closers.push(
    () => server.close(),
    () => provider.close(),
  );
  const upload = (change: Partial<MediaFile>): Promise<MediaUpload> =>
    uploadMedia(provider.graph, account, {
      file: { bytes: new Uint8Array([137, 80, 78, 71]), mimeType: 'image/png', filename: 'a.png', ...change },
      signal: new AbortController().signal,
      now: () => new Date('2026-01-01T00:00:00Z'),
    });
  return { server, provider, upload };
};

describe('an upload', () => {
  it('gives an id that a message can be sent by, for 30 days', async () => {
    const { server, provider, upload } = await open();
    const done = await upload({});
    expect(done).toMatchObject({ ok: true, media: 'image', expiresAt: new Date('2026-01-31T00:00:00Z') });
    const id = done.ok ? done.mediaId : '';
    expect(server.media.get(id)).toEqual({ mimeType: 'image/png', bytes: 4 });
    const content = { kind: 'media', media: 'image', source: { id } } as const;
    expect(await provider.send(exampleRequest({ content }), soon())).toMatchObject({ kind: 'sent' });
    expect(
      await provider.send(exampleRequest({ content: { ...content, source: { id: 'expired' } } }), soon()),
    ).toMatchObject({ kind: 'refused', error: { code: 131009 } });
  });

  it('of a type or a size that Meta does not take does not leave', async () => {
    const { server, upload } = await open();
    expect(await upload({ mimeType: 'image/gif' })).toMatchObject({
      ok: false,
      failure: { code: 'media_type_unsupported', mayRetry: false },
    });
    expect(await upload({ bytes: new Uint8Array(5 * 1_048_576 + 1) })).toMatchObject({
      ok: false,
      failure: { code: 'media_too_big', mayRetry: false },
    });
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['video/mp4', 'video'],
    ['audio/ogg; codecs=opus', 'audio'],
    ['image/webp', 'sticker'],
    ['application/pdf', 'document'],
    ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'document'],
  ])('of %s is sent as %s', async (mimeType, media) => {
    const { upload } = await open();
    const done = await upload({ mimeType, filename: 'a' });
    expect(done).toMatchObject({ ok: true, media });
  });
});
