import type { BinaryNode } from 'baileys';
import { randomBytes } from 'node:crypto';
import { deviceOf } from './linked-device.ts';
import { checkCountersigned, createCodeExchange, readCode, type ScannedCode, vouchFor } from './linking.ts';
import { attrOf, childOf, node, nowSeconds } from './nodes.ts';
import { createPerson, type StandInPerson } from './person.ts';
import { type Registry, serverAddress, type Visitor } from './registry.ts';

/** The phone that a number belongs to, which links devices. */
export interface StandInPhone extends StandInPerson {
  scan(code: string): void;
  /** Types a code that a device shows; waits until one does, and resolves when the phone has answered. */
  enterCode(code: string): Promise<void>;
  /** Its owner removes every linked device. */
  unlinkAll(): void;
}

/** Where devices are linked, by QR or by code, and logged in. */
export interface LinkDesk {
  /** Answers a stream's handshake: something to be linked by, or a login that succeeds or fails. */
  greet(visitor: Visitor): void;
  /** What a device says about being linked. */
  takeLinking(visitor: Visitor, iq: BinaryNode): void;
  /** An answer to something that was asked of it. */
  takeResult(visitor: Visitor, iq: BinaryNode): void;
  addPhone(phone: string): StandInPhone;
  /** Answers the next login with a failure. */
  refuseLogin(reason: number): void;
}

/** `expectAck` is told what a device will have to acknowledge. */
export function createLinkDesk(registry: Registry, expectAck: (key: string) => void): LinkDesk {
  const { visitors, devices } = registry;
  const loginFailures: number[] = [];
  const waitingForHello = new Set<() => void>();
  let serial = 0;

  const link = (
    visitor: Visitor,
    phone: StandInPerson,
    code: Omit<ScannedCode, 'ref' | 'noiseKey'>,
  ): void => {
    const told = visitor.stream.payload.devicePairingData;
    if (!told?.eIdent || !code.identityKey.equals(Buffer.from(told.eIdent))) {
      throw new Error('the code is of another device');
    }
    const { details, sealed } = vouchFor(phone.identity, code);
    visitor.linking = { phone, identityKey: code.identityKey, details };
    const number = ++serial;
    visitor.device = deviceOf(told, {
      phone: phone.phone,
      jid: phone.jid.replace('@', `:${number}@`),
      lid: phone.lid.replace('@', `:${number}@`),
      noiseKey: visitor.stream.noiseKey,
    });
    visitor.stream.send(
      node('iq', { from: serverAddress, type: 'set', id: `link-${number}`, t: nowSeconds() }, [
        node('pair-success', {}, [
          node('device-identity', {}, sealed),
          node('device', { jid: visitor.device.jid, lid: visitor.device.lid }),
          node('platform', { name: 'android' }),
        ]),
      ]),
    );
  };
  const takeCode = (visitor: Visitor, asked: BinaryNode): void => {
    const phone = registry.personAt(attrOf(asked, 'jid'));
    if (phone === undefined) throw new Error('a code for a number that has no phone');
    const stage = attrOf(asked, 'stage');
    if (stage === 'companion_hello') {
      visitor.hello = asked;
      visitor.codeExchange = createCodeExchange(phone.identity);
      for (const look of waitingForHello) look();
    } else if (stage === 'companion_finish' && visitor.codeExchange !== undefined) {
      link(visitor, phone, visitor.codeExchange.finish(asked));
    } else throw new Error(`an unknown stage: ${stage}`);
  };

  return {
    greet(visitor) {
      const { payload, noiseKey } = visitor.stream;
      if (payload.devicePairingData) {
        visitor.ref = randomBytes(8).toString('hex');
        const refs = [visitor.ref, `${visitor.ref}-2`].map((ref) => node('ref', {}, Buffer.from(ref)));
        const attrs = { from: serverAddress, type: 'set', id: 'pair-device', xmlns: 'md' };
        visitor.stream.send(node('iq', attrs, [node('pair-device', {}, refs)]));
        return;
      }
      const device = devices.find((known) => known.noiseKey.equals(noiseKey));
      const failure = loginFailures.shift();
      if (device === undefined || failure !== undefined) {
        visitor.stream.send(node('failure', { reason: String(failure ?? 401), location: 'test' }));
        visitor.stream.end();
        return;
      }
      if (String(payload.username) !== device.phone.slice(1)) throw new Error('a login with another number');
      visitor.device = device;
      visitor.stream.send(node('success', { t: nowSeconds(), lid: device.lid }));
    },
    takeLinking(visitor, iq) {
      const [asked] = Array.isArray(iq.content) ? iq.content : [];
      const answer = (content?: BinaryNode[]): void =>
        visitor.stream.send(
          node('iq', { from: serverAddress, type: 'result', id: attrOf(iq, 'id') }, content),
        );
      if (asked?.tag === 'link_code_companion_reg') {
        const ref = node('link_code_pairing_ref', {}, Buffer.from('code-ref'));
        answer([node('link_code_companion_reg', {}, [ref])]);
        return takeCode(visitor, asked);
      }
      if (asked?.tag !== 'remove-companion-device') throw new Error('an unknown question about devices');
      const at = devices.findIndex(({ jid }) => jid === attrOf(asked, 'jid'));
      if (at < 0) throw new Error('a device that is not linked logs out');
      devices.splice(at, 1);
      return answer();
    },
    takeResult(visitor, iq) {
      const { linking, device, stream } = visitor;
      const id = attrOf(iq, 'id');
      if (id === 'pair-device') return;
      if (!id.startsWith('link-') || linking === undefined || device === undefined) {
        throw new Error(`an answer to ${id}, which nobody asked`);
      }
      childOf(iq, 'pair-device-sign');
      checkCountersigned(iq, { ...linking, phoneKey: linking.phone.identity.public });
      devices.push(device);
      delete visitor.linking;
      stream.send(node('stream:error', { code: '515' }));
      stream.end();
    },
    addPhone(phone) {
      const person = createPerson(phone, 'Owner');
      registry.register(person);
      const showing = (): Visitor | undefined =>
        [...visitors].find(({ hello }) => hello?.attrs['jid'] === person.jid);
      return {
        ...person,
        scan(code) {
          const scanned = readCode(code);
          const visitor = [...visitors].find(({ ref }) => ref !== undefined && scanned.ref.startsWith(ref));
          if (!visitor?.stream.noiseKey.equals(scanned.noiseKey)) throw new Error('nobody shows this code');
          link(visitor, person, scanned);
        },
        async enterCode(code) {
          while (showing() === undefined) {
            await new Promise<void>((resolve) => {
              waitingForHello.add(resolve);
            });
          }
          const { hello, codeExchange, stream } = showing() ?? {};
          if (hello === undefined || codeExchange === undefined || stream === undefined) return;
          const greeting = await codeExchange.greet(hello, code.replace('-', ''));
          const type = 'link_code_companion_reg';
          expectAck(`notification code-1 ${type}`);
          const attrs = { from: serverAddress, type, id: 'code-1', t: nowSeconds() };
          stream.send(node('notification', attrs, [greeting]));
        },
        unlinkAll() {
          for (const { device, stream } of visitors) {
            if (device?.phone !== phone) continue;
            devices.splice(devices.indexOf(device), 1);
            const removed = node('conflict', { type: 'device_removed' });
            stream.send(node('stream:error', { code: '401' }, [removed]));
            stream.end();
          }
        },
      };
    },
    refuseLogin: (reason) => void loginFailures.push(reason),
  };
}
