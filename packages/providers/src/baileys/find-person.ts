import type { WASocket } from 'baileys';
import type { Baileys } from './load-baileys.ts';

/** The address under which WhatsApp knows a number; `absent` when nobody has it. Rejects when it cannot be asked. */
export type FindPerson = (address: string) => Promise<string>;

/** What `FindPerson` answers for a number without WhatsApp. */
export const absent = 'absent';

const keptPeople = 10_000;
const keptMs = 6 * 3_600_000;

/**
 * Asks once for each number. Writing to a number without WhatsApp is known to get senders restricted
 * (WhiskeySockets/Baileys#2441), and Brazil's numbers may be known without their ninth digit.
 */
export function createFindPerson({ lib }: Baileys, socket: WASocket): FindPerson {
  const kept = new Map<string, { readonly at: number; readonly address: Promise<string> }>();

  const ask = async (address: string): Promise<string> => {
    const phone = `+${address.slice(0, address.indexOf('@'))}`;
    const query = new lib.USyncQuery().withContactProtocol().withUser(new lib.USyncUser().withPhone(phone));
    const found = (await socket.executeUSyncQuery(query))?.list[0];
    if (found === undefined) throw new Error('WhatsApp does not answer who has the number');
    return found['contact'] === true ? found.id : absent;
  };

  return (address) => {
    if (address.endsWith('@lid')) return Promise.resolve(address);
    const known = kept.get(address);
    if (known !== undefined && performance.now() - known.at < keptMs) return known.address;
    const asked = ask(address);
    kept.delete(address);
    kept.set(address, { at: performance.now(), address: asked });
    for (const oldest of kept.keys()) {
      if (kept.size <= keptPeople) break;
      kept.delete(oldest);
    }
    const forget = (): void => void (kept.get(address)?.address === asked && kept.delete(address));
    asked.then((answer) => answer === absent && forget(), forget);
    return asked;
  };
}
