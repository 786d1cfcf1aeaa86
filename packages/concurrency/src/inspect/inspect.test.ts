import { expect, it } from 'vitest';
import { Channel } from '../channels/channel.ts';
import { inspect } from './inspect.ts';

it('tells how full a channel is, what went through and who waits', async () => {
  const channel = new Channel<number>(1);
  const inspection = inspect(channel);
  await channel.send(1);
  const blocked = channel.send(2);
  expect(inspection.snapshot()).toEqual({
    length: 1,
    capacity: 1,
    sent: 1,
    received: 0,
    dropped: 0,
    blockedSenders: 1,
    blockedReceivers: 0,
    isClosed: false,
  });
  await channel.receive();
  await blocked;
  await channel.receive();
  const receiving = channel.receive();
  expect(inspection.snapshot()).toMatchObject({ length: 0, sent: 2, received: 2, blockedReceivers: 1 });
  channel.close();
  await receiving;
  expect(inspection.snapshot()).toMatchObject({ isClosed: true, sent: 2, received: 2, blockedReceivers: 0 });
});

it('tells what the overflow strategy threw away', async () => {
  const channel = new Channel<number>(2, { overflow: 'drop-oldest' });
  await channel.send(1);
  using inspection = inspect(channel);
  await channel.send(2);
  await channel.send(3);
  expect(inspection.snapshot()).toMatchObject({ length: 2, dropped: 1, sent: 2 });
});

it('counts a value that goes straight into the hands of a receiver as sent and received', async () => {
  const channel = new Channel<number>(0);
  using inspection = inspect(channel);
  const receiving = channel.receive();
  await channel.send(1);
  await receiving;
  expect(inspection.snapshot()).toMatchObject({ sent: 1, received: 1, length: 0 });
});

it('stops counting when closed, and leaves other inspections and the channel alone', async () => {
  const channel = new Channel<number>(5);
  const first = inspect(channel);
  const second = inspect(channel);
  await channel.send(1);
  first.close();
  first.close();
  await channel.send(2);
  await channel.receive();
  const blockedAndDropped = new Channel<number>(1, { overflow: 'drop-newest' });
  expect(first.snapshot()).toMatchObject({ sent: 1, received: 0, length: 1, isClosed: false });
  expect(second.snapshot()).toMatchObject({ sent: 2, received: 1, length: 1 });
  second[Symbol.dispose]();
  await channel.send(3);
  expect(second.snapshot()).toMatchObject({ sent: 2, length: 2 });
  blockedAndDropped.close();
});

it('shares a channel on which senders block and values are dropped', async () => {
  const channel = new Channel<number>(1);
  const both = [inspect(channel), inspect(channel)];
  const sending = [channel.send(1), channel.send(2)];
  await channel.receive();
  await Promise.all(sending);
  const dropping = new Channel<number>(1, { overflow: 'drop-newest' });
  const others = [inspect(dropping), inspect(dropping)];
  await dropping.send(1);
  await dropping.send(2);
  expect(both.map((one) => one.snapshot().sent)).toEqual([2, 2]);
  expect(others.map((one) => one.snapshot())).toMatchObject([{ dropped: 1 }, { dropped: 1 }]);
});
