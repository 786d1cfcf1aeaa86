import { createHash } from 'node:crypto';
import { type Change, type Found, readPart } from './read-part.ts';
import * as shape from './webhook-schema.ts';

const templateFields: ReadonlySet<string> = new Set([
  'message_template_status_update',
  'message_template_quality_update',
  'template_category_update',
]);
const accountFields: ReadonlySet<string> = new Set([
  'account_alerts',
  'account_review_update',
  'account_update',
  'business_capability_update',
  'phone_number_name_update',
  'phone_number_quality_update',
  'security',
]);

/** Reads a notice about a template or the account; `false` for a field that is neither. */
export function readNotice(found: Found, path: string, change: Change): boolean {
  const { entry, field, value } = change;
  const notice = {
    key: keyOf(change),
    ...(entry.time === undefined ? {} : { at: entry.time }),
    businessAccountId: entry.id,
  };
  if (accountFields.has(field)) {
    const event = shape.accountChange.safeParse(value).data?.event;
    found.events.push({
      kind: 'account',
      ...notice,
      field,
      ...(event === undefined ? {} : { event }),
      value,
    });
    return true;
  }
  if (!templateFields.has(field)) return false;
  const read = readPart(found, `${path}.value`, shape.templateChange, value);
  if (read === undefined) return true;
  found.events.push({
    kind: 'template',
    ...notice,
    templateId: read.message_template_id,
    name: read.message_template_name,
    language: read.message_template_language,
    change: read.event ?? read.new_category ?? read.new_quality_score ?? field,
  });
  return true;
}

/** A notice has no id of its own: what it says, and when, is what it is. */
function keyOf({ entry, field, value }: Change): string {
  const said = JSON.stringify([entry.id, entry.time?.getTime(), field, value]);
  return `${field}:${createHash('sha256').update(said).digest('hex')}`;
}
