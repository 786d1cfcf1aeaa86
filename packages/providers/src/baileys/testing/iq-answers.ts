import type { BinaryNode } from 'baileys';
import { signedPreKeyOf, storePreKeys, bundleNode, type LinkedDevice } from './linked-device.ts';
import { attrOf, childOf, childrenOf, node } from './nodes.ts';
import type { StandInPerson } from './person.ts';

/** What the answers are made from. */
export interface Directory {
  readonly personAt: (address: string) => StandInPerson | undefined;
  readonly devicesOf: (person: StandInPerson) => readonly LinkedDevice[];
  /** Where files are uploaded to: host and port. */
  readonly mediaHost: string;
}

type Answer = (device: LinkedDevice, asked: BinaryNode, directory: Directory) => BinaryNode[];

/** By kind, namespace and first child: everything a linked device may ask. */
const answers: Readonly<Record<string, Answer>> = {
  'get encrypt count': (device) => [node('count', { value: String(device.preKeys.length) })],
  'set encrypt registration': (device, asked) => {
    storePreKeys(device, asked);
    return [];
  },
  'get encrypt digest': () => [node('digest')],
  'set encrypt rotate': (device, asked) => {
    device.signedPreKey = signedPreKeyOf(device, childOf(childOf(asked, 'rotate'), 'skey'));
    return [];
  },
  'get encrypt key': (_, asked, directory) => {
    const users = childrenOf(childOf(asked, 'key'), 'user');
    if (users.length === 0) throw new Error('keys of nobody were asked for');
    return [
      node(
        'list',
        {},
        users.map((user) => bundleOf(attrOf(user, 'jid'), directory)),
      ),
    ];
  },
  'set passive active': () => [],
  'get abt props': () => [
    node('props', { protocol: '1', hash: 'props-1' }, [
      node('prop', { name: '10518', value: '1' }),
      node('prop', { name: '14303', value: '1' }),
    ]),
  ],
  'get blocklist': () => [node('list')],
  'get privacy privacy': () => [
    node('privacy', {}, [node('category', { name: 'readreceipts', value: 'all' })]),
  ],
  'set privacy tokens': () => [],
  'get w:p ping': () => [],
  'set w:m media_conn': (_, __, { mediaHost }) => [
    node('media_conn', { auth: 'media-auth', ttl: '300' }, [
      node('host', { hostname: mediaHost, maxContentLengthBytes: '100000000' }),
    ]),
  ],
  'get usync usync': (_, asked, directory) => [usync(childOf(asked, 'usync'), directory)],
};

/** The answer's content; throws for whatever is not in the table. */
export function answerOf(device: LinkedDevice, asked: BinaryNode, directory: Directory): BinaryNode[] {
  const [first] = Array.isArray(asked.content) ? asked.content : [];
  const kind = [asked.attrs['type'], asked.attrs['xmlns'], first?.tag].filter(Boolean).join(' ');
  const answer = answers[kind];
  if (answer === undefined) throw new Error(`an unknown question: ${kind}`);
  if (attrOf(asked, 'to') !== '@s.whatsapp.net') throw new Error(`${kind} was asked of somebody else`);
  return answer(device, asked, directory);
}

function bundleOf(address: string, { personAt, devicesOf }: Directory): BinaryNode {
  const person = personAt(address);
  if (person === undefined)
    return node('user', { jid: address }, [node('error', { code: '404', text: 'none' })]);
  const linked = devicesOf(person).find(({ jid, lid }) => jid === address || lid === address);
  if (linked === undefined) return person.bundle(address);
  const preKey = linked.preKeys.shift();
  if (preKey === undefined) throw new Error(`${address} has no one-time keys left`);
  return bundleNode(address, { ...linked, preKey });
}

const protocols = ['contact', 'devices', 'lid'] as const;

function usync(asked: BinaryNode, directory: Directory): BinaryNode {
  const wanted = childOf(asked, 'query');
  const tags = Array.isArray(wanted.content) ? wanted.content.map(({ tag }) => tag) : [];
  const odd = tags.filter((tag) => !protocols.some((known) => known === tag));
  if (odd.length > 0) throw new Error(`usync asks for ${odd.join(', ')}`);
  const users = childrenOf(childOf(asked, 'list'), 'user').flatMap((user) => {
    const [contact] = childrenOf(user, 'contact');
    const address = contact === undefined ? attrOf(user, 'jid') : phoneAddress(contact);
    const person = directory.personAt(address);
    const found = tags.flatMap((tag) => protocolNode(tag, person, directory));
    return found.length === 0 ? [] : [node('user', { jid: personAddress(address, person) }, found)];
  });
  return node('usync', { sid: attrOf(asked, 'sid') }, [node('list', {}, users)]);
}

/** Asked by number, the server names the address it knows; asked by address, it keeps to it. */
function personAddress(address: string, person: StandInPerson | undefined): string {
  return person === undefined || address.endsWith('@lid') ? address : person.jid;
}

function phoneAddress(contact: BinaryNode): string {
  const { content } = contact;
  const text = content instanceof Uint8Array ? Buffer.from(content).toString() : content;
  if (typeof text !== 'string' || !/^\+\d+$/.test(text)) throw new Error('a contact without a number');
  return `${text.slice(1)}@s.whatsapp.net`;
}

function protocolNode(
  tag: string,
  person: StandInPerson | undefined,
  { devicesOf }: Directory,
): BinaryNode[] {
  if (tag === 'contact') return [node('contact', { type: person === undefined ? 'out' : 'in' })];
  if (person === undefined) return [];
  if (tag === 'lid') return [node('lid', { val: person.lid })];
  const linked = devicesOf(person).map(({ jid }) => {
    const id = /:(\d+)@/.exec(jid)?.[1] ?? '';
    return node('device', { id, 'key-index': '1' });
  });
  return [node('devices', {}, [node('device-list', {}, [node('device', { id: '0' }), ...linked])])];
}
