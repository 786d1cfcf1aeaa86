import { type BinaryNode, getBinaryNodeChild, getBinaryNodeChildren } from 'baileys';

/** A node in one line. */
export function node(
  tag: string,
  attrs: Record<string, string> = {},
  content?: BinaryNode['content'],
): BinaryNode {
  return content === undefined ? { tag, attrs } : { tag, attrs, content };
}

/** The child of that name; throws, as the stand-in does with whatever is not as it must be. */
export function childOf(parent: BinaryNode, tag: string): BinaryNode {
  const child = getBinaryNodeChild(parent, tag);
  if (child === undefined) throw new Error(`<${parent.tag}> has no <${tag}>`);
  return child;
}

/** The bytes inside the child of that name. */
export function bytesOf(parent: BinaryNode, tag?: string): Buffer {
  const { content } = tag === undefined ? parent : childOf(parent, tag);
  if (content instanceof Uint8Array) return Buffer.from(content);
  throw new Error(`<${parent.tag}> <${tag ?? ''}> has no bytes`);
}

export function childrenOf(parent: BinaryNode, tag: string): BinaryNode[] {
  return getBinaryNodeChildren(parent, tag);
}

/** An attribute that must be there. */
export function attrOf(of: BinaryNode, name: string): string {
  const value = of.attrs[name];
  if (value === undefined) throw new Error(`<${of.tag}> has no attribute ${name}`);
  return value;
}

/** Throws when a node holds attributes or children that are not among those known. */
export function expectOnly(of: BinaryNode, attrs: readonly string[], children: readonly string[] = []): void {
  const odd = Object.keys(of.attrs).filter((name) => of.attrs[name] !== undefined && !attrs.includes(name));
  const tags = Array.isArray(of.content) ? of.content.map(({ tag }) => tag) : [];
  const oddTags = tags.filter((tag) => !children.includes(tag));
  if (odd.length > 0) throw new Error(`<${of.tag}> has unknown attributes: ${odd.join(', ')}`);
  if (oddTags.length > 0) throw new Error(`<${of.tag}> has unknown children: ${oddTags.join(', ')}`);
}

/** A number as a stanza holds it. */
export function bigEndian(value: number, sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.writeUIntBE(value, 0, sizeBytes);
  return bytes;
}

/** Seconds since 1970, as stanzas tell the time. */
export function nowSeconds(): string {
  return String(Math.floor(Date.now() / 1_000));
}
